// Which policy engines are installed, from the complete list of DaemonSets: never from resource definitions,
// which outlive what served them. Also names the DaemonSets that might be an engine we do not know.

import type { DaemonSet } from "../model/kubernetes.ts";
import type { Engine } from "../model/posture.ts";
import { couldEnforce, isIstioAmbient, reachesNodeNetwork } from "./daemon-set-roles.ts";
import { DAEMON_SET_ENGINES } from "./daemon-set-engines.ts";
import { isVpcCni } from "./vpc-cni-agent.ts";

export interface Detection {
  readonly installed: ReadonlyMap<Engine, readonly DaemonSet[]>;
  /** Neither an engine nor known to be harmless, and able to filter the node's network. */
  readonly unrecognised: readonly DaemonSet[];
  readonly istioAmbient: readonly DaemonSet[];
}

/** In the order in which they claim a DaemonSet; one may hold two engines (flannel with Calico). */
const RECOGNISERS: readonly { readonly engine: Engine; readonly recognises: (set: DaemonSet) => boolean }[] =
  [{ engine: "vpc-cni", recognises: isVpcCni }, ...DAEMON_SET_ENGINES];

export function detectEngines(daemonSets: readonly DaemonSet[]): Detection {
  const installed = new Map<Engine, DaemonSet[]>();
  const unrecognised: DaemonSet[] = [];
  const istioAmbient: DaemonSet[] = [];
  for (const daemonSet of daemonSets) {
    const engines = enginesOf(daemonSet);
    for (const engine of engines) installed.set(engine, [...(installed.get(engine) ?? []), daemonSet]);
    if (engines.length > 0) continue;
    if (isIstioAmbient(daemonSet)) istioAmbient.push(daemonSet);
    else if (couldEnforce(daemonSet)) unrecognised.push(daemonSet);
  }
  return { installed, unrecognised, istioAmbient };
}

/**
 * Labels, names of containers and images are anybody's to set in a namespace of their own: a DaemonSet that cannot
 * reach the node's network is no engine, whatever it calls itself.
 */
export function enginesOf(daemonSet: DaemonSet): readonly Engine[] {
  if (!reachesNodeNetwork(daemonSet)) return [];
  return RECOGNISERS.filter(({ recognises }) => recognises(daemonSet)).map(({ engine }) => engine);
}

export function isAwsNode(daemonSet: DaemonSet): boolean {
  return enginesOf(daemonSet).includes("vpc-cni");
}
