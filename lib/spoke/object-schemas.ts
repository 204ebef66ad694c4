// The Kubernetes objects of a snapshot that was written elsewhere, with every member that the evaluation reads. It may
// not repair; policies stay raw, as they do from a cluster.

import * as v from "valibot";
import { isRecord, isStringMap } from "../kubernetes/foreign-json.ts";
import { StringMap } from "../kubernetes/parse-object.ts";
import { toRawObject } from "../kubernetes/raw-object.ts";

const Text = v.string();
const Texts = v.array(Text);
const TextOrNull = v.nullable(Text);
const Flag = v.boolean();
const FlagOrNull = v.nullable(Flag);
const NumberOrNull = v.nullable(v.number());

export const Owner = v.object({
  apiVersion: Text,
  kind: Text,
  name: Text,
  uid: Text,
  controller: v.exactOptional(Flag),
});

export const Namespace = v.object({
  name: Text,
  labels: StringMap,
  annotations: StringMap,
  terminating: Flag,
  createdAt: TextOrNull,
});

const Container = v.object({
  name: Text,
  image: Text,
  command: Texts,
  args: Texts,
  env: v.custom<Readonly<Record<string, string | null>>>(
    (value) =>
      isRecord(value) && Object.values(value).every((text) => text === null || typeof text === "string"),
  ),
  ports: v.array(v.object({ name: TextOrNull, containerPort: v.number(), protocol: Text })),
  privileged: Flag,
  addedCapabilities: Texts,
});

const PodDetail = v.object({
  nodeName: TextOrNull,
  phase: Text,
  podIPs: Texts,
  containers: v.array(Container),
  containerStatuses: v.array(v.object({ name: Text, ready: Flag, running: Flag, restartCount: v.number() })),
  silent: v.exactOptional(v.literal(true)),
});

const Pod = v.object({
  namespace: Text,
  name: Text,
  labels: StringMap,
  annotations: StringMap,
  owner: v.nullable(Owner),
  createdAt: TextOrNull,
  terminating: Flag,
  hostNetwork: Flag,
  finished: Flag,
  detail: v.nullable(PodDetail),
});
export const Pods = v.array(Pod);

/** Not v.record, which drops a node that is called `constructor`. */
export const PodsByNode = v.pipe(
  v.custom<Readonly<Record<string, unknown>>>(isRecord),
  v.transform((byNode) => Object.entries(byNode)),
  v.array(v.tuple([Text, Pods])),
  v.transform((entries) => Object.fromEntries(entries)),
);

export const DaemonSet = v.object({
  namespace: Text,
  name: Text,
  labels: StringMap,
  annotations: StringMap,
  generation: NumberOrNull,
  hostNetwork: Flag,
  matchLabels: StringMap,
  nodeSelector: StringMap,
  initContainers: v.array(Container),
  containers: v.array(Container),
  status: v.object({
    observedGeneration: NumberOrNull,
    desiredNumberScheduled: NumberOrNull,
    updatedNumberScheduled: NumberOrNull,
    numberReady: NumberOrNull,
  }),
});

export const Node = v.object({
  name: Text,
  labels: StringMap,
  taints: v.array(v.object({ key: Text, effect: Text })),
  internalIPs: Texts,
  kernelVersion: TextOrNull,
  osImage: TextOrNull,
  ready: FlagOrNull,
});

export const Service = v.object({
  namespace: Text,
  name: Text,
  labels: StringMap,
  selector: v.nullable(v.custom<Readonly<Record<string, string>>>(isStringMap)),
  type: Text,
  clusterIPs: Texts,
  sourceRanges: Texts,
  isInternal: Flag,
  ports: v.array(
    v.object({
      name: TextOrNull,
      protocol: Text,
      port: v.number(),
      targetPort: v.nullable(v.union([v.number(), Text])),
    }),
  ),
});

export const Ingress = v.object({
  namespace: Text,
  name: Text,
  backends: v.array(v.object({ service: Text, port: v.nullable(v.union([v.number(), Text])) })),
});

export const AdmissionWebhook = v.object({
  configuration: Text,
  namespace: Text,
  service: Text,
  port: v.number(),
});

export const NamespacedNames = v.array(v.object({ namespace: Text, name: Text }));

export const ConfigMap = v.nullable(v.object({ namespace: Text, name: Text, data: StringMap }));

/** Throws MalformedObject, as for an object that a cluster sent. */
export const RawObjects = v.array(
  v.pipe(
    v.unknown(),
    v.transform((item) => toRawObject(item, { apiVersion: undefined, kind: undefined })),
  ),
);
