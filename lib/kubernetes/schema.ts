// The built-in kinds other than pods, from wire to model: only the fields that we use. A required member
// that is missing is an error; an absent optional one gets the default that the API reference documents.

import * as v from "valibot";

import type { ApiGroup, ConfigMap, DaemonSet, Job, Namespace, Node } from "../model/kubernetes.ts";
import { ContainerSchema } from "./container.ts";
import type { Interner } from "./interner.ts";
import { parseMetadata, requireNamespace } from "./object-metadata.ts";
import { parseObject, StringMap } from "./parse-object.ts";

const Text = v.string();
const Count = v.nullish(v.number(), null);

/** An absent map is an empty one: ObjectMeta, selectors and ConfigMap.data are optional maps. */
const Strings = v.nullish(StringMap, {});

export function toNamespace(item: unknown): Namespace {
  const { name, labels, annotations, terminating, createdAt } = parseMetadata("Namespace", item);
  return { name, labels, annotations, terminating, createdAt };
}

export function toJob(item: unknown, interner: Interner): Job {
  const metadata = parseMetadata("Job", item);
  return {
    namespace: requireNamespace("Job", metadata),
    name: metadata.name,
    owner: interner.owner(metadata.owner),
  };
}

const Containers = v.nullish(v.array(ContainerSchema), []);

const DaemonSetSchema = v.object({
  spec: v.object({
    selector: v.object({ matchLabels: Strings }),
    template: v.object({
      spec: v.object({
        // PodSpec.hostNetwork: "Default to false."
        hostNetwork: v.nullish(v.boolean(), false),
        nodeSelector: Strings,
        initContainers: Containers,
        containers: v.array(ContainerSchema),
      }),
    }),
  }),
  // Go leaves out some of these when they are 0, so an absent count is null: we did not see it.
  status: v.nullish(
    v.object({
      observedGeneration: Count,
      desiredNumberScheduled: Count,
      updatedNumberScheduled: Count,
      numberReady: Count,
    }),
    {},
  ),
});

export function toDaemonSet(item: unknown): DaemonSet {
  const metadata = parseMetadata("DaemonSet", item);
  const { spec, status } = parseObject("DaemonSet", DaemonSetSchema, item);
  const template = spec.template.spec;
  return {
    namespace: requireNamespace("DaemonSet", metadata),
    name: metadata.name,
    labels: metadata.labels,
    annotations: metadata.annotations,
    generation: metadata.generation,
    hostNetwork: template.hostNetwork,
    matchLabels: spec.selector.matchLabels,
    nodeSelector: template.nodeSelector,
    initContainers: template.initContainers.map(({ container }) => container),
    containers: template.containers.map(({ container }) => container),
    status,
  };
}

const NodeSchema = v.object({
  spec: v.nullish(v.object({ taints: v.nullish(v.array(v.object({ key: Text, effect: Text })), []) }), {}),
  status: v.nullish(
    v.object({
      addresses: v.nullish(v.array(v.object({ type: Text, address: Text })), []),
      conditions: v.nullish(v.array(v.object({ type: Text, status: Text })), []),
      nodeInfo: v.nullish(v.object({ kernelVersion: v.nullish(Text, null), osImage: v.nullish(Text, null) })),
    }),
    {},
  ),
});

export function toNode(item: unknown): Node {
  const { name, labels } = parseMetadata("Node", item);
  const { spec, status } = parseObject("Node", NodeSchema, item);
  const ready = status.conditions.find((condition) => condition.type === "Ready")?.status;
  return {
    name,
    labels,
    taints: spec.taints,
    internalIPs: status.addresses.filter(({ type }) => type === "InternalIP").map(({ address }) => address),
    kernelVersion: status.nodeInfo?.kernelVersion ?? null,
    osImage: status.nodeInfo?.osImage ?? null,
    // NodeCondition.status: "one of True, False, Unknown".
    ready: ready === "True" ? true : ready === "False" ? false : null,
  };
}

export function toConfigMap(item: unknown): ConfigMap {
  const metadata = parseMetadata("ConfigMap", item);
  const { data } = parseObject("ConfigMap", v.object({ data: Strings }), item);
  return { namespace: requireNamespace("ConfigMap", metadata), name: metadata.name, data };
}

const ApiGroupListSchema = v.object({
  groups: v.array(v.object({ name: Text, versions: v.array(v.object({ version: Text })) })),
});

/** `GET /apis`: an APIGroupList, which is not paged. */
export function toApiGroups(body: unknown): readonly ApiGroup[] {
  const { groups } = parseObject("APIGroupList", ApiGroupListSchema, body);
  return groups.map(({ name, versions }) => ({ name, versions: versions.map(({ version }) => version) }));
}

const ApiResourceListSchema = v.object({ resources: v.array(v.object({ name: Text })) });

/** `GET /apis/GROUP/VERSION`: an APIResourceList, which is not paged. */
export function toApiResources(body: unknown): readonly string[] {
  const { resources } = parseObject("APIResourceList", ApiResourceListSchema, body);
  return resources.map(({ name }) => name);
}
