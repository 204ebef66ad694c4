// What each workload controller makes of its object: ReplicaSets, Jobs and pods with their owners and labels.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import { toFieldsAt, toLabels, toList, toNumber, toText } from "./fields.ts";
import { toSuffix } from "./identity.ts";
import type { Build } from "./live-build.ts";
import { toOwner, toStored, withStatus } from "./live-build.ts";
import { addPod, addPodTo } from "./live-placement.ts";
import type { PodMold, PodPhase } from "./live-pod.ts";
import { toPodMold } from "./live-pod.ts";
import { isAdmitted } from "./scheduler.ts";

// The CronJob controller names a Job by its scheduled minute since the epoch.
const LAST_CRON_MINUTE = "29850615";

export function addDeployment(build: Build, object: RawObject): void {
  const replicas = toNumber(toFieldsAt(object, "spec")["replicas"], 1);
  const status = { observedGeneration: 1, replicas, readyReplicas: replicas, availableReplicas: replicas };
  const stored = withStatus(object, status);
  const { namespace, name } = object.metadata;
  const hash = toSuffix(10, build.cluster.place.clusterName, namespace ?? "", name);
  const template = toFieldsAt(object, "spec", "template");
  const labels = {
    ...toLabels(toFieldsAt(template, "metadata")["labels"]),
    "pod-template-hash": hash,
  };
  const selector = toFieldsAt(object, "spec", "selector");
  const replicaSet = toStored(build, {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace !== undefined && { namespace }),
      labels,
      ownerReferences: [toOwner(object)],
    },
    spec: {
      replicas,
      selector: {
        ...selector,
        matchLabels: { ...toLabels(selector["matchLabels"]), "pod-template-hash": hash },
      },
      template: { ...template, metadata: { ...toFieldsAt(template, "metadata"), labels } },
    },
  });
  build.objects.push(stored);
  addReplicaSet(build, replicaSet);
}

export function addReplicaSet(build: Build, object: RawObject): void {
  const replicas = toNumber(toFieldsAt(object, "spec")["replicas"], 1);
  build.objects.push(withStatus(object, { observedGeneration: 1, replicas, readyReplicas: replicas }));
  const mold = toPodMold(toFieldsAt(object, "spec")["template"]);
  for (let index = 0; index < replicas; index += 1) {
    addGeneratedPod(build, object, mold, index, "Running");
  }
}

export function addStatefulSet(build: Build, object: RawObject): void {
  const replicas = toNumber(toFieldsAt(object, "spec")["replicas"], 1);
  const { namespace = "default", name } = object.metadata;
  const { clusterName } = build.cluster.place;
  const revision = `${name}-${toSuffix(10, clusterName, namespace, name)}`;
  build.objects.push(withStatus(object, { observedGeneration: 1, replicas, readyReplicas: replicas }));
  const mold = toPodMold(toFieldsAt(object, "spec")["template"]);
  for (let index = 0; index < replicas; index += 1) {
    const podName = `${name}-${index}`;
    const labels = {
      "apps.kubernetes.io/pod-index": String(index),
      "controller-revision-hash": revision,
      "statefulset.kubernetes.io/pod-name": podName,
    };
    const identity = { clusterName, namespace, name: podName, generateName: `${name}-`, labels };
    addPod(build, mold, { ...identity, owner: toOwner(object) }, "Running");
  }
}

export function addDaemonSet(build: Build, object: RawObject): void {
  const mold = toPodMold(toFieldsAt(object, "spec")["template"]);
  const nodes = build.cluster.nodes.filter((node) => isAdmitted(mold.spec, node));
  const count = nodes.length;
  build.objects.push(
    withStatus(object, {
      observedGeneration: 1,
      currentNumberScheduled: count,
      desiredNumberScheduled: count,
      updatedNumberScheduled: count,
      numberAvailable: count,
      numberMisscheduled: 0,
      numberReady: count,
    }),
  );
  const { namespace = "default", name } = object.metadata;
  const { clusterName } = build.cluster.place;
  const labels = {
    "controller-revision-hash": toSuffix(10, clusterName, namespace, name),
    "pod-template-generation": "1",
  };
  for (const node of nodes) {
    const podName = `${name}-${toSuffix(5, clusterName, namespace, name, node.metadata.name)}`;
    const identity = { clusterName, namespace, name: podName, generateName: `${name}-`, labels };
    addPodTo(build, node, mold, { ...identity, owner: toOwner(object) }, "Running");
  }
}

export function addCronJob(build: Build, object: RawObject): void {
  build.objects.push(object);
  const running = toList(toFieldsAt(object, "status")["active"]).length > 0;
  const { namespace, name } = object.metadata;
  const job = toStored(build, {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${name}-${LAST_CRON_MINUTE}`,
      ...(namespace !== undefined && { namespace }),
      ownerReferences: [toOwner(object)],
    },
    spec: toFieldsAt(object, "spec", "jobTemplate", "spec"),
  });
  addJob(build, job, running);
}

export function addJob(build: Build, object: RawObject, running: boolean): void {
  const { name, uid = "", creationTimestamp: startTime } = object.metadata;
  // Labels that the Job controller puts on its pods, the unprefixed ones for old clients.
  const labels = {
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
  build.objects.push(
    withStatus(object, running ? { startTime, active: 1, ready: 1 } : toComplete(startTime)),
  );
  const template = toPodMold(toFieldsAt(object, "spec")["template"]);
  const mold = { ...template, labels: { ...template.labels, ...labels } };
  addGeneratedPod(build, object, mold, 0, running ? "Running" : "Succeeded");
}

/** Since Kubernetes 1.31 the API server takes no Complete condition without its reason and both times. */
function toComplete(time: string | null | undefined) {
  const conditions = ["SuccessCriteriaMet", "Complete"].map((type) => ({ type, status: "True" }));
  return { startTime: time, completionTime: time, succeeded: 1, conditions };
}

export function addBarePod(build: Build, object: RawObject): void {
  const { namespace = "default", name, annotations } = object.metadata;
  const { clusterName } = build.cluster.place;
  const mold = toPodMold(object);
  const phase = toText(toFieldsAt(object, "status")["phase"], "Running");
  const [owner] = object.metadata.ownerReferences ?? [];
  const identity = {
    clusterName,
    namespace,
    name,
    ...(annotations && { annotations }),
    ...(owner && { owner }),
  };
  addPod(build, mold, identity, phase === "Succeeded" || phase === "Failed" ? phase : "Running");
}

function addGeneratedPod(
  build: Build,
  owner: RawObject,
  mold: PodMold,
  index: number,
  phase: PodPhase,
): void {
  const { namespace = "default", name } = owner.metadata;
  const { clusterName } = build.cluster.place;
  const podName = `${name}-${toSuffix(5, clusterName, namespace, name, String(index))}`;
  addPod(
    build,
    mold,
    { clusterName, namespace, name: podName, generateName: `${name}-`, owner: toOwner(owner) },
    phase,
  );
}
