// What AWS Lambda lets this account run at once in one Region. Asked by doctor, for a deployment; calls no function.

import { GetAccountSettingsCommand, LambdaClient } from "@aws-sdk/client-lambda";
import * as v from "valibot";
import { parseAnswer } from "./answer.ts";
import { inTime, observeCalls, toClientConfig, type Transport } from "./clients.ts";

const Settings = v.object({
  AccountLimit: v.object({ ConcurrentExecutions: v.number(), UnreservedConcurrentExecutions: v.number() }),
});

export interface LambdaConcurrency {
  readonly total: number;
  /** What is left of it for functions without a reservation, as ours are. */
  readonly unreserved: number;
}

/** `lambda:GetAccountSettings`. */
export async function getLambdaConcurrency(region: string, transport: Transport): Promise<LambdaConcurrency> {
  const client = new LambdaClient(toClientConfig(transport, region, undefined));
  client.middlewareStack.use(observeCalls(transport, "lambda"));
  const command = new GetAccountSettingsCommand({});
  const answer = await inTime(transport, (options) => client.send(command, options));
  const { AccountLimit: limit } = parseAnswer(Settings, answer, "GetAccountSettings");
  return { total: limit.ConcurrentExecutions, unreserved: limit.UnreservedConcurrentExecutions };
}
