// How pods of other namespaces get at what a GitOps controller must keep closed: in words, and as evidence.

import type { Evidence } from "../model/finding.ts";
import type { GitOpsController } from "../model/gitops.ts";
import { toPolicyCommand } from "./policy-command.ts";

export interface Opening {
  readonly certain: boolean;
  /** `Kind/name`. */
  readonly workload: string;
  /** The port and what stands behind it; "every port" where it is none in particular. */
  readonly what: string;
  /** The rule that lets them through, or what is not known. */
  readonly by: string;
  /** Null: no policy is needed. */
  readonly policy: string | null;
}

/** Every way in that should be closed, certain or not. */
export function openingsOf(controller: GitOpsController): readonly Opening[] {
  const { workload, mayBeOpen, restrictedPorts, ingress } = controller;
  const ports = restrictedPorts.flatMap(({ port, behind, openPaths }) =>
    openPaths.map(({ policy, path, certain, detail }) => ({
      certain,
      workload,
      what: `:${port}, ${behind}`,
      by: policy === null ? detail : `policy ${policy} ${path}: ${detail}`,
      policy,
    })),
  );
  // Wide open on every port is never meant, but for the component that people use.
  if (ports.length > 0 || mayBeOpen || ingress.openToCluster === false) return ports;
  const { nullifiedBy, because, openToCluster } = ingress;
  const [policy = null] = nullifiedBy;
  const by = policy === null ? "nothing isolates it" : `policies ${nullifiedBy.join(", ")}`;
  return openToCluster === true
    ? [{ certain: true, workload, what: " on every port", by, policy }]
    : [{ certain: false, workload, what: "", by: because ?? "a fact was not seen", policy: null }];
}

const MAX_IN_WORDS = 5;
const MAX_EVIDENCE = 50;

/** The first five paths, and how many more. */
export function inWords(openings: readonly Opening[]): string {
  const shown = openings
    .slice(0, MAX_IN_WORDS)
    .map(({ workload, what, by }) => `${workload}${what} (${by})`)
    .join("; ");
  const rest = openings.length - MAX_IN_WORDS;
  return rest > 0 ? `${shown}; and ${rest} more, which the evidence lists` : shown;
}

/** Every path, and beyond fifty how many more. */
export function toOpeningEvidence(namespace: string, openings: readonly Opening[]): readonly Evidence[] {
  const shown = openings.slice(0, MAX_EVIDENCE).map((opening) => toEvidence(namespace, opening));
  const rest = openings.length - shown.length;
  if (rest === 0) return shown;
  const last: Evidence = {
    source: "Kubernetes API",
    object: `Namespace ${namespace}`,
    observed: `${rest} more open paths`,
    means: "too many to list",
    command: toPolicyCommand(namespace, null),
  };
  return [...shown, last];
}

function toEvidence(namespace: string, { certain, workload, what, by, policy }: Opening): Evidence {
  return {
    source: "Kubernetes API",
    object: `${workload} of namespace ${namespace}`,
    observed: `${workload}${what}: ${by}`,
    means: certain
      ? "pods of other namespaces get through"
      : "whether pods of other namespaces get through is not known",
    command: toPolicyCommand(namespace, policy),
  };
}
