// One execution of the definition as it is, Distributed Maps and all, in moto's engine, which knows neither tolerance
// nor the files of a ResultWriter. Its calls to Lambda and S3 come back here over loopback.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import * as v from "valibot";
import type { Cloud } from "../../../emulator/cloud.ts";
import type { Run } from "../../../lib/events.ts";
import type { Deployment } from "./deployment.ts";
import { InvocationError } from "./lambda-service.ts";
import type { Execution, Invoke } from "./run-execution.ts";

const Outcome = v.object({
  status: v.picklist(["SUCCEEDED", "FAILED"]),
  error: v.nullable(v.string()),
  cause: v.nullable(v.string()),
  states: v.array(v.string()),
});

const Question = v.union([
  v.object({ functionName: v.string(), event: v.unknown() }),
  v.object({ bucket: v.string(), key: v.string(), body: v.string() }),
  v.object({ bucket: v.string(), key: v.string() }),
]);

/** null: moto runs here; otherwise why not. */
export function findMotoProblem(): string | null {
  const { error, status } = spawnSync("python3", ["-c", "import moto, boto3, antlr4, jsonpath_ng"]);
  if (error !== undefined) return "there is no python3 on this machine";
  return status === 0 ? null : "python3 has no moto with its stepfunctions extra on this machine";
}

export async function runInMoto(
  deployment: Deployment,
  cloud: Cloud,
  run: Run,
  invoke: Invoke,
): Promise<Execution & { readonly written: readonly string[] }> {
  const written: string[] = [];
  const server = createServer((request, response) => {
    answer(request, { cloud, invoke, written }).then(
      (body) => response.end(JSON.stringify(body)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on a port has an address of this form.
  const { port } = v.parse(
    v.object({ port: v.number() }),
    server.address() satisfies AddressInfo | string | null,
  );
  try {
    const job = {
      definition: deployment.definition,
      input: run,
      name: run.runId,
      bridge: `http://127.0.0.1:${port}`,
    };
    return { ...(await execute(JSON.stringify(job))), written };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function execute(job: string): Promise<Execution> {
  const child = spawn("python3", [join(import.meta.dirname, "moto_execution.py")]);
  child.stdin.end(job);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (stdout === "") throw new Error(`moto's engine failed: ${stderr.slice(-2000)}`);
  return v.parse(Outcome, JSON.parse(stdout));
}

interface Bridge {
  readonly cloud: Cloud;
  readonly invoke: Invoke;
  readonly written: string[];
}

async function answer(request: IncomingMessage, { cloud, invoke, written }: Bridge): Promise<unknown> {
  const question = v.parse(Question, JSON.parse(await text(request)));
  if ("functionName" in question) return callFunction(question.functionName, question.event, invoke);
  if ("body" in question) {
    written.push(question.key);
    return {};
  }
  const object = cloud.stores.objects.get(question.bucket)?.get(question.key);
  if (object === undefined) throw new Error(`no object ${question.key}`);
  return { body: object.body.toString("utf8") };
}

async function callFunction(arn: string, event: unknown, invoke: Invoke): Promise<unknown> {
  try {
    return { failed: false, payload: await invoke(arn, event) };
  } catch (error) {
    if (!(error instanceof InvocationError)) throw error;
    return { failed: true, payload: { errorType: error.name, errorMessage: error.message } };
  }
}
