// Findings, observations and runs in a few words, for the tests of their life.

import { toFindingId } from "../../lib/model/finding-id.ts";
import type { Finding, Status, Subject } from "../../lib/model/finding.ts";
import { reconcile, type Observation, type Reconciliation } from "../../lib/scan/reconcile.ts";
import { confirm } from "../../lib/scan/sending.ts";
import type { FindingRecord, StatePlace } from "../../lib/scan/state.ts";

export const place: StatePlace = {
  account: "111111111111",
  region: "eu-central-1",
  cluster: "shop",
  createdAt: "2025-06-17T08:41:22.000Z",
};

const START = Date.parse("2026-11-01T06:00:00.000Z");
const DAY_MS = 24 * 3600 * 1000;

/** A whole or a broken number of days after the first run. */
export function day(days: number): Date {
  return new Date(START + Math.round(days * DAY_MS));
}

export function namespace(name: string): Subject {
  return { kind: "namespace", name };
}

export const cluster: Subject = { kind: "cluster", name: "shop" };

export function finding(status: Status, change: Partial<Finding> = {}): Finding {
  const controlId = change.controlId ?? "NETPOL.20";
  const subject = change.subject ?? namespace("web");
  return {
    id: toFindingId({ ...place, controlId, subject }),
    controlId,
    title: "Namespaces should have a NetworkPolicy",
    status,
    severity: "medium",
    account: place.account,
    region: place.region,
    cluster: place.cluster,
    subject,
    because: `It is ${status}.`,
    evidence: [],
    remediation: { text: "Create a policy.", commands: [], files: [] },
    ...change,
  };
}

/** By default a complete look: what has no verdict is gone. */
export function observe(findings: readonly Finding[], change: Partial<Observation> = {}): Observation {
  return {
    observedFrom: day(0).toISOString(),
    findings,
    whyGone: () => "A complete scan no longer finds it.",
    isEmpty: () => false,
    ...change,
  };
}

/** A look that saw nothing but that it was blind. */
export function blind(findings: readonly Finding[] = []): Observation {
  return observe(findings, { whyGone: () => null });
}

export interface Lived extends Reconciliation {
  /** After a delivery of everything. */
  readonly after: readonly FindingRecord[];
  /** `change` of the only finding. */
  readonly change: string | undefined;
}

/** One run in which all that was sent arrived. */
export function live(
  records: readonly FindingRecord[],
  observation: Observation,
  now: Date,
  include: "changes" | "all" = "changes",
): Lived {
  const reconciled = reconcile(records, observation, { now, include });
  const [first] = [...reconciled.findings, ...reconciled.vanished];
  return {
    ...reconciled,
    after: confirm(reconciled.records, reconciled.outgoing, new Set()),
    change: first?.change,
  };
}

/** The records after one status a day, each in a complete scan. */
export function history(...statuses: readonly Status[]): readonly FindingRecord[] {
  return statuses.reduce<readonly FindingRecord[]>(
    (records, status, index) => live(records, observe([finding(status)]), day(index)).after,
    [],
  );
}
