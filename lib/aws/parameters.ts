// Reads one SecureString of Systems Manager Parameter Store. The value goes to the caller and nowhere else: not into
// errors, not into logs.

import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import { parseAnswer, Text } from "./answer.ts";
import { inTime, observeCalls, toClientConfig, type CredentialSource, type Transport } from "./clients.ts";
import { PlainParameterError } from "./errors.ts";

const Answer = v.object({ Parameter: v.object({ Type: Text, Value: Text }) });

/** Throws PlainParameterError where the value is not kept as a secret: then it is none. */
export async function getSecureParameter(
  name: string,
  region: string,
  transport: Transport,
  credentials?: CredentialSource,
): Promise<string> {
  const client = new SSMClient(toClientConfig(transport, region, credentials));
  client.middlewareStack.use(observeCalls(transport, "ssm"));
  const command = new GetParameterCommand({ Name: name, WithDecryption: true });
  const answer = await inTime(transport, (options) => client.send(command, options));
  const { Parameter } = parseAnswer(Answer, answer, "GetParameter");
  if (Parameter.Type !== "SecureString") throw new PlainParameterError();
  return Parameter.Value;
}
