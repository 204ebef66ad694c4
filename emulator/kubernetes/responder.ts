// From one request to what happens to it: authenticate, meet a fault, authorise, answer.

import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { WorldCluster, WorldFault } from "../world.ts";
import { toRules } from "./access-level.ts";
import { isDelivery } from "../deliver.ts";
import { type Silence, toSilence } from "../interception.ts";
import { type Answer, toStatusAnswer, toTextAnswer } from "./answer.ts";
import { authenticate, type AuthenticatorContext, toMappedPrincipal } from "./authenticator.ts";
import type { ClusterRequest, ClusterServerContext } from "./cluster-server-context.ts";
import { isHealthPath } from "./discovery.ts";
import { createFaultFinder } from "./faults.ts";
import { type ApiState, handleRequest } from "./handle-request.ts";
import type { Revisions } from "./revisions.ts";
import { toStatus, UNAUTHORIZED } from "./status.ts";

/** An entry of the live log; who handles the request fills in what becomes known. */
export type LoggedRequest = { -readonly [K in keyof ClusterRequest]: ClusterRequest[K] };

/** What to do with one request. */
export type Outcome = Answer | Silence;
export type Responder = (request: IncomingMessage, url: URL, logged: LoggedRequest) => Promise<Outcome>;

export async function createResponder(
  cluster: WorldCluster,
  context: ClusterServerContext,
  revisions: Revisions,
): Promise<Responder> {
  const { name, authenticationMode, version } = cluster;
  const rules = await toRules(cluster.access);
  const state: ApiState = { clusterVersion: version, rules: rules ?? [], revisions };
  const findFault = createFaultFinder(context.faults, { ...context, cluster: name });
  const mapped = context.mappedPrincipals.map((arn) => toMappedPrincipal(arn, authenticationMode));
  const authenticator: AuthenticatorContext = {
    ...context,
    clusterHeader: toClusterHeader(cluster),
    mappedPrincipals: new Set(rules === null ? [] : mapped),
  };
  const expired = new Set<string | undefined>();
  return async (request, url, logged) => {
    if (isHealthPath(url.pathname)) return toTextAnswer(200, "ok");
    const { authorization } = request.headers;
    const fault = findFault(url.pathname);
    const authentication = await authenticate(authorization, toTimed(authenticator, fault, context));
    if ("refusal" in authentication || expired.has(authorization)) return toStatusAnswer(UNAUTHORIZED);
    const { userName, principalArn } = authentication.identity;
    logged.principal = principalArn;
    if (fault?.answer.kind === "expired") {
      expired.add(authorization);
      return answerInNextSecond();
    }
    const outcome = fault === null ? null : toOutcome(fault);
    if (outcome !== null) return outcome;
    const body = request.method === "POST" ? await buffer(request) : Buffer.alloc(0);
    const { method, headers } = request;
    const answer = handleRequest({ method: method ?? "", url, headers, body, userName }, state);
    return fault !== null && isDelivery(fault.answer) ? { ...answer, delivery: fault.answer } : answer;
  };
}

/** A token names the second in which it was signed: one that is made after this answer is another one. */
async function answerInNextSecond(): Promise<Outcome> {
  await sleep(1000 - (Date.now() % 1000));
  return toStatusAnswer(UNAUTHORIZED);
}

/** By the fault's clock, where it is one: authenticator and STS are then ahead of everybody else, or behind. */
function toTimed(
  authenticator: AuthenticatorContext,
  fault: WorldFault | null,
  { now, verifyPresignedIdentity }: ClusterServerContext,
): AuthenticatorContext {
  if (fault?.answer.kind !== "clock") return authenticator;
  const { offsetSeconds } = fault.answer;
  const shifted = () => new Date(now().getTime() + offsetSeconds * 1000);
  return {
    ...authenticator,
    now: shifted,
    verifyPresignedIdentity: (url, header) => verifyPresignedIdentity(url, header, shifted()),
  };
}

/** A local cluster on AWS Outposts is named by its id in the token, any other by its name. */
function toClusterHeader({ name, describe }: WorldCluster): string {
  const id = describe["id"];
  return describe["outpostConfig"] !== undefined && typeof id === "string" ? id : name;
}

/** Null: the server answers by itself. */
function toOutcome(fault: WorldFault): Outcome | null {
  const { answer } = fault;
  if (answer.kind === "garbage") return toTextAnswer(200, answer.body, answer.contentType);
  return answer.kind === "error" ? toErrorOutcome(answer) : toSilence(fault);
}

function toErrorOutcome({
  status,
  code,
  message,
  retryAfterSeconds,
}: Extract<WorldFault["answer"], { readonly kind: "error" }>): Answer {
  if (retryAfterSeconds === undefined) return toStatusAnswer(toStatus(status, code, message));
  return toStatusAnswer(toStatus(status, code, message, { retryAfterSeconds }), {
    "retry-after": String(retryAfterSeconds),
  });
}
