// The IAM roles of a world: those that AWS would hold, with policies read from the templates that we ship.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Policy } from "../iam.ts";
import { parsePolicy } from "../iam.ts";
import { toFields } from "./cloud-formation.ts";

export interface Role {
  readonly accountId: string;
  readonly name: string;
  readonly arn: string;
  /** Null: assumed by the Lambda service only. */
  readonly trust: Policy | null;
  readonly policies: readonly Policy[];
  readonly maxSessionSeconds: number;
}

/** `MaxSessionDuration` when a template does not set it. (CloudFormation reference, AWS::IAM::Role) */
const DEFAULT_MAX_SESSION_SECONDS = 3600;

/** `properties` of a resolved AWS::IAM::Role. Managed policies are left out: none that we use grants a served call. */
export function toRole(
  properties: Readonly<Record<string, unknown>>,
  place: { readonly accountId: string; readonly partition: string; readonly name: string },
): Role {
  const { AssumeRolePolicyDocument: trust, Policies, MaxSessionDuration: maxSeconds } = properties;
  const inline: readonly unknown[] = Array.isArray(Policies) ? Policies : [];
  return {
    accountId: place.accountId,
    name: place.name,
    arn: `arn:${place.partition}:iam::${place.accountId}:role/${place.name}`,
    trust: trust === undefined ? null : parsePolicy(trust),
    policies: inline.map((policy) => parsePolicy(toFields(policy)["PolicyDocument"])),
    maxSessionSeconds: typeof maxSeconds === "number" ? maxSeconds : DEFAULT_MAX_SESSION_SECONDS,
  };
}

/** A file of the repository or of the installed package, wherever below its root this code runs; null: not there. */
export function readShippedFile(path: string): string | null {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, path);
    if (existsSync(candidate)) return readFileSync(candidate, "utf8");
    if (existsSync(join(folder, "package.json")) || folder === dirname(folder)) return null;
    folder = dirname(folder);
  }
}
