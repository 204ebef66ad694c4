// Calico: enforces where calico-node runs, whichever way it was installed. Next to the VPC CNI it must know
// the name of that plug-in's interfaces, or it polices none of the pods.

import type { Evidence } from "../model/finding.ts";
import type { Container, DaemonSet, Pod, RawObject } from "../model/kubernetes.ts";
import { seen, unseen, type Observed } from "../model/observed.ts";
import type { Facts } from "../model/snapshot.ts";
import { readEnv } from "./agent-flag.ts";
import { isPodOf, UNRECOGNISABLE } from "./agent-pods.ts";
import { hasImagePath } from "./container-image.ts";
import { assessDaemonSetEngine } from "./daemon-set-engine.ts";
import type { DaemonSetEngine } from "./daemon-set-engine.ts";
import type { EngineAssessment, EngineContext, NodeReading } from "./engine-assessment.ts";
import { clip, kubernetesEvidence } from "./evidence.ts";
import { readMember } from "./select-pods.ts";
import { findCni, hasV4Egress } from "./vpc-cni-agent.ts";
import { POLICY_APIS_OF } from "./policy-apis.ts";

export const calico: DaemonSetEngine = {
  engine: "calico",
  title: "Calico",
  ipBlocksMatchPods: true,
  toPolicyApis: () => POLICY_APIS_OF.calico,
  recognises: (set) =>
    set.labels["k8s-app"] === "calico-node" ||
    set.matchLabels["k8s-app"] === "calico-node" ||
    findCalicoNode(set.containers) !== undefined,
  findAgent: findCalicoNode,
  toReader: () => (input) =>
    input.agent === undefined
      ? UNRECOGNISABLE
      : // Felix has no switch for policy. Pods that nothing selects fall to their namespace's profile: allow.
        {
          applies: true,
          declared: true,
          because: "calico-node is set to apply policies",
          unselected: "allowed",
        },
  describeSwitches: tigeraEvidence,
};

/** Mirrors rename registries; canal and GKE carry the same container in a DaemonSet of another name. */
function findCalicoNode(containers: readonly Container[]): Container | undefined {
  return (
    containers.find(({ name }) => name === "calico-node") ??
    containers.find(({ image }) => hasImagePath(image, "calico/node"))
  );
}

/**
 * Whether its agents keep their objects as projectcalico.org/v3 where crd.projectcalico.org is served as well.
 * libcalico-go, UsingV3CRDs: as CALICO_API_GROUP says, in any case of letters; where it does not, no.
 */
export function keepsNativeV3(calicoSets: readonly DaemonSet[]): Observed<boolean> {
  const groups = calicoSets.map(({ containers }) => {
    const agent = findCalicoNode(containers);
    return agent === undefined ? null : readEnv(agent, "CALICO_API_GROUP");
  });
  if (groups.includes(null)) return unseen("not-supported", GROUP_UNSEEN);
  const [isV3, ...others] = new Set(groups.map((group) => group?.toLowerCase() === "projectcalico.org/v3"));
  return others.length === 0 ? seen(isV3 === true) : unseen("not-supported", GROUPS_DIFFER);
}

const GROUP_UNSEEN =
  "crd.projectcalico.org and projectcalico.org are both served, and calico-node's CALICO_API_GROUP, which says where the policies in force are, cannot be read from its DaemonSet: give it as a plain value";
const GROUPS_DIFFER =
  "crd.projectcalico.org and projectcalico.org are both served, and the DaemonSets of calico-node differ in CALICO_API_GROUP, which says where the policies in force are: give it the same value in all of them";

export function assessCalico(context: EngineContext, daemonSets: readonly DaemonSet[]): EngineAssessment {
  const assessment = assessDaemonSetEngine(calico, context, daemonSets);
  const cnis = vpcCniByNode(context.facts);
  const agents = agentsByNode(context.facts, daemonSets);
  const byNode = new Map(
    [...assessment.byNode].map(([node, reading]): [string, NodeReading] => {
      const cni = cnis.get(node);
      if (reading.enforces !== true || cni === undefined) return [node, reading];
      if (!knowsInterfaces(agents.get(node), cni)) return [node, INTERFACES_UNKNOWN];
      return [node, { ...reading, limitation: hasV4Egress(cni) ? V4_EGRESS : null }];
    }),
  );
  return { ...assessment, byNode };
}

const INTERFACES_UNKNOWN: NodeReading = {
  enforces: null,
  because:
    "the VPC CNI names pod interfaces there, and calico-node's FELIX_INTERFACEPREFIX does not list that name",
  limitation: null,
  defaults: ["allowed"],
};

/** "Calico does not support enforcement of network policy on IPv6 pods with ENABLE_V4_EGRESS" (Calico, EKS). */
const V4_EGRESS =
  "IPv6 pods have a second interface for IPv4 egress (ENABLE_V4_EGRESS) that Calico does not police";

/** The operator sets the prefix for `cni.type: AmazonVPC`; by hand it may also stand in FelixConfiguration. */
function knowsInterfaces(
  calicoNode: readonly Container[] | undefined,
  vpcCni: readonly Container[],
): boolean {
  const cni = findCni(vpcCni);
  if (cni === undefined || calicoNode === undefined) return true;
  const wanted = readEnv(cni, "AWS_VPC_K8S_CNI_VETHPREFIX") ?? "eni";
  const agent = findCalicoNode(calicoNode);
  const known = (agent === undefined ? undefined : readEnv(agent, "FELIX_INTERFACEPREFIX")) ?? "";
  return known.split(",").some((prefix) => prefix.trim() !== "" && wanted.startsWith(prefix.trim()));
}

function vpcCniByNode(facts: Facts): ReadonlyMap<string, readonly Container[]> {
  return containersByNode(facts, (pod) => findCni(pod.detail?.containers ?? []) !== undefined);
}

function agentsByNode(
  facts: Facts,
  daemonSets: readonly DaemonSet[],
): ReadonlyMap<string, readonly Container[]> {
  return containersByNode(facts, (pod) => daemonSets.some((set) => isPodOf(pod, set)));
}

function containersByNode(
  facts: Facts,
  belongs: (pod: Pod) => boolean,
): ReadonlyMap<string, readonly Container[]> {
  const pods = facts.agentPods.seen ? facts.agentPods.value.filter(belongs) : [];
  return new Map(
    pods.flatMap(({ detail }) =>
      detail === null || detail.nodeName === null ? [] : [[detail.nodeName, detail.containers]],
    ),
  );
}

function tigeraEvidence(facts: Facts): readonly Evidence[] {
  if (!facts.tigeraStatuses.seen) return [];
  return facts.tigeraStatuses.value
    .filter(({ metadata }) => metadata.name === "calico")
    .map((status) =>
      kubernetesEvidence(
        "TigeraStatus calico",
        describeConditions(status),
        "what the operator says of calico-node; the verdict comes from its pods",
        "kubectl get tigerastatuses.operator.tigera.io calico",
      ),
    );
}

function describeConditions(status: RawObject): string {
  const conditions = readMember(status["status"], "conditions");
  if (!Array.isArray(conditions)) return "no conditions";
  return conditions
    .map((condition: unknown) => `${text(condition, "type")} ${text(condition, "status")}`)
    .join(", ");
}

function text(condition: unknown, key: string): string {
  const value = readMember(condition, key);
  return typeof value === "string" ? clip(value) : "?";
}
