// The state machine of distributed runs: starts one execution. The name decides whether it is a new one.

import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import * as v from "valibot";
import type { StateMachine } from "../scan/sources.ts";
import { parseAnswer, Text } from "./answer.ts";
import { readArnRegion } from "./arn.ts";
import { inTime, observeCalls, toClientConfig, type CredentialSource, type Transport } from "./clients.ts";

const Started = v.object({ executionArn: Text });

/** The machine's own Region is called. Without `credentials` the default chain is asked. */
export function openStateMachine(
  stateMachineArn: string,
  transport: Transport,
  credentials?: CredentialSource,
): StateMachine {
  const client = new SFNClient(toClientConfig(transport, readArnRegion(stateMachineArn), credentials));
  client.middlewareStack.use(observeCalls(transport, "states"));
  return {
    async startExecution(name, input) {
      const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
      try {
        const answer = await inTime(transport, (options) => client.send(command, options));
        parseAnswer(Started, answer, "StartExecution");
        return true;
      } catch (error) {
        // "StartExecution is idempotent for STANDARD workflows" while the same name runs with the same input;
        // otherwise this, for 90 days after its end (StartExecution, API reference).
        if (error instanceof Error && error.name === "ExecutionAlreadyExists") return false;
        throw error;
      }
    },
  };
}
