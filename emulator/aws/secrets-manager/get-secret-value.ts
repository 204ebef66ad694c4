// secretsmanager:GetSecretValue of a secret of the scanner's account, by name or by ARN.

import { AwsError } from "../aws-error.ts";
import { optionalString, requiredString } from "../json-body.ts";
import type { JsonRecord } from "../json-body.ts";
import type { JsonOperation } from "../json-protocol.ts";
import type { CallContext } from "../operation.ts";
import type { StoredSecret } from "../stores.ts";

const INVALID = "InvalidParameterException";
const CURRENT = "AWSCURRENT";

export const getSecretValue: JsonOperation = {
  name: "GetSecretValue",
  permissions: (input, context) => {
    const id = secretId(input);
    const secret = findSecret(id, context);
    return [{ action: "secretsmanager:GetSecretValue", resource: secret?.arn ?? toArn(id, context) }];
  },
  run: (input, context) => {
    const secret = findSecret(secretId(input), context);
    const stage = optionalString(input, "VersionStage", INVALID) ?? CURRENT;
    const version = optionalString(input, "VersionId", INVALID);
    const isThisVersion = stage === CURRENT && (version === undefined || version === secret?.versionId);
    if (secret === undefined || !isThisVersion) {
      throw new AwsError(
        "ResourceNotFoundException",
        400,
        "Secrets Manager can't find the specified secret.",
      );
    }
    return {
      ARN: secret.arn,
      Name: secret.name,
      VersionId: secret.versionId,
      SecretString: secret.value,
      VersionStages: [CURRENT],
      CreatedDate: secret.createdAt.getTime() / 1000,
    };
  },
};

function secretId(input: JsonRecord): string {
  return requiredString(input, "SecretId", INVALID);
}

/** An ARN may leave out the hyphen and six characters that Secrets Manager puts at its end. */
function findSecret(id: string, { stores, account, region }: CallContext): StoredSecret | undefined {
  const reachable = [...stores.secrets.values()].filter(({ arn }) =>
    arn.includes(`:secretsmanager:${region}:${account.id}:`),
  );
  return reachable.find(({ name, arn }) => name === id || arn === id || arn.slice(0, -7) === id);
}

function toArn(id: string, { world, account, region }: CallContext): string {
  if (id.startsWith("arn:")) return id;
  return `arn:${world.partition}:secretsmanager:${region}:${account.id}:secret:${id}-??????`;
}
