// What the SDK takes of a person's environment and profile, where it is wrong: told in the user's words. For the terminal
// alone: Lambda sets its own, and its bundles need not carry the sentences.

import { ConfigurationError } from "../model/configuration-error.ts";
import type { Environment } from "./compose-parts.ts";

/** Throws a ConfigurationError for a Region that can be none, and an endpoint that is no URL of HTTP. */
export function refuseWrongSettings(environment: Environment): void {
  const name = environment["AWS_REGION"] ? "AWS_REGION" : "AWS_DEFAULT_REGION";
  const region = environment[name];
  // The SDK refuses what is no part of a host's name; what is no Region is not found later.
  if (region && !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(region))
    throw toError(name, JSON.stringify(region), "an AWS Region, such as eu-central-1", null);
  const url = environment["AWS_ENDPOINT_URL"];
  const isIgnored = environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true";
  if (!url || isIgnored || /^https?:$/.test(URL.parse(url)?.protocol ?? "")) return;
  // Not shown: whoever mixes variables up may have put a secret there.
  throw toError(
    "AWS_ENDPOINT_URL",
    "a text that is no such URL",
    "a URL that begins with https:// or http://",
    "Unset it to call AWS itself.",
  );
}

/** The endpoint rules of every service: "Invalid Configuration: FIPS and custom endpoint are not supported". */
const CONFLICT = /^Invalid Configuration: (FIPS|Dualstack) and custom endpoint are not supported$/;

/** Throws a ConfigurationError for settings that cannot be had together; null: another error. */
export function refuseConflict(error: unknown): null {
  const kind = error instanceof Error ? CONFLICT.exec(error.message)?.[1] : undefined;
  if (kind === undefined) return null;
  const name = `use_${kind.toLowerCase()}_endpoint`;
  throw toError(
    `AWS_${name.toUpperCase()} and AWS_ENDPOINT_URL`,
    `both (in a profile: ${name} and endpoint_url)`,
    "one of the two",
    "Unset AWS_ENDPOINT_URL, so that AWS's own endpoints of that kind are called; or unset the other.",
  );
}

function toError(path: string, seen: string, expected: string, hint: string | null): ConfigurationError {
  return new ConfigurationError("the environment", [{ path, line: null, seen, expected, hint }]);
}
