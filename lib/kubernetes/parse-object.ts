// Checks a part of a foreign object against a valibot schema that has only the fields that we use.
// Null and absent are the same on the wire: Go writes a nil slice or pointer as either.

import * as v from "valibot";

import type { Labels } from "../model/kubernetes.ts";
import { MalformedObjectError } from "./errors.ts";
import { isStringMap } from "./foreign-json.ts";

/** valibot's own record drops the keys `constructor` and `prototype`, which are good names for a label. */
export const StringMap = v.custom<Labels>(isStringMap);

export function parseObject<S extends v.GenericSchema>(
  kind: string,
  schema: S,
  object: unknown,
): v.InferOutput<S> {
  const result = v.safeParse(schema, object, { abortEarly: true });
  if (result.success) return result.output;
  throw new MalformedObjectError(kind, v.getDotPath(result.issues[0]) ?? "content");
}
