// One execution of the state machine on this machine. aws-local-stepfunctions runs maps in place only: each
// Distributed Map becomes a reading state and an inline map whose children never fail it, which is what an item
// reader and a tolerance of 100 % do. Everything else of the definition stays as it is.

import { StateMachine } from "aws-local-stepfunctions";
import * as v from "valibot";
import type { Cloud } from "../../../emulator/cloud.ts";
import type { Run } from "../../../lib/events.ts";
import {
  listStates,
  toProcessor,
  type Definition,
  type State,
} from "../../deploy/state-machine-definition.ts";
import type { Deployment } from "./deployment.ts";

export type Invoke = (functionArn: string, event: unknown) => Promise<unknown>;

export interface Execution {
  readonly status: "SUCCEEDED" | "FAILED";
  /** `Error` of the failed execution. */
  readonly error: string | null;
  readonly cause: string | null;
  /** States entered, children's too, in order. */
  readonly states: readonly string[];
}

const Task = v.object({ FunctionName: v.string(), Payload: v.unknown() });
const Reading = v.object({ Bucket: v.string(), Key: v.string() });

export async function runExecution(
  deployment: Deployment,
  cloud: Cloud,
  run: Run,
  invoke: Invoke,
): Promise<Execution> {
  const definition = toInline(deployment.definition);
  const tasks = listStates(definition).filter(([, { Type }]) => Type === "Task");
  const read = (input: unknown) => readLines(cloud, v.parse(Reading, input));
  const handlers = tasks.map(([name]) => [
    name,
    name.startsWith(READ)
      ? (input: unknown) => Promise.resolve(read(input))
      : async (input: unknown) => {
          const { FunctionName, Payload } = v.parse(Task, input);
          return { StatusCode: 200, Payload: await invoke(FunctionName, Payload) };
        },
  ]);
  const machine = new StateMachine(JSON.parse(JSON.stringify(definition)), {
    validationOptions: { checkPaths: true, checkArn: true },
  });
  const execution = machine.run(JSON.parse(JSON.stringify(run)), {
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries(handlers),
      waitTimeOverrides: { Settle: 1 },
      retryIntervalOverrides: Object.fromEntries(tasks.map(([name]) => [name, 1])),
    },
  });
  const [, entries] = await Promise.all([
    // Its failure is in the log, by name.
    execution.result.catch(() => null),
    collectEntries(execution.eventLogs),
  ]);
  const failure = entries.find(({ type }) => type === "ExecutionFailed");
  return {
    status: failure === undefined ? "SUCCEEDED" : "FAILED",
    error: failure?.Error ?? null,
    cause: failure?.Cause ?? null,
    states: entries.flatMap(({ type, state }) =>
      type === "StateEntered" && state !== undefined ? [state.name] : [],
    ),
  };
}

const LogEntry = v.looseObject({
  type: v.string(),
  state: v.optional(v.looseObject({ name: v.string() })),
  Error: v.optional(v.string()),
  Cause: v.optional(v.string()),
});

async function collectEntries(eventLogs: AsyncIterable<unknown>): Promise<v.InferOutput<typeof LogEntry>[]> {
  const entries: v.InferOutput<typeof LogEntry>[] = [];
  for await (const entry of eventLogs) entries.push(v.parse(LogEntry, entry));
  return entries;
}

const READ = "ReadItemsOf";

function toInline({ States, ...definition }: Definition): Definition {
  const readingOf = new Map(
    Object.entries(States)
      .filter(([, { Type }]) => Type === "Map")
      .map(([name]) => [name, `${READ}${name}`]),
  );
  const inline = Object.entries(States).flatMap(([name, state]): [string, State][] => {
    const redirected = redirect(state, readingOf);
    const reading = readingOf.get(name);
    if (reading === undefined) return [[name, redirected]];
    return [
      [reading, toReading(state, name)],
      [name, toInlineMap(redirected)],
    ];
  });
  return { ...definition, States: Object.fromEntries(inline) };
}

/** What led to a map leads to its reading state. */
function redirect(state: State, readingOf: ReadonlyMap<string, string>): State {
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === "Next" || key === "Default" ? (readingOf.get(String(inner)) ?? inner) : replace(inner),
      ]),
    );
  };
  const { ItemProcessor, ...rest } = state;
  const replaced = v.parse(v.looseObject({ Type: v.string() }), replace(rest));
  return ItemProcessor === undefined ? replaced : { ...replaced, ItemProcessor };
}

function toReading(map: State, name: string): State {
  const { Parameters } = v.parse(v.object({ Parameters: v.unknown() }), map["ItemReader"]);
  return {
    Type: "Task",
    Resource: "arn:aws:states:::s3:getObject",
    Parameters,
    ResultPath: "$.items",
    Catch: map["Catch"],
    Next: name,
  };
}

function toInlineMap(map: State): State {
  const { Label: _, ItemReader: __, ResultWriter: ___, ToleratedFailurePercentage: ____, ...rest } = map;
  const { StartAt, States } = toProcessor(map);
  const tolerant = Object.entries(States).map(([name, state]) => [
    name,
    { ...state, Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: `${name}Failed` }] },
  ]);
  const failed = Object.keys(States).map((name) => [`${name}Failed`, { Type: "Pass", End: true }]);
  return {
    ...rest,
    ItemsPath: "$.items",
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE" },
      StartAt,
      States: Object.fromEntries([...tolerant, ...failed]),
    },
  };
}

function readLines(cloud: Cloud, { Bucket, Key }: v.InferOutput<typeof Reading>): unknown[] {
  const body = cloud.stores.objects.get(Bucket)?.get(Key)?.body.toString("utf8");
  if (body === undefined) throw new Error(`no object ${Bucket}/${Key}`);
  return body
    .split("\n")
    .filter((line) => line !== "")
    .map((line): unknown => JSON.parse(line));
}
