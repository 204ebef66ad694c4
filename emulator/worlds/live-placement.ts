// Where a pod lands: on Fargate where a profile takes it, else in turns on the nodes that admit it.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import { toFieldsAt, toList, toText } from "./fields.ts";
import { toIPv4, toIPv6 } from "./identity.ts";
import type { Build } from "./live-build.ts";
import { toStored } from "./live-build.ts";
import type { PodIdentity, PodMold, PodPhase, PodPlace } from "./live-pod.ts";
import { toPod } from "./live-pod.ts";
import { node } from "./nodes.ts";
import { isAdmitted } from "./scheduler.ts";
import { hasLabels } from "./selectors.ts";

// Nodes take the first addresses of the VPC; pods follow from the sixteenth /24 on, and over its end if need be.
const FIRST_POD_OFFSET = 16 << 8;

export function addPod(build: Build, mold: PodMold, identity: PodIdentity, phase: PodPhase): void {
  const profile = findFargateProfile(build, mold, identity);
  if (profile !== null) {
    addFargatePod(build, mold, { ...identity, labels: { ...identity.labels, ...profile } }, phase);
    return;
  }
  const nodes = admittingNodes(build, mold);
  const target = nodes[build.podCount % Math.max(nodes.length, 1)];
  if (target === undefined) {
    build.objects.push(toPod(mold, identity, null, "Pending"));
    return;
  }
  addPodTo(build, target, mold, identity, phase);
}

export function addPodTo(
  build: Build,
  target: RawObject,
  mold: PodMold,
  identity: PodIdentity,
  phase: PodPhase,
): void {
  build.objects.push(toPod(mold, identity, toPlace(build, target, mold), phase));
}

/** The label that the Fargate webhook puts on the pods of a matching profile. */
function findFargateProfile(build: Build, mold: PodMold, identity: PodIdentity) {
  const { fargateProfiles } = build.cluster;
  if (fargateProfiles.length === 0) return null;
  const labels = { ...mold.labels, ...identity.labels };
  const profile = fargateProfiles.find(
    (candidate) => candidate.namespace === identity.namespace && hasLabels(candidate.labels ?? {}, labels),
  );
  return profile === undefined ? null : { "eks.amazonaws.com/fargate-profile": profile.name };
}

/** Every Fargate pod has a node of its own. */
function addFargatePod(build: Build, mold: PodMold, identity: PodIdentity, phase: PodPhase): void {
  const { place, nodes } = build.cluster;
  const index = nodes.length + build.fargateCount;
  build.fargateCount += 1;
  const own = toStored(build, node({ computeType: "fargate" }, { ...place, index }));
  build.objects.push(own);
  addPodTo(
    build,
    own,
    { ...mold, spec: { ...mold.spec, schedulerName: "fargate-scheduler" } },
    identity,
    phase,
  );
}

/** Few different demands stand against many pods and nodes, so each demand is matched with the nodes once. */
function admittingNodes(build: Build, mold: PodMold): readonly RawObject[] {
  const { spec } = mold;
  const demand = JSON.stringify([spec["nodeSelector"], spec["affinity"], spec["tolerations"]]);
  const known = build.admittingNodes.get(demand);
  if (known !== undefined) return known;
  const nodes = build.cluster.nodes.filter((candidate) => isAdmitted(spec, candidate));
  build.admittingNodes.set(demand, nodes);
  return nodes;
}

function toPlace(build: Build, target: RawObject, mold: PodMold): PodPlace {
  const status = toFieldsAt(target, "status");
  const [address] = toList(status["addresses"]);
  const hostIP = toText(address?.["address"], "");
  const isSilent = toList(status["conditions"]).some(
    (condition) => condition["type"] === "Ready" && condition["status"] === "Unknown",
  );
  const place = { nodeName: target.metadata.name, hostIP, isSilent };
  if (mold.hostNetwork) return { ...place, podIP: hostIP };
  build.podCount += 1;
  return { ...place, podIP: podAddress(build) };
}

function podAddress(build: Build): string {
  const { ipFamily, place } = build.cluster;
  if (ipFamily === "ipv6") return toIPv6(`2600:1f14:${place.vpcOctet.toString(16)}:de00`, build.podCount);
  return toIPv4((10 << 24) + (place.vpcOctet << 16) + FIRST_POD_OFFSET + build.podCount);
}
