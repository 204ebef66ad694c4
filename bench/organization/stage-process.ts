// One packaged Lambda function in a process of its own, as Lambda runs it: loaded once, then one event after the other.
// Prints what loading and each event took. Usage: node stage-process.ts URL-OF-MODULE < events.json

import { text } from "node:stream/consumers";

export interface Spent {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export interface StageRun {
  /** From the start of the process until the module was loaded; the event that came first is in `events`. */
  readonly init: Spent;
  readonly events: readonly (Spent & { readonly result: unknown })[];
  readonly peakRssMb: number;
}

type Handler = (event: unknown, context: { getRemainingTimeInMillis(): number }) => Promise<unknown>;

const REMAINING_MS = 600_000;
const lambda = { getRemainingTimeInMillis: () => REMAINING_MS };

if (import.meta.main) {
  const [url = ""] = process.argv.slice(2);
  const given: unknown = JSON.parse(await text(process.stdin));
  const { handler }: { handler: Handler } = await import(url);
  const init = { wallMs: performance.now(), cpuMs: toMs(process.cpuUsage()) };
  const events = [];
  // Nothing else may be printed between the figures: a handler's own lines go to standard error.
  console.log = console.error;
  for (const event of Array.isArray(given) ? given : []) {
    const startedMs = performance.now();
    const started = process.cpuUsage();
    const result = await handler(event, lambda);
    events.push({ wallMs: performance.now() - startedMs, cpuMs: toMs(process.cpuUsage(started)), result });
  }
  const run: StageRun = { init, events, peakRssMb: process.resourceUsage().maxRSS / 1_024 };
  process.stdout.write(JSON.stringify(run), () => process.exit(0));
}

function toMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}
