// What the SDK says of settings of the user that cannot be had together, wherever they stand: in the environment or in
// a profile. Other errors are not its business.

import { ConfigurationError } from "../model/configuration-error.ts";

/** The endpoint rules of every service: "Invalid Configuration: FIPS and custom endpoint are not supported". */
const CONFLICT = /^Invalid Configuration: (FIPS|Dualstack) and custom endpoint are not supported$/;

/** Null: another error. */
export function toConflict(error: Error): ConfigurationError | null {
  const kind = CONFLICT.exec(error.message)?.[1];
  if (kind === undefined) return null;
  const name = `use_${kind.toLowerCase()}_endpoint`;
  return new ConfigurationError("the AWS environment or profile", [
    {
      path: `AWS_${name.toUpperCase()} and AWS_ENDPOINT_URL`,
      line: null,
      seen: `both (in a profile: ${name} and endpoint_url)`,
      expected: "one of the two",
      hint: "Unset AWS_ENDPOINT_URL, so that AWS's own endpoints of that kind are called; or unset the other.",
    },
  ]);
}
