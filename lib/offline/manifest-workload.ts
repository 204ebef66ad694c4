// Workloads with a pod template, of whichever kind: where the template stands, what the controller adds, and
// whether the workload makes pods at all.

import { isRecord } from "../kubernetes/foreign-json.ts";
import type { Interner } from "../kubernetes/interner.ts";
import { parseMetadata } from "../kubernetes/object-metadata.ts";
import type { Labels } from "../model/kubernetes.ts";
import type { TemplateWorkload } from "./manifest-facts.ts";
import { toTemplatePod } from "./template-pod.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Kinds of Kubernetes itself: one without a readable template is malformed. */
export const WORKLOAD_KINDS: ReadonlySet<string> = new Set([
  "/ReplicationController",
  "apps/DaemonSet",
  "apps/Deployment",
  "apps/ReplicaSet",
  "apps/StatefulSet",
  "batch/CronJob",
  "batch/Job",
]);

/** Any other kind with a pod template in the usual place makes pods too, such as a rollout of Argo. */
export function hasPodTemplate(object: Fields): boolean {
  const containers = at(object, "spec", "template", "spec")["containers"];
  return Array.isArray(containers) && containers.length > 0;
}

/** `object` has its namespace. */
export function toWorkload(kind: string, object: Fields, interner: Interner): TemplateWorkload {
  const metadata = parseMetadata(kind, object);
  const namespace = metadata.namespace ?? "";
  const template = kind === "CronJob" ? at(object, "spec", "jobTemplate", "spec") : at(object, "spec");
  const workload = {
    apiVersion: String(object["apiVersion"]),
    kind,
    namespace,
    metadata,
    addedLabels: addedLabels(kind, metadata.name, object),
  };
  const isOver =
    isFinishedJob(kind, object) || (metadata.owner !== null && at(object, "spec")["replicas"] === 0);
  return {
    kind,
    namespace,
    name: metadata.name,
    owner: metadata.owner,
    pod: isOver ? null : toTemplatePod(workload, template["template"], interner),
  };
}

/** JobCondition.type: "Complete" and "Failed" are final; a Job that has either makes no pod any more. */
function isFinishedJob(kind: string, object: Fields): boolean {
  const conditions = at(object, "status")["conditions"];
  if (kind !== "Job" || !Array.isArray(conditions)) return false;
  return conditions.some(
    (condition) =>
      isRecord(condition) &&
      (condition["type"] === "Complete" || condition["type"] === "Failed") &&
      condition["status"] === "True",
  );
}

/**
 * JobSpec.manualSelector: "When false or unset, the system pick labels unique to this job and appends those
 * labels to the pod template." Of these the manifest determines the name (reference, Well-Known Labels:
 * batch.kubernetes.io/job-name, and job-name before Kubernetes 1.27).
 */
function addedLabels(kind: string, name: string, object: Fields): Labels {
  if (kind !== "Job" || at(object, "spec")["manualSelector"] === true) return {};
  return { "job-name": name, "batch.kubernetes.io/job-name": name };
}

/** An empty map where there is none: what is required is checked by the reader of pods. */
function at(object: Fields, ...path: readonly string[]): Fields {
  let found = object;
  for (const member of path) {
    const value = Object.hasOwn(found, member) ? found[member] : undefined;
    if (!isRecord(value)) return {};
    found = value;
  }
  return found;
}
