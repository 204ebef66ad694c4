// What STS answers to a presigned GetCallerIdentity URL: the cluster's authenticator asks it who holds a token.

import { parseSignature } from "../sigv4.ts";
import { authenticate } from "./authenticate.ts";
import { AwsError } from "./aws-error.ts";
import { sts } from "./sts/sts.ts";
import type { SessionStore } from "./session.ts";
import { parseTarget, queryValue } from "./wire.ts";
import type { WireRequest } from "./wire.ts";

const CLUSTER_HEADER = "x-k8s-aws-id";

/** Null: STS refuses the URL, or the cluster's name is not what was signed. */
export function identifyPresigned(
  url: URL,
  clusterHeader: string,
  sessions: SessionStore,
  now: Date,
): { readonly arn: string; readonly accountId: string } | null {
  const request: WireRequest = {
    method: "GET",
    ...parseTarget(url.pathname + url.search),
    headers: new Map([
      ["host", url.host],
      [CLUSTER_HEADER, clusterHeader],
    ]),
    body: Buffer.alloc(0),
  };
  const signature = parseSignature(request);
  if (signature?.signedHeaders.includes(CLUSTER_HEADER) !== true || signature.service !== "sts") return null;
  if (queryValue(request, "Action") !== "GetCallerIdentity") return null;
  try {
    const session = authenticate(request, signature, sts, sessions, now);
    return { arn: session.arn, accountId: session.role.accountId };
  } catch (error) {
    if (error instanceof AwsError) return null;
    throw error;
  }
}
