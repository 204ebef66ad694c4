// The engine: hands a control exactly the facts that it declared. The only code that unwraps Observed: a
// missing need becomes `unknown` here, by construction, so no control can forget it.

import type { JudgingControl, EvaluationSettings, InputName, Verdict } from "../model/control.ts";
import type { Observed } from "../model/observed.ts";
import type { Target } from "../model/target.ts";
import { factsBehind } from "./derived-needs.ts";

export type Inputs = Readonly<Record<InputName, Observed<unknown>>>;

/** One control over one cluster's inputs. */
export function evaluateControl(
  control: JudgingControl,
  inputs: Inputs,
  { cluster: clusterName, region }: Pick<Target, "cluster" | "region">,
  settings: EvaluationSettings,
): readonly Verdict[] {
  const missing = control.needs.filter((name) => !inputs[name].seen);
  if (missing.length > 0) return [toBlindVerdict(missing, inputs, clusterName)];
  const facts = Object.fromEntries(control.needs.map((name) => [name, valueOf(inputs[name])]));
  const observed = [...control.reads, ...control.remedyReads];
  const reads = Object.fromEntries(observed.map((name) => [name, inputs[name]]));
  // The names were checked against the declaration when the control was defined (defineControl).
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return control.evaluate({ facts, reads, clusterName, region, settings } as Parameters<
    JudgingControl["evaluate"]
  >[0]);
}

function valueOf(observed: Observed<unknown>): unknown {
  if (!observed.seen) throw new Error("valueOf is called only for seen facts");
  return observed.value;
}

function toBlindVerdict(missing: readonly InputName[], inputs: Inputs, clusterName: string): Verdict {
  const unread = missing.flatMap((name) => {
    const behind = factsBehind(name).filter((fact) => fact in inputs && !inputs[fact].seen);
    return behind.length > 0 ? behind : [name];
  });
  const byReason = Map.groupBy(new Set(unread), (name) => reasonOf(inputs[name]));
  const parts = [...byReason].map(([reason, names]) => `${names.join(", ")} (${reason})`);
  return {
    status: "unknown",
    subject: { kind: "cluster", name: clusterName },
    because: `Ringfence could not read ${parts.join(" and ")}, so it cannot decide.`,
    evidence: [],
    remediation: {
      text: "Let Ringfence read it; the finding NETPOL.9 of this cluster says how.",
      commands: [],
      files: [],
    },
  };
}

function reasonOf(input: Observed<unknown>): string {
  return input.seen ? "seen" : `${input.why}: ${input.detail}`;
}
