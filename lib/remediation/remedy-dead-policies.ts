// NETPOL.27: the policies that select nothing, the pods' labels to compare with, and for a selector that is one
// label away from the pods a corrected version. What would have to be guessed is left to the person.

import type { Remediation } from "../model/finding.ts";
import type { Labels, Pod, RawObject } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { oncePerList } from "../model/once-per-list.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import { nearest } from "../nearest.ts";
import { isRecord, member } from "../netpol/raw-record.ts";
import { policiesByName, toManifest } from "./edit-policy.ts";
import { toReplacementName } from "./file-name.ts";
import { listShort } from "./list-short.ts";
import { toApplyCommand, toManifestFile, type PolicyManifest } from "./policy-manifest.ts";

export interface DeadPolicyReads {
  readonly networkPolicies: Observed<readonly RawObject[]>;
  readonly pods: Observed<readonly Pod[]>;
}

export interface DeadPolicies {
  readonly namespace: string;
  readonly policies: readonly string[];
}

const MAX_SHOWN = 10;

export function remedyDeadPolicies(
  { namespace, policies }: DeadPolicies,
  { networkPolicies, pods }: DeadPolicyReads,
): Remediation {
  const present = networkPolicies.seen ? policiesByName(networkPolicies.value, namespace) : new Map();
  const labels = pods.seen ? distinctLabels(podsByNamespace(pods.value).get(namespace) ?? []) : [];
  const corrected = policies.flatMap((name) => {
    const raw = present.get(name);
    const manifest = raw === undefined ? null : correct(raw, labels);
    return manifest === null ? [] : [{ name, file: toManifestFile(toReplacementName(name), [manifest]) }];
  });
  const mended = new Set(corrected.map(({ name }) => name));
  const rest = policies.filter((name) => !mended.has(name));
  return {
    text: toText(
      corrected.map(({ name }) => name),
      rest,
      namespace,
    ),
    commands: [
      ...policies.slice(0, MAX_SHOWN).map((name) => toShowCommand(namespace, name)),
      `kubectl get pods -n ${quoteForShell(namespace)} --show-labels`,
      ...corrected.map(({ file }) => toApplyCommand(file)),
    ],
    files: corrected.map(({ file }) => file),
  };
}

function toText(corrected: readonly string[], rest: readonly string[], namespace: string): string {
  const names = rest.slice(0, MAX_SHOWN).map(quoteForShell).join(" ");
  const parts = [
    corrected.length === 0
      ? ""
      : `One label of the podSelector of ${listShort(corrected)} differs from the pods of namespace ${namespace}: look whether the corrected version is what was meant, and apply it. Where Helm or a GitOps controller owns the policy, change it there.`,
    rest.length === 0
      ? ""
      : `Compare the podSelector of ${listShort(rest)} with the labels of the pods and correct it; or, where it is for no CronJob and no workload that is scaled down, delete the policy: kubectl delete networkpolicies.networking.k8s.io ${names} -n ${quoteForShell(namespace)}.`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

function toShowCommand(namespace: string, name: string): string {
  return `kubectl get networkpolicies.networking.k8s.io ${quoteForShell(name)} -n ${quoteForShell(namespace)} -o yaml`;
}

const podsByNamespace = oncePerList((pods: readonly Pod[]) =>
  Map.groupBy(pods, ({ namespace }) => namespace),
);

function distinctLabels(pods: readonly Pod[]): readonly Labels[] {
  const own = pods.filter(({ hostNetwork, finished }) => !hostNetwork && !finished);
  return [...new Map(own.map(({ labels }) => [JSON.stringify(labels), labels])).values()];
}

/** Null: the selector has other conditions, is far from every pod, or could be meant for several. */
function correct(raw: RawObject, pods: readonly Labels[]): PolicyManifest | null {
  const spec = member(raw, "spec");
  if (!isRecord(spec)) return null;
  const selector = member(spec, "podSelector");
  if (!isRecord(selector) || member(selector, "matchExpressions") !== undefined) return null;
  const wanted = toLabels(member(selector, "matchLabels"));
  if (wanted === null || wanted.length === 0) return null;
  const candidates = new Map(
    pods.flatMap((labels) => toCandidate(wanted, labels)).map((labels) => [JSON.stringify(labels), labels]),
  );
  const [matchLabels] = candidates.values();
  if (matchLabels === undefined || candidates.size > 1) return null;
  return toManifest(raw, { ...spec, podSelector: { matchLabels } });
}

type Entry = readonly [key: string, value: string];

function toLabels(labels: unknown): readonly Entry[] | null {
  if (!isRecord(labels)) return null;
  const entries = Object.entries(labels);
  return entries.every((entry): entry is [string, string] => typeof entry[1] === "string") ? entries : null;
}

/** The wanted labels with the one that differs as the pod has it: another value of the key, or a key mistyped. */
function toCandidate(wanted: readonly Entry[], labels: Labels): readonly Labels[] {
  const wrong = wanted.filter(([key, value]) => !Object.hasOwn(labels, key) || labels[key] !== value);
  const [first] = wrong;
  if (first === undefined || wrong.length > 1) return [];
  const [key, value] = first;
  const right = Object.hasOwn(labels, key)
    ? toRightValue(first, labels[key] ?? "", wanted.length)
    : toRightKey(value, nearest(key, Object.keys(labels)), labels);
  if (right === null) return [];
  return [Object.fromEntries(wanted.map((entry) => (entry === first ? right : entry)))];
}

/** A lone label has to be near: two workloads differ in theirs on purpose. Beside others that fit it was renamed. */
function toRightValue([key, value]: Entry, present: string, wanted: number): Entry | null {
  return wanted > 1 || nearest(value, [present]) !== null ? [key, present] : null;
}

function toRightKey(value: string, key: string | null, labels: Labels): Entry | null {
  return key !== null && labels[key] === value ? [key, value] : null;
}
