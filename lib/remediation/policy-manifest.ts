// NetworkPolicies as files for kubectl. Names and labels are foreign text: the YAML writer quotes them, for
// readers of YAML 1.1 too, to whom `on` is a boolean. Writes nothing to disk.

import { Document } from "yaml";
import type { Remediation } from "../model/finding.ts";
import type { Labels } from "../model/kubernetes.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";

export type RemedyFile = Remediation["files"][number];

export interface PolicySpec {
  readonly podSelector: LabelSelector;
  readonly policyTypes: readonly ("Ingress" | "Egress")[];
  readonly ingress?: readonly unknown[];
  readonly egress?: readonly unknown[];
}

export interface LabelSelector {
  readonly matchLabels?: Labels;
}

export interface PolicyManifest {
  readonly apiVersion: "networking.k8s.io/v1";
  readonly kind: "NetworkPolicy";
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
  readonly spec: unknown;
}

export function toPolicy(namespace: string, name: string, spec: PolicySpec): PolicyManifest {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { namespace, name },
    spec,
  };
}

/** `comment`: lines that stand at the top of the file. */
export function toManifestFile(
  name: string,
  objects: readonly unknown[],
  comment: readonly string[] = [],
): RemedyFile {
  const head = comment.map((line) => (line === "" ? "#\n" : `# ${line}\n`)).join("");
  return { name, content: head + objects.map(toYaml).join("---\n") };
}

export function toApplyCommand({ name }: RemedyFile): string {
  return `kubectl apply -f ${quoteForShell(name)}`;
}

export function toYaml(object: unknown): string {
  // A list that stands twice is written twice: `&a1` is for machines, not for the person who edits the file.
  return new Document(object, { schema: "yaml-1.1", aliasDuplicateObjects: false }).toString({
    lineWidth: 0,
  });
}

/** A name that no policy of the namespace has: applying a file must never overwrite somebody else's policy. */
export function toFreeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  for (let number = 2; ; number += 1) {
    const name = `${wanted}-${number}`;
    if (!taken.includes(name)) return name;
  }
}
