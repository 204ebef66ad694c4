// What build/lean-sdk.mjs leaves out of the SDK changes nothing on the wire: every client, in a bundle and as it is,
// sends the same requests, and makes the same of the same answers.

import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { pathToFileURL } from "node:url";
import * as v from "valibot";
import type { AsffFinding } from "../../../lib/model/asff.ts";
import { credentials, startWire, type Answer } from "../../aws/wire-server.ts";
import * as source from "./every-client.ts";

const Bundle = v.object({
  callEveryClient: v.custom<typeof source.callEveryClient>(v.is.bind(null, v.function())),
});

let bundle: v.InferOutput<typeof Bundle>;
before(async () => {
  const build = v.parse(
    v.object({ buildMeasured: v.function() }),
    await import(pathToFileURL(join(import.meta.dirname, "../../../build.mjs")).href),
  );
  const folder = mkdtempSync(join(tmpdir(), "ringfence-lean-"));
  await build.buildMeasured(join(import.meta.dirname, "every-client.ts"), folder);
  bundle = v.parse(Bundle, await import(pathToFileURL(join(folder, "index.mjs")).href));
});

const finding: AsffFinding = {
  SchemaVersion: "2018-10-08",
  Id: "ringfence/eu-central-1/111122223333/shop/NETPOL.20/0",
  ProductArn: "arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default",
  GeneratorId: "ringfence/NETPOL.20",
  AwsAccountId: "111122223333",
  CreatedAt: "2026-11-21T06:00:00.000Z",
  UpdatedAt: "2026-11-21T06:00:00.000Z",
  FirstObservedAt: "2026-11-20T06:00:00.000Z",
  Title: "Namespaces should have a NetworkPolicy",
  Description: 'Namespace shöp has no "NetworkPolicy".\n\u0007',
  Remediation: { Recommendation: { Text: "Add one.", Url: "https://example.test" } },
  ProductFields: { "ringfence/control": "NETPOL.20" },
  Resources: [
    {
      Type: "AwsEksCluster",
      Id: "arn:aws:eks:eu-central-1:111122223333:cluster/shop",
      Partition: "aws",
      Region: "eu-central-1",
      Tags: { team: "shop" },
      Details: { AwsEksCluster: { Name: "shop", Logging: { ClusterLogging: [{ Enabled: true }] } } },
    },
    { Type: "Other", Id: "shop/web", Details: { Other: { namespace: "web" } } },
  ],
  Compliance: {
    Status: "FAILED",
    StatusReasons: [{ ReasonCode: "NO_POLICY", Description: "none" }],
    RelatedRequirements: ["CIS EKS 4.3.2"],
  },
  RecordState: "ACTIVE",
  FindingProviderFields: { Severity: { Label: "HIGH", Original: "high" }, Types: ["Software"] },
};

/** As Security Hub gives it back: with members of its own, and with nulls where nothing is. */
const returned = {
  ...finding,
  Severity: { Label: "HIGH", Normalized: 70, Product: 1.5 },
  Workflow: { Status: "NEW" },
  Network: null,
  Note: null,
  LastObservedAt: null,
  Compliance: { ...finding.Compliance, AssociatedStandards: [{ StandardsId: "s" }], SecurityControlId: null },
  Resources: [
    ...finding.Resources.map((one) => ({ ...one, ResourceRole: "Target", DataClassification: null })),
    { Type: "AwsEc2Instance", Id: "i-1", Details: { AwsEc2Instance: { ImageId: "ami" }, Container: null } },
  ],
  FindingProviderFields: {
    ...finding.FindingProviderFields,
    Confidence: null,
    RelatedFindings: [{ ProductArn: "a", Id: "b" }],
  },
};

const CLUSTER = {
  name: "shop",
  arn: "arn:aws:eks:eu-central-1:111122223333:cluster/shop",
  createdAt: 1_760_000_000.5,
  version: "1.34",
  status: "ACTIVE",
  endpoint: "https://A.gr7.eu-central-1.eks.amazonaws.com",
  certificateAuthority: { data: "Y2E=" },
  resourcesVpcConfig: {
    endpointPublicAccess: true,
    endpointPrivateAccess: false,
    publicAccessCidrs: ["0.0.0.0/0"],
  },
  kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: "10.100.0.0/16" },
  computeConfig: { enabled: true, nodePools: null },
  // Nothing, and what we know nothing of.
  remoteNetworkConfig: null,
  accessConfig: { authenticationMode: null, yetUnknown: { a: 1 } },
  connectorConfig: { activationExpiry: 1_760_000_000, provider: "EKS_ANYWHERE" },
  tags: { team: "shop" },
  platformVersion: "eks.9",
};

/** By the path, the target or the action of a request. */
const REST: readonly (readonly [RegExp, unknown])[] = [
  [
    /^\/findings\/import/,
    { SuccessCount: 0, FailedCount: 1, FailedFindings: [{ Id: "a", ErrorCode: "b", ErrorMessage: "c" }] },
  ],
  [/^\/findings/, { Findings: [returned] }],
  [
    /^\/clusters\/shop\/addons/,
    {
      addon: {
        addonName: "vpc-cni",
        addonVersion: "v1.20.4-eksbuild.1",
        status: "ACTIVE",
        addonArn: "arn:aws:eks:eu-central-1:111122223333:addon/shop/vpc-cni/1",
        configurationValues: "{}",
        health: { issues: [] },
      },
    },
  ],
  [/^\/clusters\/shop\/capabilities/, { capabilities: [] }],
  [/^\/clusters\/shop/, { cluster: CLUSTER }],
  [/^\/clusters/, { clusters: ["shop"] }],
  [/^\/listRegions/, { Regions: [{ RegionName: "eu-central-1", RegionOptStatus: "ENABLED" }] }],
];
const TARGETS: readonly (readonly [RegExp, unknown])[] = [
  [/ListRoots$/, { Roots: [{ Id: "r-1" }] }],
  [/ListOrganizationalUnitsForParent$/, { OrganizationalUnits: [] }],
  [/ListAccountsForParent$/, { Accounts: [{ Id: "111122223333", Name: "hub", State: "ACTIVE" }] }],
  [/GetSecretValue$/, { SecretString: "s" }],
  [/GetParameter$/, { Parameter: { Type: "SecureString", Value: "p" } }],
  [/StartExecution$/, { executionArn: "arn", startDate: 1_760_000_000 }],
];
const IDENTITY =
  "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/a</Arn><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
