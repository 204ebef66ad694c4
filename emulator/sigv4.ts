// AWS Signature Version 4 from the verifier's side: reads a signature off a request and computes what it should
// be. Pure; knows no credentials, no clock and no service but S3, whose paths are not encoded twice.

import { createHash, createHmac } from "node:crypto";

import { queryValue } from "./aws/wire.ts";
import type { WireRequest } from "./aws/wire.ts";

const ALGORITHM = "AWS4-HMAC-SHA256";

export interface Signature {
  readonly accessKeyId: string;
  /** `YYYYMMDD` of the credential scope. */
  readonly scopeDate: string;
  readonly region: string;
  readonly service: string;
  /** Lower case, in the order given. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly signedAt: Date;
  readonly sessionToken: string | undefined;
  /** In the query, not in the Authorization header. */
  readonly presigned: boolean;
}

/** Null: the request carries no signature, or one that is not well-formed. */
export function parseSignature(request: WireRequest): Signature | null {
  const header = request.headers.get("authorization");
  return header === undefined ? parsePresigned(request) : parseAuthorization(request, header);
}

function parseAuthorization(request: WireRequest, header: string): Signature | null {
  if (!header.startsWith(`${ALGORITHM} `)) return null;
  const fields = new Map<string, string>();
  for (const part of header.slice(ALGORITHM.length + 1).split(",")) {
    const equals = part.indexOf("=");
    fields.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  return toSignature(
    fields.get("Credential"),
    fields.get("SignedHeaders"),
    fields.get("Signature"),
    request.headers.get("x-amz-date"),
    request.headers.get("x-amz-security-token"),
    false,
  );
}

function parsePresigned(request: WireRequest): Signature | null {
  if (queryValue(request, "X-Amz-Algorithm") !== ALGORITHM) return null;
  return toSignature(
    queryValue(request, "X-Amz-Credential"),
    queryValue(request, "X-Amz-SignedHeaders"),
    queryValue(request, "X-Amz-Signature"),
    queryValue(request, "X-Amz-Date"),
    queryValue(request, "X-Amz-Security-Token"),
    true,
  );
}

function toSignature(
  credential: string | undefined,
  signedHeaders: string | undefined,
  signature: string | undefined,
  date: string | undefined,
  sessionToken: string | undefined,
  presigned: boolean,
): Signature | null {
  if (credential === undefined || signedHeaders === undefined || signature === undefined) return null;
  const [accessKeyId, scopeDate, region, service, terminator, ...rest] = credential.split("/");
  const signedAt = date === undefined ? null : parseAmzDate(date);
  if (accessKeyId === undefined || scopeDate === undefined || region === undefined) return null;
  if (service === undefined || terminator !== "aws4_request" || rest.length > 0) return null;
  if (signedAt === null) return null;
  return {
    accessKeyId,
    scopeDate,
    region,
    service,
    signedHeaders: signedHeaders.split(";"),
    signature,
    signedAt,
    sessionToken,
    presigned,
  };
}

/** `20260102T030405Z`. */
function parseAmzDate(text: string): Date | null {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second] = match;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}

export function toAmzDate(date: Date): string {
  return date.toISOString().replace(/[-:]|\.\d{3}/gu, "");
}

/** The signature that the holder of this secret would have made for this request. */
export function computeSignature(
  request: WireRequest,
  signature: Signature,
  secretAccessKey: string,
): string {
  const { scopeDate, region, service } = signature;
  const stringToSign = [
    ALGORITHM,
    toAmzDate(signature.signedAt),
    `${scopeDate}/${region}/${service}/aws4_request`,
    sha256Hex(toCanonicalRequest(request, signature)),
  ].join("\n");
  const dateKey = hmac(`AWS4${secretAccessKey}`, scopeDate);
  const signingKey = hmac(hmac(hmac(dateKey, region), service), "aws4_request");
  return hmac(signingKey, stringToSign).toString("hex");
}

function toCanonicalRequest(request: WireRequest, signature: Signature): string {
  const headers = signature.signedHeaders.map((name) => {
    // A signed header that was not sent canonicalises to nothing, so that the signature cannot match.
    const value = request.headers.get(name) ?? "";
    return `${name}:${value.trim().replace(/ +/gu, " ")}\n`;
  });
  return [
    request.method,
    toCanonicalPath(request.rawPath, signature.service),
    toCanonicalQuery(request),
    headers.join(""),
    signature.signedHeaders.join(";"),
    toPayloadHash(request, signature),
  ].join("\n");
}

/** "You must URI-encode each path segment twice, except for Amazon S3, where you encode it once." (IAM guide) */
function toCanonicalPath(rawPath: string, service: string): string {
  const path = rawPath === "" ? "/" : rawPath;
  if (service === "s3") return path;
  return path.split("/").map(encode).join("/");
}

function toCanonicalQuery(request: WireRequest): string {
  return request.query
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]): [string, string] => [encode(name), encode(value)])
    .toSorted((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** By code unit, as the canonical form asks. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** S3 signs what `x-amz-content-sha256` says, which may be that the payload is not signed; the others sign the body. */
function toPayloadHash(request: WireRequest, signature: Signature): string {
  if (signature.service !== "s3") return sha256Hex(request.body);
  if (signature.presigned) return "UNSIGNED-PAYLOAD";
  return request.headers.get("x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD";
}

/** RFC 3986: everything but the unreserved characters. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/gu,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function sha256Hex(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac("sha256", key).update(data).digest();
}
