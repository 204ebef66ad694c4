// What a request asks for, as authorisation sees it: a resource with a verb, or a plain path.
// Source: k8s.io/apiserver endpoints/request/requestinfo.go. Nothing is looked up here.

import { RefusedRequest, toBadRequest } from "./status.ts";

export interface ResourceRequest {
  readonly kind: "resource";
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  /** null: not below a namespace. */
  readonly namespace: string | null;
  readonly resource: string;
  readonly subresource: string | null;
  readonly name: string | null;
}

export interface PathRequest {
  readonly kind: "path";
  readonly verb: string;
  readonly path: string;
}

export type RequestInfo = ResourceRequest | PathRequest;

// `/namespaces/x/status` is a subresource of x; `/namespaces/x/pods` is a resource in it.
const NAMESPACE_SUBRESOURCES = new Set(["status", "finalize"]);
// A field selector that names one object stands for that object's name (lists and watches).
const SELECTED_NAME = /(?:^|,)metadata\.name==?([^,!=]+)(?:,|$)/;

export function parseRequestInfo(method: string, url: URL): RequestInfo {
  const segments = url.pathname.split("/").filter((segment) => segment !== "");
  const resourceSegments = toResourceSegments(segments);
  if (resourceSegments === null) {
    return { kind: "path", verb: method.toLowerCase(), path: decodeSegment(url.pathname) };
  }
  const place = toPlace(resourceSegments.rest.map(decodeSegment));
  const verb = toVerb(method, place.name !== null, url.searchParams);
  const isNamedBySelector = place.name === null && (verb === "list" || verb === "watch");
  return {
    kind: "resource",
    verb,
    group: resourceSegments.group,
    version: resourceSegments.version,
    ...place,
    name: isNamedBySelector ? toSelectedName(url.searchParams) : place.name,
  };
}

/** `/api/v1/…` and `/apis/GROUP/VERSION/…`; anything shorter is discovery. */
function toResourceSegments(
  segments: readonly string[],
): { readonly group: string; readonly version: string; readonly rest: readonly string[] } | null {
  const [root, first, second] = segments;
  if (root === "api" && first !== undefined && segments.length > 2) {
    return { group: "", version: first, rest: segments.slice(2) };
  }
  if (root === "apis" && first !== undefined && second !== undefined && segments.length > 3) {
    return { group: decodeSegment(first), version: decodeSegment(second), rest: segments.slice(3) };
  }
  return null;
}

function toPlace(
  segments: readonly string[],
): Pick<ResourceRequest, "namespace" | "resource" | "subresource" | "name"> {
  const [first = "", second = null, third = null, ...others] = segments;
  const isNamespaced =
    first === "namespaces" && second !== null && third !== null && !NAMESPACE_SUBRESOURCES.has(third);
  if (isNamespaced) {
    const [name = null, subresource = null] = others;
    return { namespace: second, resource: third, name, subresource };
  }
  const namespace = first === "namespaces" ? second : null;
  return { namespace, resource: first, name: second, subresource: third };
}

function toVerb(method: string, isNamed: boolean, query: URLSearchParams): string {
  switch (method) {
    case "GET":
    case "HEAD":
      if (isNamed) return "get";
      return /^(?:1|true)$/i.test(query.get("watch") ?? "") ? "watch" : "list";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "DELETE":
      return isNamed ? "delete" : "deletecollection";
    default:
      return method.toLowerCase();
  }
}

function toSelectedName(query: URLSearchParams): string | null {
  return SELECTED_NAME.exec(query.get("fieldSelector") ?? "")?.[1] ?? null;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new RefusedRequest(toBadRequest(`invalid URL escape in ${JSON.stringify(segment)}`));
  }
}
