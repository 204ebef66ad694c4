// From manifests to the live objects of a cluster, as the controller manager, the scheduler and the kubelets
// would leave them: uids, defaults, ReplicaSets, Jobs, pods on nodes, status. Pure and deterministic.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import { toFieldsAt, toNumber } from "./fields.ts";
import { toIPv4, toIPv6 } from "./identity.ts";
import type { Build, LiveCluster } from "./live-build.ts";
import { toStored } from "./live-build.ts";
import {
  addBarePod,
  addCronJob,
  addDaemonSet,
  addDeployment,
  addJob,
  addReplicaSet,
  addStatefulSet,
} from "./live-workloads.ts";

// EKS picks 10.100.0.0/16 or 172.20.0.0/16 for Services; CoreDNS always gets the tenth address.
const FIRST_SERVICE_ADDRESS = (172 << 24) + (20 << 16) + 100;

export function toLiveObjects(manifests: readonly RawObject[], cluster: LiveCluster): readonly RawObject[] {
  const build: Build = {
    cluster,
    objects: [],
    admittingNodes: new Map(),
    podCount: 0,
    serviceCount: 0,
    fargateCount: 0,
  };
  for (const node of cluster.nodes) build.objects.push(toStored(build, node));
  for (const manifest of manifests) addLive(build, toStored(build, manifest));
  return build.objects;
}

function addLive(build: Build, object: RawObject): void {
  switch (object.kind) {
    case "Namespace":
      build.objects.push(toLiveNamespace(object));
      return;
    case "Service":
      build.objects.push(toLiveService(build, object));
      return;
    case "Deployment":
      addDeployment(build, object);
      return;
    case "ReplicaSet":
      addReplicaSet(build, object);
      return;
    case "StatefulSet":
      addStatefulSet(build, object);
      return;
    case "DaemonSet":
      addDaemonSet(build, object);
      return;
    case "Job":
      addJob(build, object, toNumber(toFieldsAt(object, "status")["active"], 0) > 0);
      return;
    case "CronJob":
      addCronJob(build, object);
      return;
    case "Pod":
      addBarePod(build, object);
      return;
    default:
      build.objects.push(object);
  }
}

function toLiveNamespace(object: RawObject): RawObject {
  // Namespace admission sets this label on every namespace (Kubernetes 1.22+); it cannot be removed.
  const labels = { ...object.metadata.labels, "kubernetes.io/metadata.name": object.metadata.name };
  return {
    ...object,
    metadata: { ...object.metadata, labels },
    spec: { finalizers: ["kubernetes"] },
    status: { phase: object.metadata.deletionTimestamp === undefined ? "Active" : "Terminating" },
  };
}

function toLiveService(build: Build, object: RawObject): RawObject {
  build.serviceCount += 1;
  const spec = toFieldsAt(object, "spec");
  const given = spec["clusterIP"];
  const clusterIP =
    typeof given === "string" && given !== ""
      ? given
      : build.cluster.ipFamily === "ipv4"
        ? toIPv4(FIRST_SERVICE_ADDRESS + build.serviceCount)
        : toIPv6("fd5c:1f14:20", 100 + build.serviceCount);
  return { ...object, spec: { type: "ClusterIP", ...spec, clusterIP, clusterIPs: [clusterIP] } };
}
