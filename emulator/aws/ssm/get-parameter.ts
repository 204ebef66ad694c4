// ssm:GetParameter of a parameter of the scanner's account, by name or by ARN. A SecureString comes encrypted
// unless the caller asks for it in clear; the key behind it is AWS's own, which asks nothing of the caller.

import { AwsError } from "../aws-error.ts";
import { requiredString } from "../json-body.ts";
import type { JsonRecord } from "../json-body.ts";
import type { JsonOperation } from "../json-protocol.ts";
import type { CallContext } from "../operation.ts";
import type { StoredParameter } from "../stores.ts";

const INVALID = "ValidationException";

export const getParameter: JsonOperation = {
  name: "GetParameter",
  permissions: (input, context) => [{ action: "ssm:GetParameter", resource: toArn(toName(input), context) }],
  run: (input, context) => {
    const parameter = findParameter(toArn(toName(input), context), context);
    if (parameter === undefined) throw new AwsError("ParameterNotFound", 400, "");
    const { name, arn, type, value, modifiedAt } = parameter;
    const isHidden = type === "SecureString" && input["WithDecryption"] !== true;
    return {
      Parameter: {
        ARN: arn,
        Name: name,
        Type: type,
        Value: isHidden ? Buffer.from(`encrypted ${name}`).toString("base64") : value,
        Version: 1,
        DataType: "text",
        LastModifiedDate: modifiedAt.getTime() / 1000,
      },
    };
  },
};

function toName(input: JsonRecord): string {
  return requiredString(input, "Name", INVALID);
}

function findParameter(arn: string, { stores }: CallContext): StoredParameter | undefined {
  return [...stores.parameters.values()].find((parameter) => parameter.arn === arn);
}

/** "arn:aws:ssm:us-east-2:123456789012:parameter/ProjectName/…": a leading slash of the name is the ARN's own. */
function toArn(name: string, { world, account, region }: CallContext): string {
  if (name.startsWith("arn:")) return name;
  return `arn:${world.partition}:ssm:${region}:${account.id}:parameter/${name.replace(/^\//, "")}`;
}
