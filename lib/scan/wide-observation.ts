// What a run says about findings that are about no single cluster: accounts and Regions that it could not look
// into, and the run itself. Pure. Such a finding is closed by being looked into, never by being out of sight.

import { parseFindingId, type FindingScope } from "../model/finding-id.ts";
import type { Finding } from "../model/finding.ts";
import type { Coverage } from "../model/target.ts";
import type { Observation } from "./reconcile.ts";
import type { FindingRecord } from "./state.ts";

export interface WideView {
  /** RFC 3339: start of the run. */
  readonly startedAt: string;
  /** Those of the run's findings that have no cluster. */
  readonly findings: readonly Finding[];
  readonly coverage: readonly Coverage[];
  readonly complete: boolean;
  /** False where the run was narrowed: then it says nothing about what it left out. */
  readonly isWhole: boolean;
  /** The accounts that were to be looked into; null where only those with a coverage entry are known. */
  readonly accounts: ReadonlySet<string> | null;
}

export function toWideObservation(view: WideView): Observation {
  return {
    observedFrom: view.startedAt,
    findings: view.findings,
    isEmpty: () => false,
    whyGone: (record) => judge(record, view).gone,
    judgeAgain: (record) => {
      const { repaired } = judge(record, view);
      return repaired === null ? null : toPass(record, repaired);
    },
  };
}

/** A sentence for the one that holds; both null: this run cannot tell. */
interface Judgement {
  readonly gone: string | null;
  readonly repaired: string | null;
}

const CANNOT_TELL: Judgement = { gone: null, repaired: null };
const repaired = (sentence: string): Judgement => ({ gone: null, repaired: sentence });
const gone = (sentence: string): Judgement => ({ gone: sentence, repaired: null });

function judge({ id }: FindingRecord, view: WideView): Judgement {
  const scope = parseFindingId(id);
  if (scope === null || scope.cluster !== null || !view.isWhole) return CANNOT_TELL;
  if (scope.account !== null) return judgeAccount(scope, scope.account, view);
  if (!view.coverage.some(isAboutAllAccounts) && scope.controlId === "NETPOL.9")
    return repaired("The accounts of the run could be listed.");
  return view.complete ? repaired("A complete run no longer finds it.") : CANNOT_TELL;
}

function judgeAccount({ region }: FindingScope, account: string, view: WideView): Judgement {
  const entries = view.coverage.filter((entry) => entry.account === account);
  const whole = entries.find((entry) => entry.region === null && entry.cluster === null);
  if (whole?.outcome === "missed" || view.coverage.some(isAboutAllAccounts)) return CANNOT_TELL;
  if (whole?.outcome === "skipped")
    return gone(`Account ${account} is not scanned any more: ${whole.detail ?? "it was left out"}.`);
  if (entries.length > 0 || view.accounts?.has(account) === true)
    return repaired(
      region === null
        ? `Ringfence can look into account ${account}.`
        : `Ringfence can look into Region ${region} of account ${account}, or does not scan it any more.`,
    );
  if (view.accounts === null) return CANNOT_TELL;
  return gone(`Account ${account} is not among the accounts of the run any more.`);
}

/** The accounts themselves could not be listed. */
function isAboutAllAccounts({ account, outcome }: Coverage): boolean {
  return account === null && outcome === "missed";
}

function toPass(record: FindingRecord, because: string): Finding {
  const { id, controlId, title, subject } = record;
  const scope = parseFindingId(id);
  return {
    id,
    controlId,
    title,
    status: "pass",
    severity: (record.confirmed ?? record.intended)?.severity ?? "informational",
    account: scope?.account ?? null,
    region: scope?.region ?? null,
    cluster: null,
    subject,
    because,
    evidence: [],
    remediation: { text: "Nothing is left to do.", commands: [], files: [] },
  };
}
