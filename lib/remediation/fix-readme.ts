// The README of a folder that `ringfence fix` wrote. Foreign names stand in code, where they are only text.

import { count } from "../model/counts.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import { toVisibleText } from "../model/visible-text.ts";
import type { SubjectPlan } from "./fix-plan.ts";

export interface ReadmeParts {
  readonly cluster: string;
  readonly subjects: readonly SubjectPlan[];
  /** Findings that could not be decided. */
  readonly unknown: number;
}

export function toReadme({ cluster, subjects, unknown }: ReadmeParts): string {
  const ofCluster = subjects.filter(({ subject }) => subject.kind !== "namespace");
  const ofNamespaces = subjects.filter(({ subject }) => subject.kind === "namespace");
  return [
    `# What to do in cluster ${code(cluster)}`,
    "",
    "Written by `ringfence fix` from one scan. Nothing was applied. Read each file, fill in what it marks, and apply",
    "it yourself: here, or better where the objects come from (Helm, Terraform, the GitOps repository).",
    "",
    ...(unknown === 0
      ? []
      : [
          `${count(unknown, "finding")} could not be decided: for what was not seen nothing is written. Close the blind spots, then run it again.`,
          "",
        ]),
    ...(subjects.length === 0 ? ["Nothing failed, so there is nothing to do.", ""] : ORDER),
    ...(ofNamespaces.length === 0 ? [] : ["## Namespaces", "", ...ofNamespaces.flatMap(toSection)]),
    ...(ofCluster.length === 0 ? [] : ["## The cluster", "", ...ofCluster.flatMap(toSection)]),
  ].join("\n");
}

const ORDER = [
  "## Order",
  "",
  "1. Close what Ringfence could not see (NETPOL.9), and run it again.",
  "2. Keep what is there now; the commands stand with each part.",
  "3. Namespaces: first the policies that allow what the workloads need, then the default denies.",
  "4. The cluster last: where nothing is enforced today, every policy takes effect at once when it is.",
  "5. Scan again: the findings pass, or say what is left.",
  "",
];

function toSection(plan: SubjectPlan): readonly string[] {
  const { subject, findings, commands, folder, postponed, files } = plan;
  return [
    `### ${subject.kind === "namespace" ? "Namespace" : "Cluster"} ${code(subject.name)}`,
    "",
    ...findings.flatMap(({ controlId, because, remediation }) => [
      `- **${controlId}** ${prose(because)}`,
      `  ${prose(remediation.text)}`,
    ]),
    "",
    ...(commands.length === 0 ? [] : toCommandBlock(plan)),
    ...(postponed.length === 0
      ? []
      : [
          `${postponed.join(", ")} changes a policy that is changed above already: apply that, then run \`ringfence fix\` again.`,
          "",
        ]),
    ...(files.length === 0 ? [] : [`Files: ${files.map(({ path }) => code(path)).join(", ")}.`, ""]),
    ...toUndo(plan, folder),
  ];
}

function toCommandBlock({ folder, files, commands }: SubjectPlan): readonly string[] {
  const enter = files.length === 0 ? [] : [`cd ${folder}`];
  return ["```sh", ...enter, ...commands, "```", ""];
}

function toUndo({ subject, files }: SubjectPlan, folder: string): readonly string[] {
  if (files.length === 0) return [];
  if (subject.kind !== "namespace") return UNDO_CLUSTER;
  const list = `kubectl get networkpolicies.networking.k8s.io -n ${quoteForShell(subject.name)} -o yaml`;
  return [
    "To be able to undo it, keep the policies first; afterwards delete those whose names begin with `ringfence-`,",
    "and apply the kept ones over those that were replaced:",
    "",
    "```sh",
    `${list} > ${folder}/before.yaml`,
    `kubectl delete networkpolicies.networking.k8s.io -n ${quoteForShell(subject.name)} $(${list.replace("-o yaml", "-o name")} | grep /ringfence- | cut -d/ -f2)`,
    `kubectl apply -f ${folder}/before.yaml`,
    "```",
    "",
  ];
}

const UNDO_CLUSTER = [
  "To be able to undo it, keep the add-on's configuration values (`aws eks describe-addon`) and the ConfigMap",
  "`amazon-vpc-cni` of kube-system first, and give them back with the same commands.",
  "",
];

/** Foreign names as code: no character of them ends the code or steers the reader's screen. */
function code(name: string): string {
  return `\`${toVisibleText(name).replaceAll("`", "'")}\``;
}

/** Our sentences with foreign names in them: neither a heading, a link, HTML nor code comes of a name. */
function prose(text: string): string {
  return toVisibleText(text).replaceAll(/[\\`*_<>[\]#|]/g, String.raw`\$&`);
}
