// s3:GetObject, whole.

import { AwsError } from "../aws-error.ts";
import { readObject, type S3Operation, toObjectArn } from "./object.ts";

export const getObject: S3Operation = {
  name: "GetObject",
  permissions: (name, context) => [{ action: "s3:GetObject", resource: toObjectArn(context, name) }],
  run: (name, context) => {
    if (context.request.headers.has("range")) {
      throw new AwsError("NotImplemented", 501, "Range is not implemented");
    }
    return readObject(name, context);
  },
};
