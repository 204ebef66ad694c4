// s3:GetObject, whole.

import { AwsError } from "../aws-error.ts";
import type { S3Operation } from "./object.ts";
import {
  findReadRefusal,
  preconditionFailed,
  requireObject,
  toObjectArn,
  toObjectHeaders,
} from "./object.ts";

export const getObject: S3Operation = {
  name: "GetObject",
  permissions: (name, context) => [{ action: "s3:GetObject", resource: toObjectArn(context, name) }],
  run: (name, context) => {
    if (context.request.headers.has("range")) {
      throw new AwsError("NotImplemented", 501, "Range is not implemented");
    }
    const object = requireObject(name, context);
    const refusal = findReadRefusal(object, context);
    if (refusal === 412) throw preconditionFailed("If-Match");
    if (refusal === 304) return { status: 304, headers: { etag: object.etag }, body: "" };
    return { status: 200, headers: toObjectHeaders(object, context), body: object.body };
  },
};
