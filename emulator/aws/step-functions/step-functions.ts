// AWS Step Functions.

import { toJsonService } from "../json-protocol.ts";
import { startExecution } from "./start-execution.ts";

export const stepFunctions = toJsonService({
  id: "states",
  targetPrefix: "AWSStepFunctions",
  isGlobal: false,
  operations: [startExecution],
});
