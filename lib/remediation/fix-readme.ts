// The README of a folder that `ringfence fix` wrote. Foreign names stand in code, where they are only text.

import { count } from "../model/counts.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import { toVisibleText } from "../model/visible-text.ts";
import { REPLACEMENT_PREFIX } from "./file-name.ts";
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
  "2. Namespaces: first policies of your own that allow what the workloads need, then the default denies.",
  "3. The cluster last: where nothing is enforced today, every policy takes effect at once when it is.",
  "4. Scan again: the findings pass, or say what is left.",
  "",
  "Run each block in the folder of this file.",
  "",
];

function toSection(plan: SubjectPlan): readonly string[] {
  const { subject, findings, commands, postponed, files } = plan;
  return [
    `### ${subject.kind === "namespace" ? "Namespace" : "Cluster"} ${code(subject.name)}`,
    "",
    ...findings.flatMap(({ controlId, because, remediation }) => [
      `- **${controlId}** ${prose(because)}`,
      `  ${prose(remediation.text)}`,
    ]),
    "",
    ...toKeeping(plan),
    ...(commands.length === 0 ? [] : toCommandBlock(plan)),
    ...(postponed.length === 0
      ? []
      : [
          `${postponed.join(", ")} changes a policy that is changed above already: apply that, then run \`ringfence fix\` again.`,
          "",
        ]),
    ...(files.length === 0 ? [] : [`Files: ${files.map(({ path }) => code(path)).join(", ")}.`, ""]),
    ...toUndo(plan),
  ];
}

/** In a shell of its own, so that every block starts in the folder of this README. */
function toCommandBlock({ folder, files, commands }: SubjectPlan): readonly string[] {
  const lines = files.length === 0 ? commands : ["(", "set -e", `cd ${folder}`, ...commands, ")"];
  return ["```sh", ...lines, "```", ""];
}

/** What the server adds to an object would make it refuse the same object later. */
const WITHOUT_SERVER_FIELDS = "sed '/^ *resourceVersion:/d; /^ *uid:/d'";

function toKeeping({ subject, files, folder }: SubjectPlan): readonly string[] {
  if (files.length === 0) return [];
  if (subject.kind !== "namespace") return KEEP_CLUSTER;
  const list = `kubectl get networkpolicies.networking.k8s.io -n ${quoteForShell(subject.name)} -o yaml`;
  return [
    "Keep what is there:",
    "",
    "```sh",
    `${list} | ${WITHOUT_SERVER_FIELDS} > ${folder}/before.yaml`,
    "```",
    "",
    "Then:",
    "",
  ];
}

const KEEP_CLUSTER = [
  "Keep what is there: the add-on's configuration values (`aws eks describe-addon`), and the ConfigMap",
  "`amazon-vpc-cni` and the DaemonSet `aws-node` of kube-system. To undo it, give them back. Then:",
  "",
];

function toUndo({ subject, files, folder }: SubjectPlan): readonly string[] {
  if (files.length === 0 || subject.kind !== "namespace") return [];
  const isReplacement = (path: string): boolean =>
    path.split("/").at(-1)?.startsWith(REPLACEMENT_PREFIX) === true;
  const made = files.filter(({ path }) => !isReplacement(path));
  const commands = [
    ...made.map(({ path }) => `kubectl delete -f ${path}`),
    ...(made.length === files.length ? [] : [`kubectl apply -f ${folder}/before.yaml`]),
  ];
  return ["To undo it:", "", "```sh", ...commands, "```", ""];
}

/** Foreign names as code: no character of them ends the code or steers the reader's screen. */
function code(name: string): string {
  return `\`${toVisibleText(name).replaceAll("`", "'")}\``;
}

/** Our sentences with foreign names in them: neither a heading, a link, HTML nor code comes of a name. */
function prose(text: string): string {
  return toVisibleText(text).replaceAll(/[\\`*_<>[\]#|]/g, String.raw`\$&`);
}
