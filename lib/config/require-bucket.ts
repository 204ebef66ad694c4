// The bucket that a Lambda works with: without one there is nothing that it could do.

import type { Configuration } from "./config-schema.ts";
import { ConfigurationError } from "../model/configuration-error.ts";

export function requireBucket({ state }: Configuration): string {
  if (state?.bucket !== undefined) return state.bucket;
  throw new ConfigurationError("the environment", [
    {
      path: "RINGFENCE_BUCKET",
      line: null,
      seen: "nothing",
      expected: "the name of the bucket that holds the runs",
      hint: null,
    },
  ]);
}
