// From one request to what happens to it: authenticate, meet a fault, authorise, answer.

import type { IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import type { WorldCluster } from "../world.ts";
import { toRules } from "./access-level.ts";
import { type Delivery, isDelivery } from "../deliver.ts";
import { type Answer, toStatusAnswer, toTextAnswer } from "./answer.ts";
import { authenticate, type AuthenticatorContext, toMappedPrincipal } from "./authenticator.ts";
import type { ClusterRequest, ClusterServerContext } from "./cluster-server-context.ts";
import { isHealthPath } from "./discovery.ts";
import { createFaultFinder, type FaultAnswer } from "./faults.ts";
import { type ApiState, handleRequest } from "./handle-request.ts";
import type { Revisions } from "./revisions.ts";
import { toStatus, UNAUTHORIZED } from "./status.ts";

/** An entry of the live log; who handles the request fills in what becomes known. */
export type LoggedRequest = { -readonly [K in keyof ClusterRequest]: ClusterRequest[K] };

/** What to do with one request: give an answer, or the two ways of giving none. */
export type Outcome = Answer | "hang" | "reset";
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
  return async (request, url, logged) => {
    if (isHealthPath(url.pathname)) return toTextAnswer(200, "ok");
    const authentication = await authenticate(request.headers.authorization, authenticator);
    if ("refusal" in authentication) return toStatusAnswer(UNAUTHORIZED);
    const { userName, principalArn } = authentication.identity;
    logged.principal = principalArn;
    const fault = findFault(url.pathname);
    if (fault !== null && !isDelivery(fault)) return toOutcome(fault);
    const body = request.method === "POST" ? await buffer(request) : Buffer.alloc(0);
    const { method, headers } = request;
    const answer = handleRequest({ method: method ?? "", url, headers, body, userName }, state);
    return fault === null ? answer : { ...answer, delivery: fault };
  };
}

/** A local cluster on AWS Outposts is named by its id in the token, any other by its name. */
function toClusterHeader({ name, describe }: WorldCluster): string {
  const id = describe["id"];
  return describe["outpostConfig"] !== undefined && typeof id === "string" ? id : name;
}

function toOutcome(fault: Exclude<FaultAnswer, Delivery>): Outcome {
  if (fault.kind === "hang" || fault.kind === "reset") return fault.kind;
  if (fault.kind === "garbage") return toTextAnswer(200, fault.body, fault.contentType);
  const { status, code, message, retryAfterSeconds } = fault;
  if (retryAfterSeconds === undefined) return toStatusAnswer(toStatus(status, code, message));
  return toStatusAnswer(toStatus(status, code, message, { retryAfterSeconds }), {
    "retry-after": String(retryAfterSeconds),
  });
}
