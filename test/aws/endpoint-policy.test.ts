// Where a cluster token may go, as a table: one row per trick that we know.

import assert from "node:assert/strict";
import { test } from "node:test";
import { findEndpointRefusal } from "../../lib/aws/endpoint-policy.ts";

const ID = "0123456789ABCDEF0123456789ABCDEF";
const real = { partition: "aws", region: "eu-west-1", awsEndpointUrl: undefined };
const china = { ...real, partition: "aws-cn", region: "cn-north-1" };
const emulated = { ...real, awsEndpointUrl: "http://127.0.0.1:4566" };

const allowed: readonly [string, typeof real | typeof emulated][] = [
  [`https://${ID}.gr7.eu-west-1.eks.amazonaws.com`, real],
  [`https://${ID}.gr7.eu-west-1.eks.amazonaws.com/`, real],
  [`https://${ID}.gr7.eu-west-1.eks.amazonaws.com:443`, real],
  [`https://${ID}.gr7.eks-cluster.eu-west-1.api.aws`, real],
  [
    `https://${ID}.gr7.us-gov-west-1.eks.amazonaws.com`,
    { ...real, partition: "aws-us-gov", region: "us-gov-west-1" },
  ],
  [`https://${ID}.gr7.cn-north-1.eks.amazonaws.com.cn`, china],
  [`https://${ID}.gr7.eks-cluster.cn-north-1.api.amazonwebservices.com.cn`, china],
  ["https://127.0.0.1:6443", emulated],
  ["https://[::1]:6443", emulated],
  ["https://localhost:6443", emulated],
  ["https://127.0.0.1:6443", { ...emulated, awsEndpointUrl: "http://localhost:1" }],
  ["https://127.0.0.1:6443", { ...emulated, awsEndpointUrl: "http://[::1]:1" }],
  [`https://${ID}.gr7.eu-west-1.eks.amazonaws.com`, emulated],
];

const refused: readonly [string, typeof real | typeof emulated, RegExp][] = [
  [`http://${ID}.gr7.eu-west-1.eks.amazonaws.com`, real, /not https/],
  [`https://${ID}.gr7.eu-west-1.eks.amazonaws.com:8443`, real, /not 443/],
  [`https://${ID}.gr7.eu-west-1.eks.amazonaws.com:80`, real, /not 443/],
  [`https://${ID}.gr7.eu-west-1.eks.amazonaws.com/evil`, real, /more than a host/],
  [`https://${ID}.gr7.eu-west-1.eks.amazonaws.com/?x=1`, real, /more than a host/],
  [`https://${ID}.gr7.eu-west-1.eks.amazonaws.com/#x`, real, /more than a host/],
  [`https://user:pw@${ID}.gr7.eu-west-1.eks.amazonaws.com`, real, /user name/],
  [`https://x.gr7.eu-west-1.eks.amazonaws.com@evil.example`, real, /user name/],
  // A cluster of one Region has no endpoint in another, and none in another partition.
  [`https://${ID}.gr7.us-east-1.eks.amazonaws.com`, real, /not an EKS host/],
  [`https://${ID}.gr7.cn-north-1.eks.amazonaws.com`, china, /not an EKS host/],
  [`https://${ID}.gr7.cn-north-1.eks.amazonaws.com.cn`, real, /not an EKS host/],
  [`https://${ID}.gr7.eu-west-1.eks.amazonaws.com`, { ...real, partition: "aws-mars" }, /not an EKS host/],
  // Look-alikes.
  ["https://eu-west-1.eks.amazonaws.com", real, /not an EKS host/],
  ["https://eks.eu-west-1.amazonaws.com", real, /not an EKS host/],
  ["https://eks.eu-west-1.api.aws", real, /not an EKS host/],
  ["https://xeu-west-1.eks.amazonaws.com", real, /not an EKS host/],
  [`https://${ID}.gr7.eu-west-1.eks.amazonaws.com.evil.example`, real, /not an EKS host/],
  [`https://${ID}.gr7.eu-west-1.eks.amazonaws.com.`, real, /not an EKS host/],
  [`https://..eu-west-1.eks.amazonaws.com`, real, /not an EKS host|not a URL/],
  [`https://evil.example/.eu-west-1.eks.amazonaws.com`, real, /more than a host/],
  [`https://evil.example\\@x.eu-west-1.eks.amazonaws.com`, real, /more than a host|user name/],
  // Addresses, in every spelling that a URL parser understands.
  ["https://169.254.169.254", real, /not an EKS host/],
  ["https://[fd00:ec2::254]", real, /not an EKS host/],
  ["https://10.0.0.1", real, /not an EKS host/],
  ["https://127.0.0.1", real, /not an EKS host/],
  ["https://localhost", real, /not an EKS host/],
  ["https://0x7f000001", real, /not an EKS host/],
  ["https://2130706433:6443", real, /not 443/],
  // Loopback is open only while the AWS endpoint itself is loopback, and only with TLS.
  ["https://127.0.0.1:6443", { ...emulated, awsEndpointUrl: "https://aws.example" }, /not 443/],
  ["https://127.0.0.1:6443", { ...emulated, awsEndpointUrl: "https://127.0.0.1.evil.example" }, /not 443/],
  ["https://127.0.0.1:6443", { ...emulated, awsEndpointUrl: "https://127.0.0.1@evil.example" }, /not 443/],
  ["https://127.0.0.1:6443", { ...emulated, awsEndpointUrl: "nonsense" }, /not 443/],
  ["http://127.0.0.1:6443", emulated, /not https/],
  ["https://169.254.169.254", emulated, /not an EKS host/],
  ["https://127.0.0.2:6443", emulated, /not 443/],
  ["https://10.0.0.1:6443", emulated, /not 443/],
  ["", real, /not a URL/],
  ["not a url", real, /not a URL/],
  ["javascript:alert(1)", real, /not https/],
];

for (const [endpoint, rules] of allowed)
  test(`a token may go to ${endpoint} (${rules.partition}, AWS at ${rules.awsEndpointUrl})`, () => {
    assert.equal(findEndpointRefusal(endpoint, rules), null);
  });

for (const [endpoint, rules, reason] of refused)
  test(`no token goes to "${endpoint}" (${rules.partition}, AWS at ${rules.awsEndpointUrl})`, () => {
    assert.match(findEndpointRefusal(endpoint, rules) ?? "allowed", reason);
  });

test("a refusal repeats nothing of the endpoint", () => {
  const refusal = findEndpointRefusal("https://secret-in-host.example/secret-in-path", real);
  assert.doesNotMatch(refusal ?? "", /secret/);
});
