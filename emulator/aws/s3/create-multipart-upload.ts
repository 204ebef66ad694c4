// s3:CreateMultipartUpload. Authorised as s3:PutObject.

import { toElement, XML_DECLARATION } from "../xml.ts";
import { requireBucket, type S3Operation } from "./object.ts";
import { toUploadPermission } from "./upload.ts";

export const createMultipartUpload: S3Operation = {
  name: "CreateMultipartUpload",
  permissions: (name, context) => [toUploadPermission(name, context)],
  run: (name, context) => {
    const { bucket, key } = name;
    const { request, requestId, stores } = context;
    requireBucket(context, bucket, toUploadPermission(name, context));
    const contentType = request.headers.get("content-type");
    const isChecked = request.headers.has("x-amz-checksum-algorithm");
    stores.uploads.set(requestId, { bucket, key, contentType, isChecked, parts: new Map() });
    const result = { Bucket: bucket, Key: key, UploadId: requestId };
    return {
      status: 200,
      headers: { "content-type": "application/xml", "x-amz-request-id": requestId },
      body: XML_DECLARATION + toElement("InitiateMultipartUploadResult", result),
    };
  },
};
