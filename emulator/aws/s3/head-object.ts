// s3:HeadObject: GetObject without the body, and with its permission.

import { readObject, type S3Operation, toObjectArn } from "./object.ts";

export const headObject: S3Operation = {
  name: "HeadObject",
  permissions: (name, context) => [{ action: "s3:GetObject", resource: toObjectArn(context, name) }],
  run: (name, context) => ({ ...readObject(name, context), body: "" }),
};
