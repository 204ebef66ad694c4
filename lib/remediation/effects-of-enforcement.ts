// What switching enforcement on would change, as a static comparison of what is allowed without and with the
// policies that lie in the cluster. It claims nothing about traffic that really flows.

import type { Isolation } from "../model/control.ts";
import { DIRECTIONS, type Direction } from "../model/isolation-detail.ts";
import { livePolicies } from "../model/live-policies.ts";
import type { DirectionReport, NamespaceReport } from "../model/posture.ts";
import { toVisibleText } from "../model/visible-text.ts";
import type { RemedyFile } from "./policy-manifest.ts";

export interface NamespaceEffects {
  readonly namespace: string;
  /** That select at least one pod. */
  readonly policies: readonly string[];
  readonly shrinking: readonly ShrinkingWorkload[];
}

export interface ShrinkingWorkload {
  /** `Kind/name`. */
  readonly workload: string;
  readonly directions: readonly { readonly direction: Direction; readonly policies: readonly string[] }[];
  /** Null directions: why it is not known. */
  readonly undecided: readonly Direction[];
}

/** Namespaces whose policies select pods but are applied by nothing today. */
function effectsOfEnforcement({ namespaces }: Isolation): readonly NamespaceEffects[] {
  return namespaces.filter(({ posture }) => posture === "inert").map(toNamespaceEffects);
}

export function toNamespaceEffects(namespace: NamespaceReport): NamespaceEffects {
  const { name, workloads } = namespace;
  return {
    namespace: name,
    policies: livePolicies(namespace),
    shrinking: workloads
      .filter(({ pods }) => pods.counted > 0)
      .map((report): ShrinkingWorkload => ({
        workload: `${report.kind}/${report.name}`,
        directions: DIRECTIONS.filter((direction) => shrinks(report[direction])).map((direction) => ({
          direction,
          policies: report[direction].policies,
        })),
        undecided: DIRECTIONS.filter((direction) => report[direction].isolated === null),
      }))
      .filter(({ directions, undecided }) => directions.length > 0 || undecided.length > 0),
  };
}

/** Without enforcement everything is allowed; with it everything still is only where policies open both. */
function shrinks({ isolated, openToCluster, openToExternal }: DirectionReport): boolean {
  return isolated === true && !(openToCluster === true && openToExternal === true);
}

/** Null where nothing would take effect. */
export function toEffectsFile(isolation: Isolation): RemedyFile | null {
  const effects = effectsOfEnforcement(isolation);
  if (effects.length === 0) return null;
  const content = [
    "# What takes effect when enforcement is switched on",
    "",
    "A static comparison: today nothing is applied, so everything is allowed; then only what the policies allow.",
    "It says nothing about traffic that really flows. Look at that first (VPC flow logs, the agent's policy logs).",
    "Policies that you add from this folder before that are not in it; they take effect as well.",
    "",
    ...effects.flatMap(toSection),
  ].join("\n");
  return { name: "what-takes-effect.md", content };
}

function toSection({ namespace, policies, shrinking }: NamespaceEffects): readonly string[] {
  return [
    `## Namespace ${code(namespace)}`,
    "",
    `Policies that take effect: ${policies.map(code).join(", ")}.`,
    "",
    ...(shrinking.length === 0 ? ["No workload's allowed flows shrink.", ""] : []),
    ...shrinking.flatMap(({ workload, directions, undecided }) => [
      ...directions.map(
        (one) =>
          `- ${code(workload)}: allowed ${one.direction} shrinks to what ${one.policies.map(code).join(", ")} allow`,
      ),
      ...undecided.map((direction) => `- ${code(workload)}: ${direction} could not be decided`),
    ]),
    ...(shrinking.length === 0 ? [] : [""]),
  ];
}

/** Foreign names as code: no character of them ends the code or steers the reader's screen. */
function code(name: string): string {
  return `\`${toVisibleText(name).replaceAll("`", "'")}\``;
}
