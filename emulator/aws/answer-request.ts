// One request to the emulated AWS, from its bytes to its answer: signature, Region, permissions, the operation.

import { randomUUID } from "node:crypto";

import { isDelivery } from "../deliver.ts";
import { type Silence, toSilence } from "../interception.ts";
import { parseSignature } from "../sigv4.ts";
import type { Signature } from "../sigv4.ts";
import type { World, WorldAccount, WorldFault } from "../world.ts";
import { account as accountManagement } from "./account/account.ts";
import { identify, refuse, verifyMoment, verifyPayloadHash } from "./authenticate.ts";
import { findDenial, toDenial } from "./authorize.ts";
import { AwsError } from "./aws-error.ts";
import { eks } from "./eks/eks.ts";
import type { FaultedCall } from "./faults.ts";
import type { CallContext, Permission, RoutedCall } from "./operation.ts";
import { lambda } from "./lambda/lambda.ts";
import { organizations } from "./organizations/organizations.ts";
import { s3 } from "./s3/s3.ts";
import { secretsManager } from "./secrets-manager/secrets-manager.ts";
import { securityHub } from "./security-hub/security-hub.ts";
import type { AwsService } from "./aws-service.ts";
import type { Session } from "./session.ts";
import { stepFunctions } from "./step-functions/step-functions.ts";
import { ssm } from "./ssm/ssm.ts";
import { sns } from "./sns/sns.ts";
import { sts } from "./sts/sts.ts";
import type { WireAnswer, WireRequest } from "./wire.ts";

const SERVICES: ReadonlyMap<string, AwsService> = new Map(
  [
    accountManagement,
    eks,
    lambda,
    organizations,
    s3,
    secretsManager,
    securityHub,
    sns,
    ssm,
    stepFunctions,
    sts,
  ].map((service) => [service.id, service]),
);

/** What every call finds in place; a call adds who made it and how. */
export type CloudContext = Pick<
  CallContext,
  "world" | "stores" | "sessions" | "roles" | "bucketPolicies" | "endpoints"
> & {
  readonly now: () => Date;
  readonly findFault: (call: FaultedCall) => WorldFault | null;
  readonly calls: RecordedCall[];
};

/** Null where the request did not get so far as to show it. */
export interface RecordedCall {
  readonly service: string;
  readonly operation: string | null;
  readonly accountId: string | null;
  readonly region: string | null;
  /** The caller's session ARN. */
  readonly principal: string | null;
  /** HTTP status; null: hung or reset. */
  readonly status: number | null;
  /** What the caller had to be allowed; none where the call did not get so far. */
  readonly permissions: readonly Permission[];
}

export type Reply = WireAnswer | Silence;

export function answerRequest(request: WireRequest, cloud: CloudContext): Reply {
  const signature = parseSignature(request);
  // Without a signature nothing names a service; STS is the one whose refusal browsers and probes see.
  const service = SERVICES.get(signature?.service ?? "sts");
  const record: Writable<RecordedCall> = {
    service: signature?.service ?? "unknown",
    operation: null,
    accountId: null,
    region: signature?.region ?? null,
    principal: null,
    status: null,
    permissions: [],
  };
  cloud.calls.push(record);
  if (service === undefined) return { status: 400, headers: {}, body: "The emulator has no such service" };
  const reply = answerService(request, signature, service, cloud, record);
  record.status = typeof reply === "object" && "status" in reply ? reply.status : null;
  return reply;
}

type Writable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

function answerService(
  request: WireRequest,
  signature: Signature | null,
  service: AwsService,
  cloud: CloudContext,
  record: Writable<RecordedCall>,
): Reply {
  const requestId = randomUUID();
  let now = cloud.now();
  const toDated = (answer: WireAnswer): WireAnswer => ({
    ...answer,
    headers: { date: now.toUTCString(), ...answer.headers },
  });
  try {
    const caller = identify(request, signature, service, cloud.sessions);
    const { session } = caller;
    record.accountId = session.role.accountId;
    record.principal = session.arn;
    const call = service.route(request);
    record.operation = call.operation;
    const region = signature?.region ?? "";
    const context = toContext(request, requestId, region, service, session, cloud);
    const fault = findFault(call, service, context, cloud);
    if (fault?.answer.kind === "clock") now = new Date(now.getTime() + fault.answer.offsetSeconds * 1000);
    if (fault?.answer.kind === "expired") session.expiresAt = now;
    verifyMoment(caller, service, now);
    verifyPayloadHash(request);
    const reply = fault === null ? null : toFaultReply(fault, service, context);
    if (reply !== null) return reply;
    record.permissions = call.permissions(context);
    requirePermissions(record.permissions, service, context);
    const answer = toDated(call.run({ ...context, now }));
    return fault !== null && isDelivery(fault.answer) ? { ...answer, delivery: fault.answer } : answer;
  } catch (error) {
    if (error instanceof AwsError) return toDated(service.toErrorAnswer(error, requestId, request));
    throw error;
  }
}

function toContext(
  request: WireRequest,
  requestId: string,
  region: string,
  service: AwsService,
  session: Session,
  cloud: CloudContext,
): CallContext {
  const { world, stores, sessions, roles, bucketPolicies, endpoints } = cloud;
  return {
    world,
    stores,
    sessions,
    roles,
    bucketPolicies,
    endpoints,
    now: cloud.now(),
    session,
    account: requireRegion(world, session, region, service),
    region,
    request,
    requestId,
    isAllowed: (permission) => findDenial(world, session, permission, region) === null,
  };
}

/** "A Region that an account has not enabled does not know its credentials." (facts: eks §9) */
function requireRegion(world: World, session: Session, region: string, service: AwsService): WorldAccount {
  const account = world.accounts.find(({ id }) => id === session.role.accountId);
  if (account === undefined) throw new TypeError("a session of an account that the world does not have");
  if (service.isGlobal || account.enabledRegions.includes(region)) return account;
  throw refuse(service.refusals.unknownKey, "The security token included in the request is invalid.");
}

function findFault(
  call: RoutedCall,
  service: AwsService,
  context: CallContext,
  cloud: CloudContext,
): WorldFault | null {
  return cloud.findFault({
    service: service.id,
    operation: call.operation,
    accountId: call.target.accountId ?? context.account.id,
    region: context.region,
    cluster: call.target.cluster,
  });
}

/** Null: the service answers by itself. */
function toFaultReply(fault: WorldFault, service: AwsService, context: CallContext): Reply | null {
  const { answer } = fault;
  if (answer.kind === "garbage")
    return { status: 200, headers: { "content-type": answer.contentType }, body: answer.body };
  return answer.kind === "error" ? toErrorReply(answer, service, context) : toSilence(fault);
}

function toErrorReply(
  { code, status, message, retryAfterSeconds }: Extract<WorldFault["answer"], { readonly kind: "error" }>,
  service: AwsService,
  context: CallContext,
): Reply {
  const headers: Readonly<Record<string, string>> =
    retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
  const error = new AwsError(code, status, message, { headers });
  return service.toErrorAnswer(error, context.requestId, context.request);
}

function requirePermissions(
  permissions: readonly Permission[],
  service: AwsService,
  context: CallContext,
): void {
  for (const permission of permissions) {
    const denial = findDenial(context.world, context.session, permission, context.region);
    if (denial !== null) throw toDenial(context.session, permission, denial, service.refusals.denied);
  }
}
