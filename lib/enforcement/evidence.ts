// The sentences' proof: one line per thing that a human can read again with one command.
// Names and values are foreign text: they are made visible, cut, and quoted for the shell.

import { parseEksArn, toClusterArguments } from "../model/cluster-address.ts";
import type { Evidence } from "../model/finding.ts";
import type { ConfigMap, DaemonSet } from "../model/kubernetes.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import { shorten } from "../model/shorten.ts";
import type { Addon } from "../model/snapshot.ts";
import { toVisibleText } from "../model/visible-text.ts";

const KUBERNETES = "Kubernetes API";
const EKS = "Amazon EKS API";
const MAX_FOREIGN_LENGTH = 160;

/** Foreign text as it may stand inside a sentence. */
export function clip(text: string): string {
  return shorten(toVisibleText(text.slice(0, MAX_FOREIGN_LENGTH * 2)), MAX_FOREIGN_LENGTH);
}

export function configMapEvidence(
  wanted: { readonly namespace: string; readonly name: string; readonly key: string },
  configMap: ConfigMap | null,
  means: string,
): Evidence {
  const { namespace, name, key } = wanted;
  return {
    source: KUBERNETES,
    object: `ConfigMap ${namespace}/${name}`,
    observed: describeKey(configMap, key),
    means,
    command: `kubectl get configmap ${quoteForShell(name)} -n ${quoteForShell(namespace)} -o jsonpath='{.data.${key}}'`,
  };
}

function describeKey(configMap: ConfigMap | null, key: string): string {
  if (configMap === null) return "the ConfigMap does not exist";
  if (!Object.hasOwn(configMap.data, key)) return `${key} is not set`;
  return `${key}: "${clip(configMap.data[key] ?? "")}"`;
}

export function daemonSetEvidence(daemonSet: DaemonSet, observed: string, means: string): Evidence {
  return {
    source: KUBERNETES,
    object: `DaemonSet ${nameOf(daemonSet)}`,
    observed,
    means,
    command: `kubectl get daemonset ${quoteForShell(daemonSet.name)} -n ${quoteForShell(daemonSet.namespace)} -o yaml`,
  };
}

export function agentPodsEvidence(daemonSet: DaemonSet, observed: string, means: string): Evidence {
  const selector = toSelector(daemonSet);
  return {
    source: KUBERNETES,
    object: `Pods of DaemonSet ${nameOf(daemonSet)}`,
    observed,
    means,
    command: `kubectl get pods -n ${quoteForShell(daemonSet.namespace)} -l ${quoteForShell(selector)} -o wide`,
  };
}

export function addonEvidence(
  clusterName: string,
  { arn }: Pick<Addon, "arn">,
  observed: string,
  means: string,
): Evidence {
  return {
    source: EKS,
    object: "Add-on vpc-cni",
    observed,
    means,
    command: `aws eks describe-addon ${toClusterArguments(clusterName, parseEksArn(arn))} --addon-name vpc-cni`,
  };
}

export function kubernetesEvidence(
  object: string,
  observed: string,
  means: string,
  command: string,
): Evidence {
  return { source: KUBERNETES, object, observed, means, command };
}

export function nameOf(object: { readonly namespace: string; readonly name: string }): string {
  return clip(`${object.namespace}/${object.name}`);
}

/** `a=b,c=d`, sorted: the DaemonSet's own selector. */
export function toSelector(daemonSet: DaemonSet): string {
  return Object.entries(daemonSet.matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .toSorted()
    .join(",");
}
