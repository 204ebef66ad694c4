// What to do where a cluster's endpoint cannot be reached from here: by what EKS says of the endpoint. Pure.

import { enumerate } from "../model/counts.ts";
import type { CheckId, Fix } from "../model/preflight.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import type { ClusterDescription } from "../model/snapshot.ts";

/** RFC 1918, RFC 6598 (which VPCs use too), RFC 4193, and loopback. */
const PRIVATE =
  /^(10\.|127\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd]|::1$)/i;

export function isPrivateAddress(address: string): boolean {
  return PRIVATE.test(address);
}

const FROM_INSIDE =
  "run it from inside its VPC or a network that is connected to it; the deployment does with its parameters subnetIds and securityGroupIds (docs/operations.md), or a spoke in the cluster's account reads it (deploy/spoke.yaml)";

const IN_BETWEEN =
  "Something between here and the cluster answers in its place or swallows TLS, such as a proxy that opens it: let connections to the endpoint through as they are. No token was sent.";

export function toEndpointFix(check: CheckId, cluster: ClusterDescription): Fix {
  const { endpointPublicAccess, publicAccessCidrs } = cluster;
  const isPrivate = endpointPublicAccess === false;
  const inside = `The endpoint is private only: ${FROM_INSIDE}.`;
  if (check === "endpoint-certificate") return { fix: isPrivate ? `${inside} ${IN_BETWEEN}` : IN_BETWEEN };
  if (isPrivate) return { fix: inside };
  if (endpointPublicAccess !== true || publicAccessCidrs === null)
    return {
      fix: `Check the way from here: DNS, proxy, firewall. If the endpoint is private, ${FROM_INSIDE}.`,
    };
  if (publicAccessCidrs.includes("0.0.0.0/0"))
    return {
      fix: "The endpoint is public and takes every address: something on this side is in the way. Check DNS, proxy and firewall here.",
    };
  return toCidrFix(cluster, publicAccessCidrs);
}

const MAX_CIDRS = 10;

function toCidrFix({ name, arn }: ClusterDescription, cidrs: readonly string[]): Fix {
  const shown = cidrs.slice(0, MAX_CIDRS);
  const list = cidrs.length > MAX_CIDRS ? `${shown.join(", ")} and more` : enumerate(shown);
  // arn:<partition>:eks:<region>:…
  const region = arn.split(":")[3] ?? "";
  const where = `--name ${quoteForShell(name)} --region ${quoteForShell(region)}`;
  const all = [...cidrs, "YOUR-ADDRESS/32"].join(",");
  return {
    fix: `The endpoint takes connections only from ${list}: add the address from which this runs, or ${FROM_INSIDE}.`,
    commands: [
      `aws eks update-cluster-config ${where} --resources-vpc-config publicAccessCidrs=${quoteForShell(all)}`,
    ],
  };
}
