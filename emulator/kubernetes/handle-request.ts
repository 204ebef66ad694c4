// One authenticated request to its answer: authorise first, then find what it names, as the API server does.

import type { IncomingMessage } from "node:http";
import { PROTOBUF_TYPE } from "../../lib/kubernetes/http-exchange.ts";
import { createSelfSubjectAccessReview } from "./access-review.ts";
import { type Answer, toStatusAnswer } from "./answer.ts";
import { getDiscovery, PAGE_NOT_FOUND } from "./discovery.ts";
import { getObject, listObjects, toSchema } from "./list-objects.ts";
import { negotiate } from "./media-type.ts";
import { isBuiltInGroup } from "./object-index.ts";
import { findAllowingRule, type Rule, toForbidden } from "./rbac.ts";
import { parseRequestInfo, type ResourceRequest } from "./request-info.ts";
import type { Revisions } from "./revisions.ts";
import { METHOD_NOT_ALLOWED, NO_SUCH_PATH, RefusedRequest, type Status } from "./status.ts";
import { toStatusMessage } from "./write-protobuf.ts";

export interface ApiState {
  readonly clusterVersion: string;
  readonly rules: readonly Rule[];
  readonly revisions: Revisions;
}

export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  readonly userName: string;
}

export function handleRequest(request: ApiRequest, state: ApiState): Answer {
  try {
    return answerRequest(request, state);
  } catch (error) {
    if (error instanceof RefusedRequest) return toRefusal(error.status, request.headers.accept);
    throw error;
  }
}

/** In protobuf for whoever takes whole objects in it: a refusal knows no other representation. */
function toRefusal(status: Status, accept: string | undefined): Answer {
  const answer = toStatusAnswer(status);
  // What cannot be negotiated is refused in JSON.
  if (status.code === 406 || accept?.split(",", 1)[0]?.trim() !== PROTOBUF_TYPE) return answer;
  return { ...answer, render: () => ({ contentType: PROTOBUF_TYPE, content: toStatusMessage(status) }) };
}

function answerRequest(request: ApiRequest, state: ApiState): Answer {
  const info = parseRequestInfo(request.method, request.url);
  if (findAllowingRule(state.rules, info) === null) {
    throw new RefusedRequest(toForbidden(request.userName, info));
  }
  if (info.kind === "path")
    return getDiscovery(info.path, state.revisions.current.index, state.clusterVersion);
  return answerResourceRequest(request, info, state);
}

function answerResourceRequest(request: ApiRequest, info: ResourceRequest, state: ApiState): Answer {
  const { index } = state.revisions.current;
  const resource = index.findResource(info.group, info.version, info.resource);
  if (resource === null) return isBuiltInGroup(info.group) ? toStatusAnswer(NO_SUCH_PATH) : PAGE_NOT_FOUND;
  if (resource.plural === "selfsubjectaccessreviews" && info.verb === "create") {
    return createSelfSubjectAccessReview(request.headers["content-type"], request.body, state.rules);
  }
  // RequestInfo puts a Namespace into its own namespace; in the storage it is cluster-wide.
  const namespace = resource.group === "" && resource.plural === "namespaces" ? null : info.namespace;
  const isMisplaced = namespace !== null && !resource.namespaced;
  const isIncomplete = info.verb === "get" && namespace === null && resource.namespaced;
  if (info.subresource !== null || isMisplaced || isIncomplete) return toStatusAnswer(NO_SUCH_PATH);
  const negotiated = negotiate(request.headers.accept, (representation) =>
    info.verb === "list" ? toSchema(resource, representation) !== null : false,
  );
  const read = { resource, namespace, query: request.url.searchParams, ...negotiated };
  if (info.verb === "list") return listObjects(read, state.revisions);
  if (info.verb === "get" && info.name !== null) return getObject(read, info.name, state.revisions);
  // Watches, and every write that a rule would allow: this server only reads.
  return toStatusAnswer(METHOD_NOT_ALLOWED);
}
