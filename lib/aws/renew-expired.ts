// Calls that are refused because the role's session has expired before its time (a session that was ended, a clock
// that is wrong) are repeated once, with a session that is asked for anew. Keeps no credentials.

import type { MetadataBearer, Pluggable } from "@smithy/types";
import type { CredentialSource } from "./clients.ts";

/** By protocol: STS and the query services, the others. */
const EXPIRED: ReadonlySet<string> = new Set(["ExpiredToken", "ExpiredTokenException"]);

export function renewExpired<I extends object, O extends MetadataBearer>(
  credentials: CredentialSource,
): Pluggable<I, O> {
  return {
    applyToStack(stack) {
      stack.add(
        (next) => async (input) => {
          const used = await credentials();
          try {
            return await next(input);
          } catch (error) {
            if (!(error instanceof Error && EXPIRED.has(error.name))) throw error;
            await credentials(used);
            return next(input);
          }
        },
        // Around everything, so that the repeated call is signed anew.
        { step: "initialize", priority: "low", name: "ringfenceRenewal" },
      );
    },
  };
}
