// The add-on's configuration values with one setting changed and everything else as it stands. UpdateAddon replaces
// the whole string, so a value that is left out here is a value that is lost in the cluster.

import { isScalar, visit, type Document } from "yaml";
import { MAX_VALUES_LENGTH, parseAddonDocument } from "../enforcement/addon-document.ts";
import { rememberLast } from "../model/remember-last.ts";
import { isRecord } from "../netpol/raw-record.ts";

/** JSON in ASCII, or the clause that says why it cannot be made without losing something. */
export type MergedValues = { readonly json: string } | { readonly because: string };

type Values = Readonly<Record<string, unknown>>;

type ReadValues = { readonly values: Values } | { readonly because: string };

export type ChangeValues = (values: Values) => Values;

/** The add-on's schema takes a string with the format boolean here, not a boolean. */
export const switchOn: ChangeValues = (values) => ({ ...values, enableNetworkPolicy: "true" });
export const switchOff: ChangeValues = (values) => ({ ...values, enableNetworkPolicy: "false" });

export const startDenied: ChangeValues = (values) => ({
  ...values,
  env: { ...(isRecord(values["env"]) ? values["env"] : {}), NETWORK_POLICY_ENFORCING_MODE: "strict" },
});

export const asTheyAre: ChangeValues = (values) => values;

export function mergeAddonValues(present: string | null, change: ChangeValues = switchOn): MergedValues {
  const read = readValues(present);
  return "because" in read ? read : { json: toAscii(change(read.values)) };
}

/** A remedy for each cluster, and the clusters of an organization mostly declare the same. */
const readValues = rememberLast((present: string | null): ReadValues => {
  if (present === null || present.trim() === "") return { values: {} };
  if (present.length > MAX_VALUES_LENGTH)
    return { because: `they are longer than ${MAX_VALUES_LENGTH} characters` };
  const document = parseAddonDocument(present);
  if (document === null) return { because: "they are neither JSON nor YAML" };
  const inexact = findInexactNumber(document);
  if (inexact !== null) return { because: `the number ${inexact} would not survive the rewriting` };
  const values = toPlain(document);
  if (values === undefined) return { because: "they cannot be expanded" };
  if (values === null) return { values: {} };
  return isRecord(values) ? { values } : { because: "they are not an object" };
});

/** Undefined: aliases that explode. */
function toPlain(document: Document.Parsed): unknown {
  try {
    const plain: unknown = document.toJS();
    return plain;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** A number that JavaScript rounds, such as an id of 18 digits without quotes. */
function findInexactNumber(document: Document.Parsed): string | null {
  let found: string | null = null;
  visit(document, {
    Scalar(_, node) {
      const isInexact =
        isScalar(node) &&
        typeof node.value === "number" &&
        Math.abs(node.value) > Number.MAX_SAFE_INTEGER &&
        Number.isFinite(node.value);
      if (!isInexact) return undefined;
      found = (node.source ?? "").slice(0, 40);
      return visit.BREAK;
    },
  });
  return found;
}

/** Every other character as its escape, so that a terminal, a shell and a file keep the text exact. */
function toAscii(values: object): string {
  return JSON.stringify(values).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
