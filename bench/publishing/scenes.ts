// What can go wrong between a verdict and Security Hub, each played over the wire and told in a few lines.

import { failures, openWire, toOutcome, type Wire } from "./wire.ts";

type Say = (line: string) => void;

export async function overlappingRuns(say: Say): Promise<void> {
  for (const order of ["older first", "newer first"]) {
    await using wire = await openWire();
    await wire.publish({ began: 0, findings: failures(1, "pass") });
    await wire.begin(1);
    await wire.begin(1.01);
    const older = () => wire.publish({ began: 1, published: 1.05, findings: failures(1) });
    const newer = () => wire.publish({ began: 1.01, published: 1.05, findings: failures(1, "pass") });
    say(`${order}: the older run (slow) saw a failure, the newer one that all is well, as before`);
    for (const run of order === "older first" ? [older, newer] : [newer, older])
      say(`  ${run === older ? "older" : "newer"} publishes: ${toOutcome(await run())}`);
    say(`  shown at the end: ${wire.shown()}`);
  }
}

export async function killedBetweenImportAndConfirmation(say: Say): Promise<void> {
  await using wire = await openWire();
  let puts = 0;
  const killed = wire.publish({
    began: 0,
    findings: failures(3),
    store: (store) => ({
      ...store,
      putObject(key, body, condition) {
        puts += 1;
        if (puts === 2) throw new RangeError("the process ends here");
        return store.putObject(key, body, condition);
      },
    }),
  });
  await killed.catch((error: unknown) => say(`run 1 imports, then ${String(error)}`));
  say(`  calls: ${wire.takeCalls()}; shown: ${wire.shown()}`);
  const before = times(wire);
  const next = await wire.publish({ began: 1, findings: failures(3) });
  say(`run 2: ${toOutcome(next)}`);
  say(`  calls: ${wire.takeCalls()}; shown: ${wire.shown()}`);
  say(`  CreatedAt and UpdatedAt as before: ${times(wire) === before}`);
  const third = await wire.publish({ began: 2, findings: failures(3) });
  say(`run 3: ${toOutcome(third)}; calls: ${wire.takeCalls()}`);
}

function times({ emulator }: Wire): string {
  const held = [...emulator.stores.findings.values()].flatMap((hub) => [...hub.values()]);
  return JSON.stringify(held.map(({ Id, CreatedAt, UpdatedAt }) => [Id, CreatedAt, UpdatedAt]));
}

export async function hubOff(say: Say): Promise<void> {
  await using off = await openWire({ hubIsOff: true });
  const first = await off.publish({ began: 0, findings: failures(3) });
  say(`run 1, Security Hub off: ${toOutcome(first)}`);
  say(`  ${first.remarks.join(" ")}`);
  await using on = await openWire({ after: off });
  const second = await on.publish({ began: 1, findings: failures(3) });
  say(`run 2, switched on: ${toOutcome(second)}; shown: ${on.shown()}`);
}

export async function tooManyRequests(say: Say): Promise<void> {
  const answer = {
    kind: "error",
    status: 429,
    code: "LimitExceededException",
    message: "slow down",
  } as const;
  const fault = { service: "securityhub", operation: "BatchImportFindings", calls: [1, 2], answer };
  await using wire = await openWire({ faults: [fault] });
  const startedMs = performance.now();
  const run = await wire.publish({ began: 0, findings: failures(150) });
  say(`two 429s, then taken: ${toOutcome(run)}`);
  say(
    `  calls: ${wire.takeCalls()}; ${((performance.now() - startedMs) / 1000).toFixed(1)} s; shown: ${wire.shown()}`,
  );
}

export async function onePoisonFinding(say: Say): Promise<void> {
  await using wire = await openWire();
  const findings = failures(500);
  const poison = findings[250]?.id ?? "";
  const run = await wire.publish({
    began: 0,
    findings,
    hub: (hub) => ({
      ...hub,
      importFindings: (batch) =>
        hub.importFindings(
          batch.map((one) => (one.Id === poison ? { ...one, Title: "x".repeat(300) } : one)),
        ),
    }),
  });
  say(`500 findings, one with a title of 300 characters: ${toOutcome(run)}`);
  for (const { id, code, message } of run.delivery.failed) say(`  ${id}: ${code}: ${message}`);
  say(`  calls: ${wire.takeCalls()}; shown: ${wire.shown()}`);
  const letters = [...(wire.emulator.stores.objects.values() ?? [])].flatMap((objects) => [
    ...objects.keys(),
  ]);
  say(`  ${letters.filter((key) => key.startsWith("dead-letters/")).join(", ")}`);
  const next = await wire.publish({ began: 1, findings });
  say(`the next run, mended: ${toOutcome(next)}; shown: ${wire.shown()}`);
}

export async function tenThousand(say: Say): Promise<void> {
  await using wire = await openWire();
  const findings = failures(10_000);
  for (const [days, what] of ["10,000 new findings", "the same again"].entries()) {
    const startedMs = performance.now();
    const run = await wire.publish({ began: days, findings });
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    say(`${what}: ${toOutcome(run)}; calls: ${wire.takeCalls()}; ${seconds} s; shown: ${wire.shown()}`);
  }
  say("(the quota of 10 imports a second with a burst of 30 asks for 7 s of 100 imports)");
}
