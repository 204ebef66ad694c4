// s3:PutObject, with compare-and-swap: `If-Match` and `If-None-Match: *`. "Conditional writes are atomic": the
// emulator is single-threaded, and nothing here waits.

import { AwsError } from "../aws-error.ts";
import type { CallContext, Permission } from "../operation.ts";
import type { StoredObject } from "../stores.ts";
import { preconditionFailed, requireBucket, toObjectArn } from "./object.ts";
import type { ObjectName, S3Operation } from "./object.ts";
import { CRC32, toContent } from "./payload.ts";

export const putObject: S3Operation = {
  name: "PutObject",
  permissions: (name, context) => [toPermission(name, context)],
  run: (name, context) => {
    const { bucket, key } = name;
    const objects = requireBucket(context, bucket, toPermission(name, context));
    verifyConditions(objects.get(key), context);
    const { request, now } = context;
    const contentType = request.headers.get("content-type");
    const object = { ...toContent(request), contentType, lastModified: now };
    objects.set(key, object);
    return {
      status: 200,
      headers: {
        etag: object.etag,
        [CRC32]: object.checksumCrc32,
        "x-amz-checksum-type": "FULL_OBJECT",
        "x-amz-request-id": context.requestId,
      },
      body: "",
    };
  },
};

function toPermission(name: ObjectName, context: CallContext): Permission {
  return { action: "s3:PutObject", resource: toObjectArn(context, name) };
}

/** "If-Match … if the object doesn't exist, 404 Not Found. If-None-Match … expects the '*' character." (PutObject) */
function verifyConditions(existing: StoredObject | undefined, { request }: CallContext): void {
  const ifMatch = request.headers.get("if-match");
  const ifNoneMatch = request.headers.get("if-none-match");
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") {
    throw new AwsError("NotImplemented", 501, "If-None-Match takes * only");
  }
  if (ifNoneMatch === "*" && existing !== undefined) throw preconditionFailed("If-None-Match");
  if (ifMatch === undefined) return;
  if (existing === undefined) throw new AwsError("NoSuchKey", 404, "The specified key does not exist.");
  if (unquote(ifMatch) !== unquote(existing.etag)) throw preconditionFailed("If-Match");
}

function unquote(etag: string): string {
  return etag.replaceAll('"', "");
}
