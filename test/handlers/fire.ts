// Fires one event at one handler, as Lambda does: a process of its own, the environment set before the module
// is loaded. Usage: node fire.ts HANDLER < event.json; prints the result, or the error's name and message.

import { text } from "node:stream/consumers";

const [name = ""] = process.argv.slice(2);
const event: unknown = JSON.parse(await text(process.stdin));
const lambda = { getRemainingTimeInMillis: () => 120_000 };
try {
  const { handler } = (await import(`../../handlers/${name}.ts`)) as {
    handler: (event: unknown, context: typeof lambda) => Promise<unknown>;
  };
  console.log(JSON.stringify(await handler(event, lambda)));
} catch (error) {
  if (!(error instanceof Error)) throw error;
  console.log(JSON.stringify({ errorType: error.name, errorMessage: error.message }));
  process.exitCode = 1;
}
process.exit();
