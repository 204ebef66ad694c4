// After a large cluster was read, what is dead is gone before it is judged; a small one does not pay for that.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";

import { makeRoom } from "../../lib/scan/make-room.ts";
import { seen, unseen } from "../../lib/model/observed.ts";
import { type Facts, unseenFacts } from "../../lib/model/snapshot.ts";
import { pod } from "../enforcement/facts.ts";

const web = pod("shop", "web-1");
const nothing = unseenFacts(unseen("not-attempted", "not asked for"));

function withPods(count: number): Facts {
  return { ...nothing, pods: seen(Array.from({ length: count }, () => web)) };
}

/** Whether something dead was collected. */
async function collects(facts: Facts): Promise<boolean> {
  const dead = new WeakRef({ of: "reading" });
  // Within the turn that made the reference, it keeps its target alive.
  await setImmediate();
  makeRoom({ facts });
  return dead.deref() === undefined;
}

test("many pods: what is dead is collected", async () => {
  assert.equal(await collects(withPods(50_000)), true);
});

test("few pods, or none seen: nothing is done", async () => {
  assert.equal(await collects(withPods(49_999)), false);
  assert.equal(await collects(nothing), false);
});

test("nobody else gets the function", () => {
  makeRoom({ facts: withPods(50_000) });
  assert.equal("gc" in globalThis, false);
});
