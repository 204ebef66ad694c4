// The configurationValues of the vpc-cni add-on: a string of JSON or YAML in which a user declared an intent.
// It is no evidence of what runs. Hostile input: it may be of any shape and size.

import { rememberLast } from "../model/remember-last.ts";
import { MAX_VALUES_LENGTH, parseAddonDocument } from "./addon-document.ts";
import { readMember } from "./select-pods.ts";

export type AddonValues =
  /** Never set: every key has its documented default, and network policy's is off. */
  | { readonly state: "unset"; readonly networkPolicy: "absent" }
  /** Not a JSON or YAML object. */
  | { readonly state: "malformed"; readonly because: string }
  | {
      readonly state: "read";
      readonly networkPolicy: boolean | "absent" | "invalid";
      /** The key stands somewhere below the top level, where the add-on does not look: its path. */
      readonly nestedAt: string | null;
      readonly enforcingMode: string | null;
    };

/** The add-on's schema: `enableNetworkPolicy` is a string with the format boolean. */
const KEY = "enableNetworkPolicy";
const MAX_DEPTH = 8;

/** Three controls ask for each cluster, and the clusters of an organization mostly declare the same. */
export const parseAddonValues = rememberLast(parseValues);

function parseValues(text: string | null): AddonValues {
  if (text === null || text.trim() === "") return { state: "unset", networkPolicy: "absent" };
  if (text.length > MAX_VALUES_LENGTH)
    return { state: "malformed", because: `it is longer than ${MAX_VALUES_LENGTH} characters` };
  const values = parseYaml(text);
  if (values === undefined) return { state: "malformed", because: "it is neither JSON nor YAML" };
  if (values === null) return { state: "unset", networkPolicy: "absent" };
  if (typeof values !== "object")
    return { state: "malformed", because: "it is a single value, not an object" };
  if (Array.isArray(values)) return { state: "malformed", because: "it is a list, not an object" };
  const mode = readMember(readMember(values, "env"), "NETWORK_POLICY_ENFORCING_MODE");
  return {
    state: "read",
    networkPolicy: readSwitch(values),
    nestedAt: findNested(values, "", 0),
    enforcingMode: typeof mode === "string" ? mode : null,
  };
}

/** JSON is a subset of YAML 1.2. Undefined: it does not parse; aliases that explode do not either. */
function parseYaml(text: string): unknown {
  try {
    const values: unknown = parseAddonDocument(text)?.toJS();
    return values;
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** The canonical value is the string "true"; a boolean is accepted when reading; "True" is neither. */
function readSwitch(values: object): boolean | "absent" | "invalid" {
  if (!Object.hasOwn(values, KEY)) return "absent";
  const value = readMember(values, KEY);
  if (value === true || value === "true") return true;
  return value === false || value === "false" ? false : "invalid";
}

/** A common mistake is to wrap the values, as in `VpcCni.properties`. */
function findNested(values: unknown, path: string, depth: number): string | null {
  if (typeof values !== "object" || values === null || depth > MAX_DEPTH) return null;
  for (const [key, value] of Object.entries(values)) {
    if (key === KEY && path !== "") return `${path}.${key}`;
    const found = findNested(value, path === "" ? key : `${path}.${key}`, depth + 1);
    if (found !== null) return found;
  }
  return null;
}
