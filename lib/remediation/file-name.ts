// File names from foreign names: what the API server admits stays as it is, everything else is made harmless and
// stays distinct. It may never name another folder, a hidden file or an option of a command.

import { createHash } from "node:crypto";

const MAX_LENGTH = 100;

/** A changed version of somebody's policy: `allow-all` → `replace-allow-all.yaml`. No file of ours begins so. */
export function toReplacementName(name: string): string {
  return `${REPLACEMENT_PREFIX}${toPathSegment(name)}.yaml`;
}

export const REPLACEMENT_PREFIX = "replace-";

export function toPathSegment(name: string): string {
  const harmless = name.replaceAll(/[^A-Za-z0-9.-]/gu, "_").replace(/^[.-]+/u, "_");
  if (harmless === name && name !== "" && name.length <= MAX_LENGTH) return name;
  const distinct = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${harmless.slice(0, MAX_LENGTH)}-${distinct}`;
}

/** A part of an object's name: what cannot stand in one is replaced by a hash, so that names stay distinct. */
export function toNamePart(name: string): string {
  if (/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return name;
  return createHash("sha256").update(name).digest("hex").slice(0, 8);
}
