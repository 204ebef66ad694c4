// The one pod for which a workload of the input counts. It is made as the API server and the controllers would
// make it and then read by the same code as a live pod.

import { isRecord } from "../kubernetes/foreign-json.ts";
import type { Interner } from "../kubernetes/interner.ts";
import type { ObjectMetadata } from "../kubernetes/object-metadata.ts";
import { toFullPod } from "../kubernetes/pod.ts";
import type { Labels, Pod } from "../model/kubernetes.ts";

interface Workload {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly metadata: ObjectMetadata;
  /** Labels that its controller adds to the template's. */
  readonly addedLabels: Labels;
}

/** A Pod as it is in a cluster. One from a manifest has no status yet, and one from a dump keeps its own. */
export function toPod(object: Readonly<Record<string, unknown>>, interner: Interner): Pod {
  const status = isRecord(object["status"]) ? object["status"] : {};
  // PodStatus.phase: "Pending: The pod has been accepted by the Kubernetes system", and so it begins.
  return toFullPod({ ...object, status: { phase: "Pending", ...status } }, interner);
}

/** No pod of a cluster can have the name: it is no DNS name, so nobody mistakes it for a real one. */
export function toTemplatePod(workload: Workload, template: unknown, interner: Interner): Pod {
  const { apiVersion, kind, namespace, metadata } = workload;
  const parts = isRecord(template) ? template : {};
  const sent = isRecord(parts["metadata"]) ? parts["metadata"] : {};
  const made = {
    metadata: {
      name: `${metadata.name} (template)`,
      namespace,
      labels: { ...toMap(sent["labels"]), ...workload.addedLabels },
      annotations: sent["annotations"],
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: "", controller: true }],
    },
    spec: parts["spec"],
  };
  return toPod(made, interner);
}

/** What is no map is handed on, for the reader of pods to refuse. */
function toMap(labels: unknown): object {
  return isRecord(labels) ? labels : labels == null ? {} : { labels };
}
