// May this session do that? Service control policies, the role's policies and the session policy, in the order
// and the words of the real services.

import { evaluatePolicies, matchesAction } from "../iam.ts";
import type { AccessRequest } from "../iam.ts";
import type { World } from "../world.ts";
import { refuse } from "./authenticate.ts";
import type { AwsError } from "./aws-error.ts";
import type { Permission } from "./operation.ts";
import type { Refusal } from "./aws-service.ts";
import type { Session } from "./session.ts";

/** Null: allowed. Otherwise the end of the sentence that says why not. */
export function findDenial(
  world: World,
  session: Session,
  permission: Permission,
  region: string,
): string | null {
  const request = toAccessRequest(world, session, permission, region);
  if (isDeniedByServiceControlPolicy(world, session, permission.action)) {
    return "with an explicit deny in a service control policy";
  }
  const byRole = evaluatePolicies(session.role.policies, request);
  if (byRole === "explicit-deny") return "with an explicit deny in an identity-based policy";
  if (byRole === "implicit-deny") {
    return `because no identity-based policy allows the ${permission.action} action`;
  }
  if (session.sessionPolicy === null) return null;
  const bySession = evaluatePolicies([session.sessionPolicy], request);
  if (bySession === "explicit-deny") return "with an explicit deny in a session policy";
  return bySession === "allow" ? null : `because no session policy allows the ${permission.action} action`;
}

export function toDenial(
  session: Session,
  permission: Permission,
  denial: string,
  refusal: Refusal,
): AwsError {
  const { action, resource } = permission;
  return refuse(
    refusal,
    `User: ${session.arn} is not authorized to perform: ${action} on resource: ${resource} ${denial}`,
  );
}

/** "SCPs don't affect users or roles in the management account." (Organizations guide) */
function isDeniedByServiceControlPolicy(world: World, session: Session, action: string): boolean {
  const { accountId } = session.role;
  if (world.organization === null || world.organization.managementAccountId === accountId) return false;
  const account = world.accounts.find(({ id }) => id === accountId);
  return account?.deniedByServiceControlPolicy.some((pattern) => matchesAction(pattern, action)) === true;
}

/** The global condition keys, and those of the call. */
export function toAccessRequest(
  world: World,
  session: Session,
  { action, resource, context }: Permission,
  region: string,
): AccessRequest {
  const keys = new Map([
    ["aws:principalarn", session.role.arn],
    ["aws:principalaccount", session.role.accountId],
    ["aws:requestedregion", region],
    ...(context ?? []),
  ]);
  if (world.organization !== null) keys.set("aws:principalorgid", world.organization.id);
  return { action, resource, context: keys };
}
