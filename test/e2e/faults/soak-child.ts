// A process that does one publishing run for each message, and answers with what it then holds.

import { parseConfiguration } from "../../../lib/config/config.ts";
import { scanCloud } from "../../../lib/commands/scan.ts";
import { SILENT } from "../../silent-terminal.ts";

export interface Held {
  readonly exitCode: number;
  /** After a garbage collection. */
  readonly heapBytes: number;
  /** Sockets, timers and so on that keep the process, by kind. */
  readonly resources: readonly string[];
}

process.on("message", (file: string) => {
  void run(file).then((held) => process.send?.(held));
});

async function run(file: string): Promise<Held> {
  const configuration = parseConfiguration(file, "the configuration of the soak");
  const options = { format: "json", failOn: "high", color: false, publish: true } as const;
  const { signal } = new AbortController();
  const { exitCode } = await scanCloud(configuration, process.env, options, SILENT, signal);
  // Connections that were closed leave in the next turns of the loop.
  await new Promise((resolve) => setTimeout(resolve, 20));
  global.gc?.();
  return {
    exitCode,
    heapBytes: process.memoryUsage().heapUsed,
    resources: process.getActiveResourcesInfo().toSorted(),
  };
}
