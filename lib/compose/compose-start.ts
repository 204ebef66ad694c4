// Wires the start function: the state machine and the bucket from its environment, and nothing of a scan, so that
// the function that every event wakes is small.

import { openTransport, readEndpointUrl } from "../aws/clients.ts";
import { openStateMachine } from "../aws/state-machine.ts";
import { ConfigurationError } from "../model/configuration-error.ts";
import type { StateMachine } from "../scan/sources.ts";

export interface StartComposition {
  readonly bucket: string;
  readonly stateMachine: StateMachine;
}

const REQUEST_TIMEOUT_MS = 5_000;

export function composeStart(environment: Readonly<Record<string, string | undefined>>): StartComposition {
  const bucket = environment["RINGFENCE_BUCKET"] ?? "";
  const stateMachineArn = environment["RINGFENCE_STATE_MACHINE_ARN"] ?? "";
  const problems = [
    toProblem("RINGFENCE_BUCKET", bucket, "the name of the bucket that holds the runs"),
    toProblem("RINGFENCE_STATE_MACHINE_ARN", stateMachineArn, "the ARN of the state machine"),
  ].flat();
  if (problems.length > 0) throw new ConfigurationError("the environment", problems);
  const transport = openTransport({
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    endpointUrl: readEndpointUrl(environment),
  });
  return { bucket, stateMachine: openStateMachine(stateMachineArn, transport) };
}

function toProblem(path: string, value: string, expected: string) {
  return value === "" ? [{ path, line: null, seen: "nothing", expected, hint: null }] : [];
}
