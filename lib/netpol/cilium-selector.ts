// Endpoint selectors of cilium.io/v2, taken apart into what they ask of a pod and of its namespace.
// Source: Cilium documentation, "Layer 3 Policies" and "Kubernetes constructs in policy".

import { EVERY, parseSelector, type Requirement, type Selector } from "./label-selector.ts";
import { shown } from "./raw-record.ts";

export interface EndpointSelector {
  /** Null: nothing is asked of the namespace. */
  readonly namespaces: Selector | null;
  readonly pods: Selector;
}

const NAMESPACE_KEY = "io.kubernetes.pod.namespace";
const NAMESPACE_LABELS = "io.cilium.k8s.namespace.labels.";
/** Cluster and service account: labels that are not a pod's own. */
const POLICY_LABELS = "io.cilium.k8s.policy.";
const NAME_LABEL = "kubernetes.io/metadata.name";
/** Label sources that mean a label of the Kubernetes object. Any other source is not a pod's label. */
const SOURCES = ["k8s:", "any:"];

/** The selector, or a clause that says why it cannot be decided. */
export function parseEndpointSelector(raw: unknown, path: string): EndpointSelector | string {
  const selector = parseSelector(raw, path);
  if (selector.unknown !== null) return selector.unknown;
  const pods: Requirement[] = [];
  const namespaces: Requirement[] = [];
  let asksNamespace = false;
  for (const requirement of selector.requirements) {
    if ("of" in requirement) return `${path} is not a label selector`;
    const key = withoutSource(requirement.key);
    if (key === null || key.startsWith(POLICY_LABELS))
      return `${path} asks for ${shown(requirement.key)}, which is not a label of the pod`;
    const namespaceKey = toNamespaceKey(key);
    if (namespaceKey === null) {
      pods.push({ ...requirement, key });
      continue;
    }
    asksNamespace = true;
    // Every pod has a namespace.
    const isAlways = namespaceKey === NAME_LABEL && requirement.operator === "Exists";
    if (!isAlways) namespaces.push({ ...requirement, key: namespaceKey });
  }
  return { namespaces: asksNamespace ? toSelector(namespaces) : null, pods: toSelector(pods) };
}

function toSelector(requirements: readonly Requirement[]): Selector {
  return requirements.length === 0 ? EVERY : { requirements, unknown: null };
}

function withoutSource(key: string): string | null {
  const source = SOURCES.find((prefix) => key.startsWith(prefix));
  if (source !== undefined) return key.slice(source.length);
  return key.includes(":") ? null : key;
}

/** The namespace's label that the key stands for; null where it is a pod's label. */
function toNamespaceKey(key: string): string | null {
  if (key === NAMESPACE_KEY) return NAME_LABEL;
  return key.startsWith(NAMESPACE_LABELS) ? key.slice(NAMESPACE_LABELS.length) : null;
}
