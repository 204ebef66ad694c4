// An object that is being sent in parts: nothing of it is to be seen before it is completed.

import { AwsError } from "../aws-error.ts";
import type { CallContext, Permission } from "../operation.ts";
import type { StoredUpload } from "../stores.ts";
import { queryValue } from "../wire.ts";
import { type BucketContext, type ObjectName, requireBucket, toObjectArn } from "./object.ts";

/** "To perform a multipart upload … you must have permission to the s3:PutObject action." (User Guide) */
export function toUploadPermission(name: ObjectName, context: Pick<CallContext, "world">): Permission {
  return { action: "s3:PutObject", resource: toObjectArn(context, name) };
}

export interface NamedUpload {
  readonly id: string;
  readonly upload: StoredUpload;
}

export function requireUpload(
  name: ObjectName,
  context: BucketContext & Pick<CallContext, "request">,
  wanted: Permission,
): NamedUpload {
  requireBucket(context, name.bucket, wanted);
  const id = queryValue(context.request, "uploadId") ?? "";
  const upload = context.stores.uploads.get(id);
  if (upload === undefined || upload.bucket !== name.bucket || upload.key !== name.key)
    throw new AwsError(
      "NoSuchUpload",
      404,
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
      { members: { UploadId: id } },
    );
  return { id, upload };
}
