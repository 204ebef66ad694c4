// Field selectors: `metadata.name=a,spec.nodeName!=b`, and which field labels each resource has.
// Source: k8s.io/apimachinery pkg/fields and kubernetes pkg/apis/*/v1/conversion.go.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { ApiResource } from "./built-in-resources.ts";
import { RefusedRequest, toBadRequest } from "./status.ts";

export type ObjectPredicate = (object: RawObject) => boolean;
type FieldReader = (object: RawObject) => string;

const METADATA_FIELDS: ReadonlyMap<string, FieldReader> = new Map([
  ["metadata.name", (object: RawObject) => object.metadata.name],
  ["metadata.namespace", (object: RawObject) => object.metadata.namespace ?? ""],
]);

// Where an object was stored without the field, its documented API default counts (API reference, PodSpec).
const FIELDS: ReadonlyMap<string, ReadonlyMap<string, FieldReader>> = new Map([
  [
    "/pods",
    new Map([
      ["spec.host", field("spec", "nodeName")],
      ["spec.hostNetwork", field("spec", "hostNetwork", "false")],
      ["spec.nodeName", field("spec", "nodeName")],
      ["spec.restartPolicy", field("spec", "restartPolicy", "Always")],
      ["spec.schedulerName", field("spec", "schedulerName", "default-scheduler")],
      ["spec.serviceAccountName", field("spec", "serviceAccountName")],
      ["status.nominatedNodeName", field("status", "nominatedNodeName")],
      ["status.phase", field("status", "phase")],
      ["status.podIP", field("status", "podIP")],
    ]),
  ],
  ["/nodes", new Map([["spec.unschedulable", field("spec", "unschedulable", "false")]])],
  ["/namespaces", new Map([["status.phase", field("status", "phase")]])],
  ["/secrets", new Map([["type", (object: RawObject) => toText(object["type"])]])],
  [
    "/services",
    new Map([
      ["spec.clusterIP", field("spec", "clusterIP")],
      ["spec.type", field("spec", "type", "ClusterIP")],
    ]),
  ],
  ["batch/jobs", new Map([["status.successful", field("status", "succeeded", "0")]])],
  ["apps/replicasets", new Map([["status.replicas", field("status", "replicas", "0")]])],
]);

/** Every term must hold. An empty selector is every object. */
export function parseFieldSelector(text: string, resource: ApiResource): readonly ObjectPredicate[] {
  return splitTerms(text).map((term) => {
    const { label, operator, value } = parseTerm(term, text);
    const read = toFieldReader(label, resource);
    return operator === "!=" ? (object) => read(object) !== value : (object) => read(object) === value;
  });
}

/** Commas separate terms; a backslash escapes the next character. */
function splitTerms(text: string): readonly string[] {
  return text.match(/(?:\\.|[^,\\]|\\$)+/gs) ?? [];
}

function parseTerm(
  term: string,
  selector: string,
): { readonly label: string; readonly operator: "=" | "!="; readonly value: string } {
  const match = /^((?:\\.|[^=!\\])*)(!=|==|=)(.*)$/s.exec(term);
  if (match === null) {
    throw refused(`invalid selector: '${selector}'; can't understand '${term}'`);
  }
  const [, label = "", operator = "", value = ""] = match;
  return { label, operator: operator === "!=" ? "!=" : "=", value: unescapeValue(value, selector) };
}

/** Only `\\`, `\,` and `\=` are escapes; a bare `=` in a value is not allowed. */
function unescapeValue(value: string, selector: string): string {
  if (!/^(?:\\[\\,=]|[^\\,=])*$/s.test(value)) {
    throw refused(`invalid field selector: '${selector}': bad escape or unescaped character`);
  }
  return value.replaceAll(/\\(.)/gs, "$1");
}

function toFieldReader(label: string, resource: ApiResource): FieldReader {
  const own = FIELDS.get(`${resource.group}/${resource.plural}`);
  const reader = METADATA_FIELDS.get(label) ?? own?.get(label);
  if (reader !== undefined) return reader;
  if (own !== undefined || !resource.builtIn) throw refused(`field label not supported: ${label}`);
  throw refused(
    `${JSON.stringify(label)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}

function field(section: "spec" | "status", name: string, fallback = ""): FieldReader {
  return (object) => {
    const holder = object[section];
    if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, name)) return fallback;
    return toText(Reflect.get(holder, name));
  };
}

function toText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

function refused(message: string): RefusedRequest {
  return new RefusedRequest(toBadRequest(message));
}
