// s3:UploadPart. Authorised as s3:PutObject; a part that comes again replaces the one with its number.

import { AwsError } from "../aws-error.ts";
import { queryValue } from "../wire.ts";
import type { S3Operation } from "./object.ts";
import { CRC32, toContent } from "./payload.ts";
import { requireUpload, toUploadPermission } from "./upload.ts";

/** "Part numbers: 1 to 10,000." (User Guide, multipart upload limits) */
const MAX_PARTS = 10_000;

export const uploadPart: S3Operation = {
  name: "UploadPart",
  permissions: (name, context) => [toUploadPermission(name, context)],
  run: (name, context) => {
    const { upload } = requireUpload(name, context, toUploadPermission(name, context));
    const number = Number(queryValue(context.request, "partNumber"));
    if (!Number.isInteger(number) || number < 1 || number > MAX_PARTS)
      throw new AwsError(
        "InvalidArgument",
        400,
        "Part number must be an integer between 1 and 10000, inclusive",
      );
    const content = toContent(context.request);
    upload.parts.set(number, content);
    return {
      status: 200,
      headers: {
        etag: content.etag,
        [CRC32]: content.checksumCrc32,
        "x-amz-request-id": context.requestId,
      },
      body: "",
    };
  },
};
