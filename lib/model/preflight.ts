// What doctor found: one row for each thing that a scan needs, with what to do where it is missing. A row says only
// what was seen: what could not be looked at is `unknown`, and what was not asked is `not-asked`.

import { toScopeText } from "./blind-spots.ts";
import { signInStepFor } from "./next-step.ts";
import type { Unseen, Why } from "./observed.ts";

/** In the order in which a scan meets them. */
export const CHECKS = {
  configuration: "configuration",
  exemptions: "exemptions",
  credentials: "credentials",
  organization: "organization",
  role: "role",
  regions: "Regions",
  "eks-clusters": "EKS: clusters",
  "eks-describe": "EKS: description",
  "endpoint-name": "endpoint: name",
  "endpoint-connection": "endpoint: TCP",
  "endpoint-certificate": "endpoint: TLS",
  "authentication-mode": "access mode",
  "access-entry": "access entry",
  rbac: "RBAC",
  "security-hub": "Security Hub",
  sns: "SNS",
  slack: "Slack",
  state: "state",
  lambda: "Lambda quota",
} as const;
export type CheckId = keyof typeof CHECKS;

const CHECK_STATUSES = ["fail", "unknown", "pass", "not-asked"] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

export interface CheckScope {
  readonly account: string | null;
  readonly region: string | null;
  readonly cluster: string | null;
}

export interface CheckRow extends CheckScope {
  readonly check: CheckId;
  readonly status: CheckStatus;
  /** One clause that names no account, Region or cluster, so that equal rows can be told once. */
  readonly detail: string;
  /** What to do, and as commands where it can be typed. Empty where nothing is to be done. */
  readonly fix: string;
  readonly commands: readonly string[];
}

export interface Preflight {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: "ringfence"; readonly version: string };
  readonly startedAt: string;
  readonly finishedAt: string;
  /** True where no row failed or is unknown. */
  readonly fine: boolean;
  readonly rows: readonly CheckRow[];
}

export const NOWHERE: CheckScope = { account: null, region: null, cluster: null };

export function pass(check: CheckId, scope: CheckScope, detail: string): CheckRow {
  return { check, ...scope, status: "pass", detail, fix: "", commands: [] };
}

export function notAsked(check: CheckId, scope: CheckScope, detail: string, fix = ""): CheckRow {
  return { check, ...scope, status: "not-asked", detail, fix, commands: [] };
}

export interface Fix {
  readonly fix: string;
  readonly commands?: readonly string[];
}

export function fail(check: CheckId, scope: CheckScope, detail: string, fix: Fix): CheckRow {
  return { check, ...scope, status: "fail", detail, commands: [], ...fix };
}

export function unknown(check: CheckId, scope: CheckScope, detail: string, fix: string): CheckRow {
  return { check, ...scope, status: "unknown", detail, fix, commands: [] };
}

/** Reasons that are a fault of the set-up; the others only say that nobody could look. */
const FAULTS: ReadonlySet<Why> = new Set<Why>(["access-denied", "unreachable", "not-supported"]);

/** The row of something that was asked and not answered. */
export function unanswered(check: CheckId, scope: CheckScope, { why, detail }: Unseen, fix: Fix): CheckRow {
  const status = FAULTS.has(why) ? "fail" : "unknown";
  return { check, ...scope, status, detail, commands: [], ...fix };
}

/** Where nobody was refused, no right is missing. */
const NOT_REFUSED: ReadonlyMap<Why, string> = new Map<Why, string>([
  ["deadline", "Ask again: no answer came in time, or the check was interrupted."],
  ["server-error", "Ask again later: the service answered with an error of its own."],
  ["throttled", "Ask again later: other callers share the same quota."],
  [
    "unreachable",
    "See that the service's endpoint can be reached from here: look for a proxy, a firewall, or a VPC endpoint that is missing.",
  ],
]);

/** What to do about a question that needs `rights` and was not answered. */
export function toRightsFix(answer: Unseen, rights: string): Fix {
  return { fix: signInStepFor(answer) ?? NOT_REFUSED.get(answer.why) ?? rights };
}

/** Where a row is about; "" for what is about the whole run. */
export function toPlace(scope: CheckScope): string {
  const { account, region, cluster } = scope;
  if (account === null && region === null && cluster === null) return "";
  if (cluster !== null) return toScopeText(scope);
  return [account, region].filter((part) => part !== null).join(" ");
}
