// NETPOL.29 for the run: whether the exemptions of the configuration are valid. Pure. That one matches nothing is
// said only of a run that looked at everything; a run for a part of it says nothing at all.

import { netpol29 } from "../controls/netpol-29.ts";
import { toDay } from "../model/day.ts";
import { toFindingId } from "../model/finding-id.ts";
import type { Evidence, Finding, Status, Subject } from "../model/finding.ts";
import { compileExemption, isExemptible, type ConfiguredExemption, type ExemptionRules } from "./exempt.ts";

export interface WholeRun {
  /** As they are after exemption. */
  readonly findings: Iterable<Finding>;
  readonly complete: boolean;
  readonly now: Date;
}

const SUBJECT: Subject = { kind: "run", name: "exemptions" };

/** null: the configuration exempts nothing. */
export function judgeConfiguredExemptions(rules: ExemptionRules, run: WholeRun): Finding | null {
  if (rules.configured.length === 0) return null;
  const witnesses = openWitnesses(rules.configured);
  witnesses.see(run.findings);
  const judged = rules.configured.map((rule, index) =>
    judge(rule, { place: `exemptions[${index}]`, isNeeded: witnesses.found.has(rule) }, rules, run),
  );
  const problems = judged.flatMap(({ problem }) => problem);
  const undecided = judged.flatMap(({ undecided: place }) => place ?? []);
  const nowhere = { account: null, region: null, cluster: null };
  return {
    id: toFindingId({ ...nowhere, controlId: netpol29.id, createdAt: null, subject: SUBJECT }),
    controlId: netpol29.id,
    title: netpol29.title,
    severity: netpol29.severity,
    ...nowhere,
    subject: SUBJECT,
    ...toVerdict(problems, undecided, rules.configured.length),
    remediation: { text: netpol29.remediation, commands: [], files: [] },
  };
}

function toVerdict(
  problems: readonly Evidence[],
  undecided: readonly string[],
  total: number,
): { readonly status: Status; readonly because: string; readonly evidence: readonly Evidence[] } {
  if (problems.length > 0) {
    const named = problems.slice(0, 5).map(({ object, means }) => `${object} ${means}`);
    const rest = problems.length - named.length;
    const because = `In the configuration ${named.join("; ")}${rest > 0 ? `; and ${rest} more` : ""}.`;
    return { status: "fail", because, evidence: problems };
  }
  if (undecided.length > 0) {
    const because = `Whether ${undecided.slice(0, 5).join(", ")} of the configuration still match anything cannot be decided, because not everything could be looked at.`;
    return { status: "unknown", because, evidence: [] };
  }
  return {
    status: "pass",
    because: `Each of the ${total} exemptions of the configuration holds and is needed.`,
    evidence: [],
  };
}

interface Judged {
  readonly problem: readonly Evidence[];
  /** Its place in the configuration. */
  readonly undecided: string | null;
}

/** For each exemption one finding that proves that it is needed: as much of a run as its judgement takes. */
export interface Witnesses {
  see(findings: Iterable<Finding>): void;
  readonly found: ReadonlyMap<ConfiguredExemption, Finding>;
}

export function openWitnesses(configured: readonly ConfiguredExemption[]): Witnesses {
  const open = new Map(configured.map((rule) => [rule, compileExemption(rule)]));
  const found = new Map<ConfiguredExemption, Finding>();
  return {
    found,
    /** In one pass, because there may be hundreds of thousands of findings. */
    see(findings) {
      if (open.size === 0) return;
      for (const finding of findings) {
        if (!isExemptible(finding) && finding.status !== "exempt") continue;
        for (const [rule, covers] of open) {
          if (!covers(finding)) continue;
          found.set(rule, finding);
          open.delete(rule);
        }
        if (open.size === 0) return;
      }
    },
  };
}

function judge(
  rule: ConfiguredExemption,
  { place, isNeeded }: { readonly place: string; readonly isNeeded: boolean },
  { knownControls }: ExemptionRules,
  run: WholeRun,
): Judged {
  const problem = (observed: string, means: string): Evidence => ({
    source: "configuration",
    object: place,
    observed,
    means,
    command: "",
  });
  const unknown = rule.controls
    .filter((id) => !knownControls.has(id))
    .map((id) => problem(`controls: ${id}`, `names ${id}, which is no control`));
  if (rule.until < toDay(run.now)) {
    const expired = problem(`until: ${rule.until}`, `expired on ${rule.until}`);
    return { problem: [expired, ...unknown], undecided: null };
  }
  if (isNeeded || unknown.length === rule.controls.length) return { problem: unknown, undecided: null };
  if (!run.complete) return { problem: unknown, undecided: place };
  const unneeded = problem(
    `controls: ${rule.controls.join(", ")}`,
    "matches nothing that fails or is undecided",
  );
  return { problem: [...unknown, unneeded], undecided: null };
}
