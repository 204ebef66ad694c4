// sts:AssumeRole: the caller's own policies and the role's trust policy must both allow it. Every caller here is
// itself a role session, so each call is role chaining.

import { evaluateTrust, parsePolicy, PolicyError } from "../../iam.ts";
import type { Policy } from "../../iam.ts";
import { toAccessRequest, toDenial } from "../authorize.ts";
import { AwsError } from "../aws-error.ts";
import type { CallContext, Permission } from "../operation.ts";
import type { Form, QueryOperation } from "../query-protocol.ts";
import type { Role } from "../role.ts";
import { toRoleId } from "../session.ts";
import type { XmlRecord } from "../xml.ts";

const ROLE_ARN = /^arn:[a-z-]+:iam::(\d{12}):role\/[\w+=,.@/-]{1,512}$/u;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/u;
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/u;
const MIN_DURATION_SECONDS = 900;
const MAX_DURATION_SECONDS = 43_200;
/** "The default is 3600 seconds." (API reference) */
const DEFAULT_DURATION_SECONDS = 3600;
/** "Role chaining limits your session to a maximum of one hour." (API reference) */
const CHAINED_SECONDS = 3600;
/** "The plaintext that you use for both inline and managed session policies can't exceed 2,048 characters." */
const MAX_POLICY_LENGTH = 2048;

export const assumeRole: QueryOperation = {
  name: "AssumeRole",
  target: (form) => ({ accountId: toAccountId(form) }),
  permissions: toPermissions,
  run: (form, context) => {
    const sessionName = parameter(form, "RoleSessionName", SESSION_NAME);
    const durationSeconds = toDuration(form);
    const sessionPolicy = toSessionPolicy(form);
    const role = findTrustingRole(form, context);
    if (durationSeconds > Math.min(role.maxSessionSeconds, CHAINED_SECONDS)) {
      throw invalid(
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
      );
    }
    const request = { role, sessionName, durationSeconds, sessionPolicy };
    const session = context.sessions.issue(request);
    return {
      Credentials: {
        AccessKeyId: session.accessKeyId,
        SecretAccessKey: session.secretAccessKey,
        SessionToken: session.sessionToken,
        Expiration: session.expiresAt.toISOString(),
      },
      AssumedRoleUser: { AssumedRoleId: `${toRoleId(role)}:${sessionName}`, Arn: session.arn },
      ...toPackedSize(form),
    };
  },
};

/** A source identity and session tags need permissions of their own. */
function toPermissions(form: Form): readonly Permission[] {
  const resource = parameter(form, "RoleArn", ROLE_ARN);
  const keys = new Map([["sts:rolesessionname", parameter(form, "RoleSessionName", SESSION_NAME)]]);
  if (form.has("ExternalId")) keys.set("sts:externalid", parameter(form, "ExternalId", EXTERNAL_ID));
  if (form.has("SourceIdentity")) {
    keys.set("sts:sourceidentity", parameter(form, "SourceIdentity", SESSION_NAME));
  }
  const actions = ["sts:AssumeRole"];
  if (form.has("SourceIdentity")) actions.push("sts:SetSourceIdentity");
  if (form.has("Tags.member.1.Key")) actions.push("sts:TagSession");
  return actions.map((action) => ({ action, resource, context: keys }));
}

/** STS says the same of a role that does not exist and of one that does not trust the caller. */
function findTrustingRole(form: Form, context: CallContext): Role {
  const { session, region, world } = context;
  const role = context.roles.get(parameter(form, "RoleArn", ROLE_ARN));
  const account = world.accounts.find(({ id }) => id === toAccountId(form));
  const principal = { arn: session.role.arn, accountId: session.role.accountId };
  for (const permission of toPermissions(form)) {
    const request = toAccessRequest(world, session, permission, region);
    const trusts = role?.trust !== undefined && role.trust !== null && account?.state === "ACTIVE";
    if (!trusts || evaluateTrust(role.trust, principal, request) !== "allow") {
      throw toDenial(session, permission, "", { code: "AccessDenied", status: 403 });
    }
  }
  if (role === undefined || account === undefined) throw new TypeError("no permission was asked for");
  if (account.enabledRegions.includes(region)) return role;
  throw new AwsError(
    "RegionDisabledException",
    403,
    `STS is not activated in this region for account:${account.id}. Your account administrator can activate STS in this region using the IAM Console.`,
  );
}

function toAccountId(form: Form): string {
  const match = ROLE_ARN.exec(parameter(form, "RoleArn", ROLE_ARN));
  return match?.[1] ?? "";
}

function toDuration(form: Form): number {
  const text = form.get("DurationSeconds");
  const seconds = text === undefined ? DEFAULT_DURATION_SECONDS : Number(text);
  const inRange = seconds >= MIN_DURATION_SECONDS && seconds <= MAX_DURATION_SECONDS;
  if (Number.isInteger(seconds) && inRange) return seconds;
  throw invalid(`Value '${text}' at 'durationSeconds' failed to satisfy constraint`);
}

function toSessionPolicy(form: Form): Policy | null {
  if (form.has("PolicyArns.member.1.arn")) throw invalid("the emulated accounts have no managed policies");
  const text = form.get("Policy");
  if (text === undefined) return null;
  if (text.length > MAX_POLICY_LENGTH) {
    throw invalid(
      "Value at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048",
    );
  }
  try {
    return parsePolicy(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof PolicyError || error instanceof SyntaxError)) throw error;
    throw new AwsError("MalformedPolicyDocument", 400, error.message);
  }
}

/** "A percentage value that indicates the packed size of the session policies": here of the plain text. */
function toPackedSize(form: Form): XmlRecord {
  const text = form.get("Policy");
  return text === undefined ? {} : { PackedPolicySize: Math.ceil((text.length / MAX_POLICY_LENGTH) * 100) };
}

function parameter(form: Form, name: string, pattern: RegExp): string {
  const value = form.get(name);
  if (value !== undefined && pattern.test(value)) return value;
  throw invalid(`1 validation error detected: Value at '${name}' failed to satisfy constraint`);
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationError", 400, message);
}
