// Which IAM principal a cluster has to know: the role that is assumed, or the caller's own. Pure.

import type { ClusterDescription } from "../model/snapshot.ts";
import type { PreflightContext } from "./preflight-context.ts";

/** An access entry takes the role's ARN, not its session's. */
export function toPrincipal(
  { arn }: ClusterDescription,
  { caller, assumes, roleName }: Pick<PreflightContext, "caller" | "assumes" | "roleName">,
): string {
  // arn:<partition>:eks:<region>:<account>:cluster/<name>
  const [, partition = "aws", , , account = ""] = arn.split(":");
  if (assumes(account)) return `arn:${partition}:iam::${account}:role/${roleName}`;
  return toRoleArn(caller);
}

/** The role of a session's ARN, without the path, which a session does not show; other ARNs as they are. */
export function toRoleArn(caller: string): string {
  const session = /^(arn:[\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(caller);
  return session === null ? caller : `${session[1]}:iam::${session[2]}:role/${session[3]}`;
}
