// Buckets and objects. Every bucket of the scanner's account whose name begins with `ringfence-` exists.

import { evaluateTrust } from "../../iam.ts";
import { toAccessRequest } from "../authorize.ts";
import { AwsError } from "../aws-error.ts";
import type { CallContext, Operation, Permission } from "../operation.ts";
import { getOrCreate } from "../stores.ts";
import type { StoredObject } from "../stores.ts";
import type { WireAnswer } from "../wire.ts";

export interface ObjectName {
  readonly bucket: string;
  /** Empty: the bucket itself. */
  readonly key: string;
}

export type S3Operation = Operation<ObjectName, WireAnswer>;

export function toBucketArn({ world }: Pick<CallContext, "world">, bucket: string): string {
  return `arn:${world.partition}:s3:::${bucket}`;
}

export function toObjectArn(context: Pick<CallContext, "world">, { bucket, key }: ObjectName): string {
  return `${toBucketArn(context, bucket)}/${key}`;
}

/** What decides whether a caller sees a bucket. */
export type BucketContext = Pick<
  CallContext,
  "stores" | "account" | "world" | "session" | "region" | "bucketPolicies" | "isAllowed"
>;

/** The objects of a bucket, for a caller whose own policies allow what it wants there. */
export function requireBucket(
  context: BucketContext,
  bucket: string,
  wanted: Permission,
): Map<string, StoredObject> {
  if (!bucket.startsWith("ringfence-")) {
    throw new AwsError("NoSuchBucket", 404, "The specified bucket does not exist", {
      members: { BucketName: bucket },
    });
  }
  const { region } = context.world.scanner;
  if (context.region !== region) {
    throw new AwsError(
      "AuthorizationHeaderMalformed",
      400,
      `The authorization header is malformed; the region '${context.region}' is wrong; expecting '${region}'`,
      { members: { Region: region } },
    );
  }
  requireBucketPolicy(context, bucket, wanted);
  return getOrCreate(context.stores.objects, bucket, () => new Map());
}

/** "Within one account either policy may allow; across accounts both must." (IAM guide, policy evaluation logic) */
function requireBucketPolicy(context: BucketContext, bucket: string, wanted: Permission): void {
  const { world, session, region, account } = context;
  const { arn, accountId } = session.role;
  const policy = context.bucketPolicies.get(bucket) ?? [];
  const decision = evaluateTrust(policy, { arn, accountId }, toAccessRequest(world, session, wanted, region));
  const isOwn = account.id === world.scanner.accountId;
  if (decision === "explicit-deny" || (!isOwn && decision !== "allow"))
    throw new AwsError("AccessDenied", 403, "Access Denied");
}

/** "If the object doesn't exist and you lack s3:ListBucket, S3 returns 403 Access Denied", else 404. (GetObject) */
export function requireObject(name: ObjectName, context: BucketContext): StoredObject {
  const wanted = { action: "s3:GetObject", resource: toObjectArn(context, name) };
  const object = requireBucket(context, name.bucket, wanted).get(name.key);
  if (object !== undefined) return object;
  // The condition key s3:prefix is of requests that list (service authorization reference): a read names no prefix.
  const mayKnow = context.isAllowed({ action: "s3:ListBucket", resource: toBucketArn(context, name.bucket) });
  if (!mayKnow) throw new AwsError("AccessDenied", 403, "Access Denied");
  throw new AwsError("NoSuchKey", 404, "The specified key does not exist.", { members: { Key: name.key } });
}

/** What GetObject and HeadObject answer, but for the body of the latter. */
export function readObject(name: ObjectName, context: CallContext): WireAnswer {
  const object = requireObject(name, context);
  const refusal = findReadRefusal(object, context);
  if (refusal === 412) throw preconditionFailed("If-Match");
  if (refusal === 304) return { status: 304, headers: { etag: object.etag }, body: "" };
  return { status: 200, headers: toObjectHeaders(object, context), body: object.body };
}

function toObjectHeaders(object: StoredObject, context: CallContext): Readonly<Record<string, string>> {
  const { headers } = context.request;
  return {
    etag: object.etag,
    "last-modified": object.lastModified.toUTCString(),
    "content-length": String(object.body.length),
    "x-amz-request-id": context.requestId,
    ...(object.contentType === undefined ? {} : { "content-type": object.contentType }),
    ...(headers.get("x-amz-checksum-mode") === "ENABLED"
      ? { "x-amz-checksum-crc32": object.checksumCrc32, "x-amz-checksum-type": "FULL_OBJECT" }
      : {}),
  };
}

/** Null: the conditions of a read hold. */
function findReadRefusal(object: StoredObject, { request }: CallContext): 304 | 412 | null {
  const ifMatch = request.headers.get("if-match");
  if (ifMatch !== undefined && ifMatch !== object.etag) return 412;
  return request.headers.get("if-none-match") === object.etag ? 304 : null;
}

export function preconditionFailed(condition: string): AwsError {
  return new AwsError(
    "PreconditionFailed",
    412,
    "At least one of the pre-conditions you specified did not hold",
    { members: { Condition: condition } },
  );
}
