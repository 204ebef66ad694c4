// One table, several servers: what a request is answered, as plain data, wherever it is asked. A server that answers
// otherwise stands in the table with its answer and the reason; nothing is skipped.

import assert from "node:assert/strict";
import { test } from "node:test";

/** `Api` asks one server; `Server` is its name. */
export interface Contract<Api, Server extends string> {
  readonly title: string;
  /** Asks, and leaves out what no two servers share (times, ids, revisions). */
  readonly observe: (api: Api) => Promise<unknown>;
  readonly expected: unknown;
  readonly otherwise?: {
    readonly server: Server;
    readonly expected: unknown;
    readonly because: string;
  };
}

/** In the order of the table, because some contracts change what is stored. */
export function testContracts<Api, Server extends string>(
  contracts: readonly Contract<Api, Server>[],
  server: Server,
  api: () => Api,
): void {
  for (const { title, observe, expected, otherwise } of contracts)
    test(title, async (context) => {
      const differs = otherwise?.server === server ? otherwise : null;
      if (differs !== null) context.diagnostic(`${server} answers otherwise: ${differs.because}`);
      assert.deepEqual(await observe(api()), differs === null ? expected : differs.expected);
    });
}
