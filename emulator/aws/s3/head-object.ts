// s3:HeadObject: GetObject without the body, and with its permission.

import type { S3Operation } from "./object.ts";
import {
  findReadRefusal,
  preconditionFailed,
  requireObject,
  toObjectArn,
  toObjectHeaders,
} from "./object.ts";

export const headObject: S3Operation = {
  name: "HeadObject",
  permissions: (name, context) => [{ action: "s3:GetObject", resource: toObjectArn(context, name) }],
  run: (name, context) => {
    const object = requireObject(name, context);
    const refusal = findReadRefusal(object, context);
    if (refusal === 412) throw preconditionFailed("If-Match");
    if (refusal === 304) return { status: 304, headers: { etag: object.etag }, body: "" };
    return { status: 200, headers: toObjectHeaders(object, context), body: "" };
  },
};
