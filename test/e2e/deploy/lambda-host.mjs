// Stands for Lambda's runtime in a bare Node process: loads the handler that _HANDLER names from LAMBDA_TASK_ROOT,
// calls it with an event and a context, and answers with its result or its error, over the process's channel.

import { join } from "node:path";
import { pathToFileURL } from "node:url";

const { _HANDLER = "", LAMBDA_TASK_ROOT = "", AWS_LAMBDA_FUNCTION_NAME } = process.env;
const [file, exported] = _HANDLER.split(".");

/** Loaded at the first call, as its failure is that invocation's: Runtime.… in Lambda. */
let loaded;

process.on("message", (invocation) => void answer(invocation));

async function answer({ id, event, timeoutMs }) {
  const endMs = Date.now() + timeoutMs;
  try {
    loaded ??= import(pathToFileURL(join(LAMBDA_TASK_ROOT, `${file}.mjs`)).href);
    const { [exported]: handler } = await loaded;
    const result = await handler(event, {
      functionName: AWS_LAMBDA_FUNCTION_NAME,
      awsRequestId: id,
      getRemainingTimeInMillis: () => endMs - Date.now(),
    });
    process.send({ id, payload: result === undefined ? "null" : JSON.stringify(result) });
  } catch (error) {
    process.send({ id, errorType: error.name, errorMessage: error.message });
  }
}
