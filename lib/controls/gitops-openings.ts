// How pods of other namespaces get at what a GitOps controller must keep closed, in words.

import type { GitOpsController } from "../model/gitops.ts";

export interface Opening {
  readonly certain: boolean;
  readonly text: string;
}

/** Every way in that should be closed, certain or not. */
export function openingsOf(controller: GitOpsController): readonly Opening[] {
  const { workload, mayBeOpen, restrictedPorts, ingress } = controller;
  const ports = restrictedPorts.flatMap(({ port, behind, openPaths }) =>
    openPaths.map(({ policy, path, certain, detail }) => ({
      certain,
      text: `${workload}:${port}, ${behind} (${policy === null ? detail : `policy ${policy} ${path}: ${detail}`})`,
    })),
  );
  // Wide open on every port is never meant, but for the component that people use.
  if (ports.length > 0 || mayBeOpen || ingress.openToCluster === false) return ports;
  const by =
    ingress.nullifiedBy.length > 0 ? `policies ${ingress.nullifiedBy.join(", ")}` : "nothing isolates it";
  return ingress.openToCluster === true
    ? [{ certain: true, text: `${workload} on every port (${by})` }]
    : [{ certain: false, text: `${workload} (${ingress.because ?? "a fact was not seen"})` }];
}

/** The first five paths, and how many more. */
export function inWords(openings: readonly Opening[]): string {
  const shown = openings
    .slice(0, 5)
    .map(({ text }) => text)
    .join("; ");
  return openings.length > 5 ? `${shown}; and ${openings.length - 5} more` : shown;
}
