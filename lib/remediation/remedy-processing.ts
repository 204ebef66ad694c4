// NETPOL.5: the policies that the controller has not turned into rules. First what shows the controller's side,
// then for each policy a copy to make it anew from, or the finalizer that keeps it.

import type { PolicyProcessing, ProcessedPolicy } from "../model/enforcement-detail.ts";
import type { Remediation } from "../model/finding.ts";
import type { RawObject } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import { isUnprocessed } from "../model/unprocessed-policies.ts";
import { isRecord, member } from "../netpol/raw-record.ts";
import { policiesByName, toManifest } from "./edit-policy.ts";
import { toPathSegment } from "./file-name.ts";
import { listShort } from "./list-short.ts";
import { toManifestFile, type RemedyFile } from "./policy-manifest.ts";

const MAX_POLICIES = 10;

export function remedyProcessing(
  { policies }: PolicyProcessing,
  networkPolicies: Observed<readonly RawObject[]>,
): Remediation {
  const bad = policies.filter(isUnprocessed);
  const stuck = bad.filter(({ state }) => state === "stuck-terminating");
  const others = bad.filter(({ state }) => state !== "stuck-terminating");
  const anew = others
    .slice(0, MAX_POLICIES)
    .flatMap((policy) => toCopy(policy, networkPolicies.seen ? networkPolicies.value : []));
  return {
    text: [LOOK, ...describeOthers(others), ...describeStuck(stuck)].join(" "),
    commands: [
      "kubectl get configmap amazon-vpc-cni -n kube-system -o yaml",
      "kubectl get policyendpoints.networking.k8s.aws -A",
      ...bad.slice(0, MAX_POLICIES).map(toCommand),
      ...anew.map(({ name }) => `kubectl replace --force -f ${quoteForShell(name)}`),
    ],
    files: anew,
  };
}

function toCommand({ namespace, name }: ProcessedPolicy): string {
  return `kubectl get networkpolicies.networking.k8s.io ${quoteForShell(name)} -n ${quoteForShell(namespace)} -o yaml`;
}

const LOOK =
  "See first that enable-network-policy-controller is true and what the control plane's logs say of the policies.";

function describeOthers(policies: readonly ProcessedPolicy[]): readonly string[] {
  if (policies.length === 0) return [];
  return [
    `Then make ${listShort(policies.map(toName))} anew from the copies, which hold them as they stand: between deletion and creation nothing of them is enforced. Where Helm or a GitOps controller owns them, sync there.`,
  ];
}

/** The API server deletes an object when its last finalizer is gone, whatever the controller had still to do. */
function describeStuck(policies: readonly ProcessedPolicy[]): readonly string[] {
  if (policies.length === 0) return [];
  const [first] = policies;
  const patch = quoteForShell(JSON.stringify({ metadata: { finalizers: null } }));
  const command =
    first === undefined
      ? ""
      : `kubectl patch networkpolicies.networking.k8s.io ${quoteForShell(first.name)} -n ${quoteForShell(first.namespace)} --type merge -p ${patch}`;
  return [
    `${listShort(policies.map(toName))} wait for the controller's finalizer: switch the controller on, so that it ends what it began; only where no engine will run again take the finalizer away: ${command}.`,
  ];
}

function toName({ namespace, name }: ProcessedPolicy): string {
  return `${namespace}/${name}`;
}

function toCopy({ namespace, name }: ProcessedPolicy, policies: readonly RawObject[]): readonly RemedyFile[] {
  const raw = policiesByName(policies, namespace).get(name);
  const spec = raw === undefined ? undefined : member(raw, "spec");
  if (raw === undefined || !isRecord(spec)) return [];
  return [toManifestFile(`anew-${toPathSegment(`${namespace}-${name}`)}.yaml`, [toManifest(raw, spec)])];
}
