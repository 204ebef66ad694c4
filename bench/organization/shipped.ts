// What is deployed, read from the files that deploy it: the widths and retries of the maps, the functions' memory.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { parse } from "yaml";

const Retry = v.object({ IntervalSeconds: v.number(), BackoffRate: v.number(), MaxDelaySeconds: v.number() });
const Child = v.object({ Retry: v.tuple([Retry]) });
const MapState = v.object({
  MaxConcurrency: v.number(),
  ItemProcessor: v.object({ States: v.record(v.string(), Child) }),
});
const Machine = v.object({ States: v.object({ DiscoverAccounts: MapState, ScanChunks: MapState }) });
const Megabytes = v.union([v.number(), v.pipe(v.string(), v.regex(/^\$\{param:\w+\}$/))]);
const Memory = v.object({ memorySize: v.exactOptional(Megabytes) });
const Serverless = v.object({
  params: v.object({ default: v.record(v.string(), v.unknown()) }),
  provider: v.object({ memorySize: v.number() }),
  functions: v.object({ accounts: Memory, discover: Memory, plan: Memory, scan: Memory, report: Memory }),
});

export type Retrying = v.InferOutput<typeof Retry>;

const read = (path: string): string => readFileSync(join(import.meta.dirname, "../..", path), "utf8");
const { DiscoverAccounts, ScanChunks } = v.parse(
  Machine,
  JSON.parse(read("deploy/state-machine.asl.json")),
).States;
const { params, provider, functions } = v.parse(
  Serverless,
  parse(read("serverless.yml"), { logLevel: "silent" }),
);

export const WIDTHS = { discover: DiscoverAccounts.MaxConcurrency, scan: ScanChunks.MaxConcurrency } as const;
export const SCAN_RETRY = v.parse(Child, ScanChunks.ItemProcessor.States["Scan"]).Retry[0];

export type Function = keyof typeof functions;

export function memoryMbOf(name: Function): number {
  const { memorySize = provider.memorySize } = functions[name];
  if (typeof memorySize === "number") return memorySize;
  return v.parse(v.number(), params.default[memorySize.slice("${param:".length, -1)]);
}
