// Which representation the Accept header asks for: the object, its metadata, or a list of metadata.
// Source: k8s.io/apiserver pkg/endpoints/handlers/negotiation.

import { PROTOBUF_TYPE } from "../../lib/kubernetes/http-exchange.ts";
import { RefusedRequest, toNotAcceptable } from "./status.ts";

export type Representation = "object" | "PartialObjectMetadata" | "PartialObjectMetadataList";

export type Format = "json" | "protobuf";

export interface Negotiated {
  readonly format: Format;
  readonly representation: Representation;
}

const FORMATS: ReadonlyMap<string, Format> = new Map([
  ["application/json", "json"],
  ["application/*", "json"],
  ["*/*", "json"],
  [PROTOBUF_TYPE, "protobuf"],
]);

/**
 * The first clause, by weight and then by order, that can be served. Tables are not: kubectl falls back. `inProtobuf`
 * says what can be written so.
 */
export function negotiate(
  accept: string | undefined,
  inProtobuf: (representation: Representation) => boolean,
): Negotiated {
  if (accept === undefined || accept.trim() === "") return { format: "json", representation: "object" };
  const clauses = accept
    .split(",")
    .map(parseClause)
    .toSorted((a, b) => b.weight - a.weight);
  for (const { type, parameters } of clauses) {
    const format = FORMATS.get(type);
    const representation = toRepresentation(parameters);
    if (format === undefined || representation === null) continue;
    if (format === "json" || inProtobuf(representation)) return { format, representation };
  }
  throw new RefusedRequest(toNotAcceptable("only the following media types are accepted: application/json"));
}

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly weight: number;
}

function parseClause(clause: string): Clause {
  const [type = "", ...pairs] = clause.split(";").map((part) => part.trim());
  const parameters = new Map<string, string>();
  for (const pair of pairs) {
    const [name = "", value = ""] = pair.split("=");
    parameters.set(name.trim(), value.trim());
  }
  // RFC 9110 §12.4.2: a clause without weight has weight 1.
  return { type: type.toLowerCase(), parameters, weight: Number(parameters.get("q") ?? "1") };
}

function toRepresentation(parameters: ReadonlyMap<string, string>): Representation | null {
  const kind = parameters.get("as");
  if (kind === undefined) return "object";
  if (parameters.get("g") !== "meta.k8s.io" || parameters.get("v") !== "v1") return null;
  return kind === "PartialObjectMetadata" || kind === "PartialObjectMetadataList" ? kind : null;
}
