// One account's Security Hub and the state's bucket, over real HTTP against the emulated cloud, for findings that no
// scan has to be run for.

import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import type { Cloud } from "../../emulator/cloud.ts";
import type { WorldFault } from "../../emulator/world.ts";
import { singleAccount } from "../../emulator/worlds/scenarios/single-account.ts";
import { toUnseen } from "../../lib/aws/errors.ts";
import { openBucket } from "../../lib/aws/s3.ts";
import { openHubSink, type Deliver } from "../../lib/publishing/hub-sink.ts";
import { deliverFindings } from "../../lib/sinks/security-hub.ts";
import type { Finding } from "../../lib/model/finding.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import type { Publication } from "../../lib/scan/publish.ts";
import { publishFindings } from "../../lib/scan/publish-findings.ts";
import { announceRun, watchRunning } from "../../lib/scan/running.ts";
import type { ObjectStore, SecurityHub } from "../../lib/scan/sources.ts";
import { openWorld } from "../../test/aws/open-world.ts";
import { day, finding, namespace, observe, place } from "../../test/scan/life.ts";

export interface Look {
  /** Days after the first run on which the scan began; it is published a minute after `published`, or at once. */
  readonly began: number;
  readonly published?: number;
  readonly findings: readonly Finding[];
  readonly store?: (store: ObjectStore) => ObjectStore;
  readonly hub?: (hub: SecurityHub) => SecurityHub;
}

export interface Wire extends AsyncDisposable {
  readonly emulator: Cloud;
  begin(days: number): Promise<void>;
  publish(look: Look): Promise<Publication>;
  /** Calls since the last time, by operation. */
  takeCalls(): string;
  /** `FAILED 3, PASSED 1` of what is active. */
  shown(): string;
}

const outside = createObserve([toUnseen]);
const deliver: Deliver = (findings, hub) => deliverFindings(findings, hub, { sleep });
const [REGION, BUCKET] = [place.region, "ringfence-state"];
const runIdOf = (days: number): string => `${day(days).toISOString().replaceAll(/[:.]/g, "-")}-schedule`;

export interface WireOptions {
  readonly faults?: readonly WorldFault[];
  readonly hubIsOff?: boolean;
  /** Findings and objects that an earlier one left. */
  readonly after?: Wire;
}

export async function openWire({ faults = [], hubIsOff = false, after }: WireOptions = {}): Promise<Wire> {
  const base = singleAccount();
  const accounts = base.accounts.map((account) =>
    hubIsOff ? { ...account, securityHubRegions: [] } : account,
  );
  const opened = await openWorld({ ...base, accounts, faults }, { assumeInOwnAccount: true });
  const { emulator, scanner, transport, credentials } = opened;
  for (const [key, held] of after?.emulator.stores.findings ?? []) emulator.stores.findings.set(key, held);
  for (const [key, held] of after?.emulator.stores.objects ?? []) emulator.stores.objects.set(key, held);
  const bucket = openBucket({ bucket: BUCKET, region: REGION, credentials }, transport);
  const account = await scanner.enterAccount(place.account);
  let counted = emulator.calls.length;
  return {
    emulator,
    begin: (days) => announceRun(bucket, runIdOf(days), { startedAt: day(days).toISOString(), scope: {} }),
    async publish({ began, published = began, findings, store = same, hub = same }) {
      const context = { observe: outside, now: () => day(published + 0.001), runId: runIdOf(began) };
      const observedFrom = day(began + 0.0001).toISOString();
      const sink = openHubSink(
        hub(account.securityHub(REGION)),
        { accountId: place.account, region: REGION, cluster: null },
        deliver,
      );
      return publishFindings(place, { ...observe(findings), observedFrom }, sink, {
        ...context,
        store: store(bucket),
        include: "changes",
        isOverlapped: watchRunning(bucket, context),
      });
    },
    takeCalls() {
      const counts = Map.groupBy(emulator.calls.slice(counted), ({ operation }) => operation ?? "-");
      counted = emulator.calls.length;
      return [...counts].map(([name, calls]) => `${calls.length} ${name}`).join(", ") || "none";
    },
    shown() {
      const held = [...(emulator.stores.findings.get(`${place.account}/${REGION}`)?.values() ?? [])];
      const active = held.filter(({ RecordState }) => RecordState === "ACTIVE");
      const byStatus = Map.groupBy(active, ({ Compliance }) => statusOf(Compliance));
      return [...byStatus].map(([status, all]) => `${status} ${all.length}`).join(", ") || "nothing";
    },
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

const same = <T>(value: T): T => value;

const Compliance = v.object({ Status: v.string() });

function statusOf(compliance: unknown): string {
  return v.parse(Compliance, compliance).Status;
}

/** One failure for each of so many namespaces. */
export function failures(amount: number, status: Finding["status"] = "fail"): readonly Finding[] {
  return Array.from({ length: amount }, (_, index) =>
    finding(status, { subject: namespace(`team-${index}`) }),
  );
}

export function toOutcome({ outcome, delivery: { sent, failed }, findings, vanished }: Publication): string {
  const changes = Map.groupBy([...findings, ...vanished], ({ change }) => change ?? "-");
  const counted = [...changes].map(([change, all]) => `${all.length} ${change}`).join(", ");
  return `${outcome}; ${sent} sent, ${failed.length} failed; ${counted || "no change"}`;
}
