// The world that the fault matrix spoils: an organization of two accounts with three clusters, and a change that comes
// to each of them before each spoiled run, so that a fault has something to lose.

import type { World, WorldFault } from "../../../emulator/world.ts";
import type { ClusterOptions } from "../../../emulator/worlds/build.ts";
import { world } from "../../../emulator/worlds/build.ts";
import { deployment, namespace } from "../../../emulator/worlds/objects.ts";
import { denyByDefault } from "../../../emulator/worlds/policies.ts";
import {
  HUB_ACCOUNT,
  healthyCluster,
  hubAccount,
  memberAccount,
  organizationOfTwo,
  REGION,
  shop,
} from "../../../emulator/worlds/scenarios/small-company.ts";
import type { RawObject } from "../../../lib/model/kubernetes.ts";

/** The cluster that a fault of a cluster's own API or description is for; the others must not notice. */
export const SPOILED = "shop";

/** From one to the other something fails anew, something is repaired, and a namespace goes or comes. */
export const STATES = ["odd", "even"] as const;
export type State = (typeof STATES)[number];

const MANIFESTS: Readonly<Record<State, readonly RawObject[]>> = {
  odd: [...shop(), ...open("bare"), ...closed("walled"), ...open("passing")],
  even: [...shop(), ...closed("bare"), ...open("walled")],
};

function open(name: string): readonly RawObject[] {
  return [namespace(name), deployment(name, "app")];
}

function closed(name: string): readonly RawObject[] {
  return [...open(name), denyByDefault(name)];
}

/** Served by the spoiled cluster, so that every list that a scan can make of policies and GitOps is made. */
const EVERY_API = [
  "argoproj.io/v1alpha1",
  "cilium.io/v2",
  "crd.projectcalico.org/v1",
  "policy.networking.k8s.io/v1alpha1",
  "source.toolkit.fluxcd.io/v1",
];

const CLUSTERS: Readonly<Record<string, Partial<ClusterOptions>>> = {
  tools: {},
  [SPOILED]: { extraApiVersions: EVERY_API },
  billing: {},
};

const CLUSTER_OBJECTS = new Map(
  Object.entries(CLUSTERS).map(([name, options]) => {
    const inState = (state: State): readonly RawObject[] =>
      healthyCluster({ ...options, name, manifests: MANIFESTS[state] }).objects;
    return [name, { odd: inState("odd"), even: inState("even") }];
  }),
);

export function objectsOf(cluster: string, state: State): readonly RawObject[] {
  return CLUSTER_OBJECTS.get(cluster)?.[state] ?? [];
}

/** `faults` is asked at every request: a cell fills and empties it while the servers run. */
export function faultWorld(faults: readonly WorldFault[]): World {
  const build = (name: string) =>
    healthyCluster({ ...CLUSTERS[name], name, manifests: MANIFESTS[STATES[0]] });
  return world({
    name: "faults",
    description: "An organization of two accounts whose every dependency may fail.",
    organization: organizationOfTwo,
    scanner: { accountId: HUB_ACCOUNT, region: REGION, externalId: "an-external-id-of-a-test" },
    accounts: [hubAccount([build("tools")]), memberAccount([build(SPOILED), build("billing")])],
    faults,
  });
}