const ROLE =
  "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2026-11-21T13:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
const MESSAGE = "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>";
const KEYS =
  "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>runs/a &amp; b</Key><Size>3</Size></Contents></ListBucketResult>";
const BEGUN = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
const COMPLETED = "<CompleteMultipartUploadResult><ETag>e</ETag></CompleteMultipartUploadResult>";

type Protocol = "json" | "query" | "s3" | "rest";

function protocolOf({ headers, url = "" }: IncomingMessage): Protocol {
  const type = headers["content-type"] ?? "";
  if (type.includes("x-amz-json")) return "json";
  if (type.includes("form-urlencoded")) return "query";
  return url.startsWith("/runs") ? "s3" : "rest";
}

function find(answers: readonly (readonly [RegExp, unknown])[], asked: string): string {
  return JSON.stringify(answers.find(([pattern]) => pattern.test(asked))?.[1] ?? assert.fail(asked));
}

const good: Answer = (request, response) => {
  const { method, url = "", headers } = request;
  const protocol = protocolOf(request);
  if (protocol === "json") return void response.end(find(TARGETS, String(headers["x-amz-target"])));
  if (protocol === "rest") return void response.end(find(REST, url));
  if (protocol === "query") {
    const isSns = String(headers.authorization).includes("/sns/");
    const isRole = Number(headers["content-length"]) > 100;
    return void response.end(isSns ? MESSAGE : isRole ? ROLE : IDENTITY);
  }
  response.setHeader("etag", '"e"');
  response.setHeader("x-amz-checksum-crc32", "AAAAAA==");
  if (method === "PUT") return void response.end();
  response.removeHeader("x-amz-checksum-crc32");
  if (method === "POST") return void response.end(url.includes("uploads") ? BEGUN : COMPLETED);
  response.end(url.includes("list-type") ? KEYS : "{}");
};

/** An error of each protocol. */
function refuse(status: number, code: string): Answer {
  return (request, response) => {
    const protocol = protocolOf(request);
    response.statusCode = status;
    if (protocol === "s3")
      return void response.end(`<Error><Code>${code}</Code><Message>m</Message></Error>`);
    if (protocol === "query")
      return void response.end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>m</Message></Error></ErrorResponse>`,
      );
    response.setHeader("x-amzn-errortype", code);
    response.end(JSON.stringify({ __type: `com.amazonaws#${code}`, message: "m", Message: "m" }));
  };
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  "what was asked for": good,
  "a denial": refuse(403, "AccessDeniedException"),
  "a denial in S3's words": refuse(403, "AccessDenied"),
  "that there is none": refuse(404, "ResourceNotFoundException"),
  "that the key is not there": refuse(404, "NoSuchKey"),
  "an expired token": refuse(403, "ExpiredToken"),
  "that a Region is off": refuse(403, "RegionDisabledException"),
  "that a key is not to be used": refuse(400, "KMSAccessDenied"),
  "that the condition does not hold": refuse(412, "PreconditionFailed"),
  "that it runs already": refuse(400, "ExecutionAlreadyExists"),
  garbage: (_, response) => void response.end("<<garbage"),
  "an error without words": (_, response) => void response.writeHead(500).end(),
};

/** What changes with each request, names the SDK, or follows from the order of JSON's members, which means nothing. */
const VOLATILE = new Set([
  "x-amz-date",
  "amz-sdk-invocation-id",
  "user-agent",
  "x-amz-user-agent",
  "host",
  "x-amz-content-sha256",
]);

async function run({ callEveryClient }: typeof bundle, answer: Answer) {
  const headers: unknown[] = [];
  await using wire = await startWire(
    (request, response) => {
      headers.push(toComparable(request));
      answer(request, response);
    },
    { maxAttempts: 1 },
  );
  const outcomes = await callEveryClient(wire.transport, credentials, finding);
  const { requests, bodies } = wire;
  return {
    outcomes,
    sent: requests.map((request, index) => [request, headers[index], toBody(bodies[index] ?? "")]),
  };
}

function toBody(text: string): unknown {
  return text.startsWith("{") ? JSON.parse(text) : text;
}

/** The signature names the headers that it covers, the Region and the service. */
function toComparable({ headers }: IncomingMessage): unknown {
  return Object.entries(headers)
    .filter(([name]) => !VOLATILE.has(name))
    .map(([name, value]) => [
      name,
      name === "authorization" ? String(value).replace(/Signature=.*/, "") : value,
    ]);
}

for (const [name, answer] of Object.entries(ANSWERS))
  test(`of ${name} a bundle makes what the whole SDK makes`, async () => {
    const [whole, lean] = [await run(source, answer), await run(bundle, answer)];
    assert.deepEqual(lean.sent, whole.sent);
    assert.deepEqual(lean.outcomes, whole.outcomes);
    const values = Object.entries(whole.outcomes).filter(([, outcome]) => "value" in outcome);
    if (answer === good)
      assert.equal(values.length, Object.keys(whole.outcomes).length, JSON.stringify(whole));
  });
