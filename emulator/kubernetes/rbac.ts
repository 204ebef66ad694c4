// Kubernetes role-based access control: does a rule allow this request? Rules only ever allow.
// Source: kubernetes pkg/apis/rbac/v1/evaluation_helpers.go and plugin/pkg/auth/authorizer/rbac.

import type { RequestInfo, ResourceRequest } from "./request-info.ts";
import type { Status } from "./status.ts";
import { toDetails, toQualifiedName, toStatus } from "./status.ts";

export interface Rule {
  /** The sentence that SelfSubjectAccessReview gives as its reason. */
  readonly grantedBy: string;
  /** null: in every namespace and at the cluster scope. */
  readonly namespace: string | null;
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  /** Empty: every name. */
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

/** The first rule that allows the request, or null. */
export function findAllowingRule(rules: readonly Rule[], request: RequestInfo): Rule | null {
  return rules.find((rule) => allows(rule, request)) ?? null;
}

function allows(rule: Rule, request: RequestInfo): boolean {
  if (!includesOrAll(rule.verbs, request.verb)) return false;
  return request.kind === "path" ? allowsPath(rule, request.path) : allowsResource(rule, request);
}

function allowsPath(rule: Rule, path: string): boolean {
  return rule.nonResourceURLs.some((pattern) =>
    pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern,
  );
}

function allowsResource(rule: Rule, request: ResourceRequest): boolean {
  return (
    (rule.namespace === null || rule.namespace === request.namespace) &&
    includesOrAll(rule.apiGroups, request.group) &&
    namesResource(rule.resources, request) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(request.name ?? ""))
  );
}

function namesResource(resources: readonly string[], { resource, subresource }: ResourceRequest): boolean {
  if (subresource === null) return includesOrAll(resources, resource);
  return includesOrAll(resources, `${resource}/${subresource}`) || resources.includes(`*/${subresource}`);
}

function includesOrAll(list: readonly string[], item: string): boolean {
  return list.includes("*") || list.includes(item);
}

/** The 403 of a request that no rule allows. */
export function toForbidden(userName: string, request: RequestInfo): Status {
  if (request.kind === "path") {
    const message = `forbidden: User ${quote(userName)} cannot ${request.verb} path ${quote(request.path)}`;
    return toStatus(403, "Forbidden", message, {});
  }
  const { verb, group, resource, subresource, name, namespace } = request;
  const subject = `${toQualifiedName(request)}${name === null ? "" : ` ${quote(name)}`}`;
  const object = subresource === null ? resource : `${resource}/${subresource}`;
  const scope = namespace === null ? "at the cluster scope" : `in the namespace ${quote(namespace)}`;
  const message =
    `${subject} is forbidden: User ${quote(userName)} cannot ${verb} resource ${quote(object)} ` +
    `in API group ${quote(group)} ${scope}`;
  return toStatus(403, "Forbidden", message, toDetails(request, name));
}

function quote(text: string): string {
  return JSON.stringify(text);
}
