// s3:AbortMultipartUpload: what was sent of the object is given up.

import { type S3Operation, toObjectArn } from "./object.ts";
import { requireUpload } from "./upload.ts";

export const abortMultipartUpload: S3Operation = {
  name: "AbortMultipartUpload",
  permissions: (name, context) => [
    { action: "s3:AbortMultipartUpload", resource: toObjectArn(context, name) },
  ],
  run: (name, context) => {
    const wanted = { action: "s3:AbortMultipartUpload", resource: toObjectArn(context, name) };
    const { id } = requireUpload(name, context, wanted);
    context.stores.uploads.delete(id);
    return { status: 204, headers: { "x-amz-request-id": context.requestId }, body: "" };
  },
};
