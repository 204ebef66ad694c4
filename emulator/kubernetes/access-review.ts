// SelfSubjectAccessReview: may the caller do this? Answered with the rules that judge its requests.

import * as v from "valibot";
import { type Answer, toJsonAnswer } from "./answer.ts";
import { decodeProtobufReview } from "./protobuf-review.ts";
import { findAllowingRule, type Rule } from "./rbac.ts";
import type { RequestInfo } from "./request-info.ts";
import { RefusedRequest, toBadRequest, toStatus } from "./status.ts";

// API reference, ResourceAttributes: every member is optional, and an empty string is "not set".
const text = v.optional(v.string(), "");
const reviewSchema = v.object({
  spec: v.object({
    resourceAttributes: v.optional(
      v.object({
        namespace: text,
        verb: text,
        group: text,
        version: text,
        resource: text,
        subresource: text,
        name: text,
      }),
    ),
    nonResourceAttributes: v.optional(v.object({ path: text, verb: text })),
  }),
});
type Spec = v.InferOutput<typeof reviewSchema>["spec"];

export function createSelfSubjectAccessReview(
  contentType: string | undefined,
  body: Buffer,
  rules: readonly Rule[],
): Answer {
  const { spec } = parseReview(decodeBody(contentType, body));
  const rule = findAllowingRule(rules, toRequestInfo(spec));
  return toJsonAnswer(201, {
    kind: "SelfSubjectAccessReview",
    apiVersion: "authorization.k8s.io/v1",
    metadata: {},
    spec,
    status:
      rule === null ? { allowed: false } : { allowed: true, reason: `RBAC: allowed by ${rule.grantedBy}` },
  });
}

/** A body without a type is JSON, as on the real server. */
function decodeBody(contentType = "application/json", body: Buffer): unknown {
  const mediaType = contentType.split(";")[0]?.trim();
  if (mediaType === "application/json") return parseJson(body.toString());
  if (mediaType === "application/vnd.kubernetes.protobuf") return decodeProtobufReview(body);
  const message =
    "the body of the request was in an unknown format - accepted media types include: " +
    "application/json, application/vnd.kubernetes.protobuf";
  throw new RefusedRequest(toStatus(415, "UnsupportedMediaType", message));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function parseReview(review: unknown): v.InferOutput<typeof reviewSchema> {
  const result = v.safeParse(reviewSchema, review);
  if (result.success) return result.output;
  const message = "the object provided is unrecognized (must be of type SelfSubjectAccessReview)";
  throw new RefusedRequest(toBadRequest(message));
}

function toRequestInfo({ resourceAttributes, nonResourceAttributes }: Spec): RequestInfo {
  if ((resourceAttributes === undefined) === (nonResourceAttributes === undefined)) {
    const message =
      'SelfSubjectAccessReview.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: ' +
      "exactly one of nonResourceAttributes or resourceAttributes must be specified";
    throw new RefusedRequest(toStatus(422, "Invalid", message));
  }
  if (resourceAttributes === undefined) {
    const { path = "", verb = "" } = nonResourceAttributes ?? {};
    return { kind: "path", verb, path };
  }
  const { verb, group, version, resource } = resourceAttributes;
  return {
    kind: "resource",
    verb,
    group,
    version,
    resource,
    namespace: orNull(resourceAttributes.namespace),
    subresource: orNull(resourceAttributes.subresource),
    name: orNull(resourceAttributes.name),
  };
}

function orNull(value: string): string | null {
  return value === "" ? null : value;
}
