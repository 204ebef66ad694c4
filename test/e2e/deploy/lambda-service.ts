// Lambda on this machine: packaged functions in Node processes of their own, with the environment and the credentials
// of their role and nothing else. As in Lambda, a process takes one event at a time and is kept warm.

import { fork, type ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pLimit, { type LimitFunction } from "p-limit";
import * as v from "valibot";
import type { Cloud } from "../../../emulator/cloud.ts";
import type { DeployedFunction, Deployment } from "./deployment.ts";
import { readZip } from "./read-zip.ts";

const root = join(import.meta.dirname, "../../..");

/** As Step Functions sees a function that failed: `name` is the error's name. */
export class InvocationError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

const Answer = v.union([
  v.object({ id: v.string(), payload: v.string() }),
  v.object({ id: v.string(), errorType: v.string(), errorMessage: v.string() }),
]);

export interface LambdaService extends Disposable {
  /** Resolves to what the function returned, as its JSON reads; rejects with an InvocationError. */
  invoke(functionArn: string, event: unknown): Promise<unknown>;
  /** What the functions wrote to their logs so far. */
  readonly logs: readonly string[];
}

interface Runtime {
  readonly child: ChildProcess;
  readonly waiting: Map<string, (answer: v.InferOutput<typeof Answer>) => void>;
}

interface Pool {
  readonly idle: Runtime[];
  readonly all: Runtime[];
  readonly limit: LimitFunction;
}

/** A developer's machine, not AWS. */
const PROCESSES_PER_FUNCTION = 2;

export interface Surroundings {
  /** Stronger than the function's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the context says is left; the function's own time-out where not given. */
  readonly remainingMs?: number;
}

export function startLambdaService(
  deployment: Deployment,
  cloud: Cloud,
  { environment = {}, remainingMs }: Surroundings = {},
): LambdaService {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-lambda-"));
  const pools = new Map<string, Pool>();
  const logs: string[] = [];
  return {
    logs,
    async invoke(functionArn, event) {
      const deployed = deployment.functions.get(functionArn);
      if (deployed === undefined) throw new InvocationError("Lambda.ResourceNotFoundException", functionArn);
      const pool = pools.get(functionArn) ?? { idle: [], all: [], limit: pLimit(PROCESSES_PER_FUNCTION) };
      pools.set(functionArn, pool);
      return pool.limit(async () => {
        const runtime = pool.idle.pop() ?? startRuntime(deployed, cloud, { folder, environment, logs });
        if (!pool.all.includes(runtime)) pool.all.push(runtime);
        try {
          return await call(runtime, event, remainingMs ?? deployed.timeoutSeconds * 1000);
        } finally {
          if (runtime.child.connected) pool.idle.push(runtime);
        }
      });
    },
    [Symbol.dispose]() {
      for (const { child } of [...pools.values()].flatMap(({ all }) => all)) child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function call({ child, waiting }: Runtime, event: unknown, timeoutMs: number): Promise<unknown> {
  const id = randomUUID();
  const answer = await new Promise<v.InferOutput<typeof Answer>>((resolve) => {
    waiting.set(id, resolve);
    child.send({ id, event, timeoutMs });
  });
  waiting.delete(id);
  if ("errorType" in answer) throw new InvocationError(answer.errorType, answer.errorMessage);
  return JSON.parse(answer.payload);
}

interface RuntimePlace extends Pick<Surroundings, "environment"> {
  readonly folder: string;
  readonly logs: string[];
}

function startRuntime(
  deployed: DeployedFunction,
  cloud: Cloud,
  { folder, environment, logs }: RuntimePlace,
): Runtime {
  const taskRoot = join(folder, deployed.name);
  unpack(deployed, taskRoot);
  const child = fork(join(import.meta.dirname, "lambda-host.mjs"), {
    cwd: taskRoot,
    execArgv: [],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: {
      ...deployed.environment,
      // A cluster that nobody can reach costs its time out: not 15 seconds here.
      RINGFENCE_REQUEST_TIMEOUT_MS: "8000",
      ...environment,
      ...cloud.environmentFor(deployed.roleName),
      _HANDLER: deployed.handler,
      LAMBDA_TASK_ROOT: taskRoot,
      AWS_LAMBDA_FUNCTION_NAME: deployed.name,
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      TZ: ":UTC",
    },
  });
  child.stdout?.on("data", (chunk: Buffer) => logs.push(chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => logs.push(chunk.toString()));
  const waiting: Runtime["waiting"] = new Map();
  child.on("message", (message) => {
    const answer = v.parse(Answer, message);
    waiting.get(answer.id)?.(answer);
  });
  child.on("exit", (code, signal) => {
    for (const [id, resolve] of waiting)
      resolve({
        id,
        errorType: "Runtime.ExitError",
        errorMessage: `the process ended with ${code ?? signal}`,
      });
  });
  return { child, waiting };
}

function unpack({ name }: DeployedFunction, taskRoot: string): void {
  mkdirSync(taskRoot, { recursive: true });
  const stage = name.slice(name.lastIndexOf("-") + 1);
  for (const [file, content] of readZip(readFileSync(join(root, "dist/lambda", `${stage}.zip`))))
    writeFileSync(join(taskRoot, file), content);
}
