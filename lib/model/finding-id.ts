// The permanent name of a finding, a public contract (docs: CONTRACTS "Finding id"): whoever stores, mutes or
// links a finding relies on it. Change nothing here; test/model/finding-id.test.ts freezes it.

import { hash } from "node:crypto";
import type { Subject } from "./finding.ts";

export interface FindingIdParts {
  readonly region: string | null;
  readonly account: string | null;
  readonly cluster: string | null;
  readonly controlId: string;
  /** RFC 3339. A cluster that was deleted and made again under its old name is another cluster. */
  readonly createdAt: string | null;
  readonly subject: Subject;
}

/** `ringfence/<region>/<account>/<cluster>/<controlId>/<16 hex>`; `-` stands for what does not apply. */
export function toFindingId({ subject, controlId, ...scope }: FindingIdParts): string {
  return createFindingIds(scope)(controlId)(subject);
}

/** Of all controls and subjects in one cluster: what they share is written once, and the subjects' hashes, too. */
export function createFindingIds(
  scope: Omit<FindingIdParts, "subject" | "controlId">,
): (controlId: string) => (subject: Subject) => string {
  const { region, account, cluster, createdAt } = scope;
  const parts = [region, account, cluster].map((part) => (part === null ? "-" : toUnreserved(part)));
  const toHash = createHashes(createdAt === null ? null : toCanonicalTime(createdAt));
  return (controlId) => {
    const prefix = `${["ringfence", ...parts, toUnreserved(controlId)].join("/")}/`;
    return (subject) => prefix + toHash(subject);
  };
}

function createHashes(time: string | null): (subject: Subject) => string {
  const known = new Map<Subject["kind"], Map<string, string>>();
  return ({ kind, name }) => {
    const ofKind = known.get(kind) ?? new Map<string, string>();
    known.set(kind, ofKind);
    const hash = ofKind.get(name) ?? toHash(JSON.stringify([time, kind, name]));
    ofKind.set(name, hash);
    return hash;
  };
}

/** A JSON array is unambiguous: no two lists of parts give the same text. */
function toHash(identity: string): string {
  return hash("sha256", identity, "hex").slice(0, 16);
}

/** `…T00:00:00Z` and `…T00:00:00.000Z` are one instant, whichever API wrote it. */
function toCanonicalTime(time: string): string {
  const instant = new Date(time);
  return Number.isNaN(instant.getTime()) ? time : instant.toISOString();
}

// RFC 3986 §2.3: "unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~"". encodeURIComponent leaves five more;
// a part that is just `-` is encoded too, because that is how "does not apply" is written.
function toUnreserved(part: string): string {
  if (part === "-") return "%2D";
  // By way of UTF-8, because encodeURIComponent throws on half a surrogate pair.
  const wellFormed = Buffer.from(part, "utf8").toString("utf8");
  return encodeURIComponent(wellFormed).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export interface FindingScope {
  readonly region: string | null;
  readonly account: string | null;
  readonly cluster: string | null;
  readonly controlId: string;
}

const FINDING_ID = /^ringfence\/([^/]+)\/([^/]+)\/([^/]+)\/([^/]+)\/[0-9a-f]{16}$/;

/** Reads the scope back out of an id; null where the text is not one of our ids. */
export function parseFindingId(id: string): FindingScope | null {
  const parts = FINDING_ID.exec(id)?.slice(1).map(fromUnreserved);
  if (parts === undefined) return null;
  const [region, account, cluster, controlId] = parts;
  if (region === undefined || account === undefined || cluster === undefined) return null;
  if (controlId === undefined || controlId === null) return null;
  return { region, account, cluster, controlId };
}

/** null for `-`, undefined for what is not percent-encoded UTF-8. */
function fromUnreserved(part: string): string | null | undefined {
  if (part === "-") return null;
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
