// Reads one secret. The value goes to the caller and nowhere else: not into errors, not into logs.

import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as v from "valibot";
import { parseAnswer, Text } from "./answer.ts";
import { readArnRegion } from "./arn.ts";
import { inTime, observeCalls, toClientConfig, type CredentialSource, type Transport } from "./clients.ts";

const Secret = v.object({ SecretString: Text });

/** The secret's own Region is called. Throws MalformedAnswer for a binary or empty secret. */
export async function getSecretValue(
  secretArn: string,
  transport: Transport,
  credentials?: CredentialSource,
): Promise<string> {
  const client = new SecretsManagerClient(toClientConfig(transport, readArnRegion(secretArn), credentials));
  client.middlewareStack.use(observeCalls(transport, "secretsmanager"));
  const command = new GetSecretValueCommand({ SecretId: secretArn });
  const answer = await inTime(transport, (options) => client.send(command, options));
  return parseAnswer(Secret, answer, "GetSecretValue").SecretString;
}
