// Identifiers of emulated objects: the same names always give the same uid, hash and address.
// No clock and no randomness, so that two builds of one world are equal byte for byte.

import { createHash } from "node:crypto";

// Kubernetes draws name suffixes from an alphabet without vowels and look-alikes (apimachinery, util/rand).
const SAFE_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex");
}

/** A version 4 shaped UUID. */
export function toUid(...parts: readonly string[]): string {
  const hex = digest(parts);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

export function toHex(length: number, ...parts: readonly string[]): string {
  return digest(parts).slice(0, length);
}

/** A pod-template-hash or the last segment of a generated name; at most 32 characters. */
export function toSuffix(length: number, ...parts: readonly string[]): string {
  const bytes = Buffer.from(digest(parts), "hex").subarray(0, length);
  return Array.from(bytes, (byte) => SAFE_ALPHABET.charAt(byte % SAFE_ALPHABET.length)).join("");
}

export function toIPv4(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

/** The n-th address below a prefix such as `2600:1f14:abc:de00`. */
export function toIPv6(prefix: string, n: number): string {
  return `${prefix}::${n.toString(16)}`;
}
