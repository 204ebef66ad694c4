// Who is calling: finds the credentials that a signature names and computes the signature again. Nothing else in
// the emulator says who a caller is.

import { timingSafeEqual } from "node:crypto";

import { computeSignature, sha256Hex, toAmzDate } from "../sigv4.ts";
import type { Signature } from "../sigv4.ts";
import { AwsError } from "./aws-error.ts";
import type { Refusal, AwsService } from "./aws-service.ts";
import type { Session, SessionStore } from "./session.ts";
import type { WireRequest } from "./wire.ts";

/** "A presigned GetCallerIdentity lives 15 minutes, whatever X-Amz-Expires says." (facts: aws-iam-authenticator) */
const PRESIGNED_SECONDS = 15 * 60;

type Judge = Pick<AwsService, "refusals" | "clockSkewSeconds">;

/** The caller's session; an AwsError in the service's own words where the request proves none. */
export function authenticate(
  request: WireRequest,
  signature: Signature | null,
  service: Judge,
  sessions: SessionStore,
  now: Date,
): Session {
  const caller = identify(request, signature, service, sessions);
  verifyMoment(caller, service, now);
  return caller.session;
}

export interface Caller {
  readonly signature: Signature;
  readonly session: Session;
}

/** Whose signature it is, at whatever time. */
export function identify(
  request: WireRequest,
  signature: Signature | null,
  { refusals }: Judge,
  sessions: SessionStore,
): Caller {
  if (signature === null) throw refuse(refusals.missing, "Request is missing Authentication Token");
  const session = sessions.find(signature.accessKeyId);
  if (session === undefined || session.sessionToken !== signature.sessionToken) {
    throw refuse(refusals.unknownKey, "The security token included in the request is invalid.");
  }
  verifySignature(request, signature, session, refusals.badSignature);
  return { signature, session };
}

/** Whether it was made a short while ago, and with credentials that are still good. */
export function verifyMoment({ signature, session }: Caller, service: Judge, now: Date): void {
  verifyTime(signature, service, now);
  if (session.expiresAt <= now) {
    throw refuse(service.refusals.expired, "The security token included in the request is expired");
  }
}

function verifySignature(
  request: WireRequest,
  signature: Signature,
  session: Session,
  refusal: Refusal,
): void {
  const expected = Buffer.from(computeSignature(request, signature, session.secretAccessKey));
  const given = Buffer.from(signature.signature);
  const matches = expected.length === given.length && timingSafeEqual(expected, given);
  if (matches && coversWhatItMust(request, signature)) return;
  throw refuse(
    refusal,
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
  );
}

/** "You must include the host header and any x-amz-* headers in the request." (IAM guide, canonical request) */
function coversWhatItMust(request: WireRequest, signature: Signature): boolean {
  if (!signature.signedHeaders.includes("host")) return false;
  if (signature.scopeDate !== toAmzDate(signature.signedAt).slice(0, 8)) return false;
  return [...request.headers.keys()]
    .filter((name) => name.startsWith("x-amz-"))
    .every((name) => signature.signedHeaders.includes(name));
}

function verifyTime(signature: Signature, service: Judge, now: Date): void {
  const ageSeconds = (now.getTime() - signature.signedAt.getTime()) / 1000;
  const oldestSeconds = signature.presigned ? PRESIGNED_SECONDS : service.clockSkewSeconds;
  if (ageSeconds > oldestSeconds) {
    const limit = toAmzDate(new Date(now.getTime() - oldestSeconds * 1000));
    throw refuse(
      service.refusals.skewed,
      `Signature expired: ${toAmzDate(signature.signedAt)} is now earlier than ${limit} (${toAmzDate(now)} - ${oldestSeconds / 60} min.)`,
    );
  }
  if (ageSeconds < -service.clockSkewSeconds) {
    const limit = toAmzDate(new Date(now.getTime() + service.clockSkewSeconds * 1000));
    throw refuse(
      service.refusals.skewed,
      `Signature not yet current: ${toAmzDate(signature.signedAt)} is still later than ${limit} (${toAmzDate(now)} + ${service.clockSkewSeconds / 60} min.)`,
    );
  }
}

/** S3 signs a header that says what the body's hash is; the body must then have it. */
export function verifyPayloadHash(request: WireRequest): void {
  const declared = request.headers.get("x-amz-content-sha256");
  if (declared === undefined || !/^[0-9a-f]{64}$/u.test(declared)) return;
  if (declared === sha256Hex(request.body)) return;
  throw new AwsError(
    "XAmzContentSHA256Mismatch",
    400,
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  );
}

export function refuse({ code, status }: Refusal, message: string): AwsError {
  return new AwsError(code, status, message);
}
