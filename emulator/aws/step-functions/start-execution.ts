// states:StartExecution. The emulated machine runs nothing: it keeps the input, which a test hands to the handlers.

import { AwsError } from "../aws-error.ts";
import { requiredString, type JsonRecord } from "../json-body.ts";
import type { JsonOperation } from "../json-protocol.ts";
import { getOrCreate } from "../stores.ts";

const INVALID_ARN = "InvalidArn";
const INVALID_NAME = "InvalidName";
/** StartExecution, API reference: 1 to 80 characters, and not the ones that some places cannot show. */
const NAME = /^[A-Za-z0-9_.-]{1,80}$/u;
const ARN = /^arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:stateMachine:[\w-]{1,80}$/u;

export const startExecution: JsonOperation = {
  name: "StartExecution",
  permissions: (input) => [{ action: "states:StartExecution", resource: machineArn(input) }],
  run: (input, { stores, now }) => {
    const arn = machineArn(input);
    const name = requiredString(input, "name", INVALID_NAME);
    if (!NAME.test(name)) throw new AwsError(INVALID_NAME, 400, `Invalid Name: '${name}'`);
    const text = requiredString(input, "input", "InvalidExecutionInput");
    const executions = getOrCreate(stores.executions, arn, () => new Map<string, string>());
    const known = executions.get(name);
    // "StartExecution is idempotent for STANDARD workflows": the same name and input succeed as the first did.
    if (known !== undefined && known !== text)
      throw new AwsError("ExecutionAlreadyExists", 400, `Execution Already Exists: '${name}'`);
    executions.set(name, text);
    const executionArn = `${arn.replace(":stateMachine:", ":execution:")}:${name}`;
    return { executionArn, startDate: now.getTime() / 1000 };
  },
};

function machineArn(input: JsonRecord): string {
  const arn = requiredString(input, "stateMachineArn", INVALID_ARN);
  if (!ARN.test(arn)) throw new AwsError(INVALID_ARN, 400, `Invalid Arn: '${arn}'`);
  return arn;
}
