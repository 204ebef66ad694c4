// Policies of other APIs and the engines' own custom resources, where discovery says that they are served. Never takes
// a list that was refused for an empty one.

import { configurationsFor, customResourcesFor } from "../enforcement/plan-reads.ts";
import { createPolicyEndpointReducer } from "../enforcement/reduce-policy-endpoint.ts";
import type { RawObject } from "../model/kubernetes.ts";
import { seen, type Observed } from "../model/observed.ts";
import type { FactName, FactTypes, Facts } from "../model/snapshot.ts";
import type { Observe } from "./observe.ts";
import { policyResources, type VersionedResource } from "./policy-resources.ts";
import { toNamespacedName } from "./read-gitops.ts";
import type { ClusterReader, CustomResource } from "./sources.ts";

/** What goes before an engine's ConfigMap on some nodes: who is covered, and so what else is read, follows from it. */
export async function readNodeConfigurations(
  facts: Facts,
  reader: ClusterReader,
  observe: Observe,
): Promise<Partial<Facts>> {
  const wanted = new Set(configurationsFor(facts));
  if (wanted.size === 0) return {};
  return readFacts(facts, reader, observe, (fact) => (wanted.has(fact) ? "read" : "leave"));
}

/** All others: policies wherever they are served, and what an engine makes where the verdict asks for it. */
export async function readPolicyResources(
  facts: Facts,
  reader: ClusterReader,
  observe: Observe,
): Promise<Partial<Facts>> {
  const read = new Set(configurationsFor(facts));
  const wanted = new Set(customResourcesFor(facts));
  return readFacts(facts, reader, observe, (fact, isPolicy) => {
    if (read.has(fact)) return "leave";
    return isPolicy || wanted.has(fact) ? "read" : "discover";
  });
}

/** `discover`: only what discovery tells without a list. */
type Reading = "read" | "discover" | "leave";

async function readFacts(
  { apiGroups, daemonSets }: Facts,
  reader: ClusterReader,
  observe: Observe,
  toReading: (fact: FactName, isPolicy: boolean) => Reading,
): Promise<Partial<Facts>> {
  const resources = policyResources(apiGroups.seen ? apiGroups.value : [], daemonSets);
  const facts = await Promise.all(
    resources.map(async ({ fact, resource, policy }) => {
      const reading = toReading(fact, policy);
      if (reading === "leave") return {};
      if (!apiGroups.seen) return { [fact]: apiGroups };
      if (resource === "absent") return { [fact]: seen([]) };
      if ("why" in resource) return { [fact]: resource };
      return reading === "read" ? { [fact]: await readServed(reader, fact, resource, observe) } : {};
    }),
  );
  return Object.assign({}, ...facts);
}

type Objects = readonly RawObject[] | FactTypes["ciliumEndpoints"];

/** A group serves a version for some kinds only: discovery tells it of the group alone. */
async function readServed(
  reader: ClusterReader,
  fact: FactName,
  { former, ...resource }: VersionedResource,
  observe: Observe,
): Promise<Observed<Objects>> {
  const versions = [resource.version, ...(former === undefined ? [] : [former])];
  const read = (version: string) => observe(() => readResource(reader, fact, { ...resource, version }));
  let found = await read(resource.version);
  if (isNotServed(found) && former !== undefined) found = await read(former);
  if (!isNotServed(found) || !MAY_BE_UNDEFINED.has(fact)) return found;
  const kinds = await observe(() =>
    Promise.all(versions.map((version) => reader.listApiResources(resource.group, version))),
  );
  return kinds.seen && !kinds.value.flat().includes(resource.plural) ? seen([]) : found;
}

function isNotServed(found: Observed<Objects>): boolean {
  return !found.seen && found.why === "not-supported";
}

/** "Tolerate the CRD not existing" (Cilium, pkg/option/resolver): without their definition there are none. */
const MAY_BE_UNDEFINED: ReadonlySet<FactName> = new Set(["ciliumNodeConfigs"]);

async function readResource(
  reader: ClusterReader,
  fact: FactName,
  resource: CustomResource,
): Promise<Objects> {
  if (fact === "policyEndpoints")
    return reader.listCustomObjects({ ...resource, reduce: createPolicyEndpointReducer() });
  const objects = await reader.listCustomObjects(resource);
  // A CiliumEndpoint has the namespace and the name of its pod, and nothing else of it counts here.
  return fact === "ciliumEndpoints" ? objects.flatMap(toNamespacedName) : objects;
}
