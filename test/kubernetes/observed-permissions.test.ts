// What the emulated API servers were asked, over scenarios with every engine and API, is what we ask for: every rule
// of the shipped ClusterRole is used, and nothing beyond the rules is tried. The same for access level 1.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { parseRequestInfo } from "../../emulator/kubernetes/request-info.ts";
import type { World, WorldClusterAccess } from "../../emulator/world.ts";
import { vpcCni } from "../../emulator/worlds/addons.ts";
import { world } from "../../emulator/worlds/build.ts";
import { calico } from "../../emulator/worlds/calico.ts";
import { antrea } from "../../emulator/worlds/engines.ts";
import { worlds } from "../../emulator/worlds/index.ts";
import { cronJob } from "../../emulator/worlds/objects.ts";
import { healthyCluster, hubAccount, shop } from "../../emulator/worlds/scenarios/small-company.ts";
import { KUBERNETES_PERMISSIONS } from "../../lib/kubernetes/permissions.ts";
import { scanWorld } from "../scenarios/scan-world.ts";

/** What the demo and the world of Argo CD and Flux have none of, or not at both levels. */
function rareEngines(): World {
  const upstreamPolicies = ["policy.networking.k8s.io/v1alpha1", "policy.networking.k8s.io/v1alpha2"];
  const vpcCniOff = vpcCni({ controller: false, agent: false });
  return world({
    name: "rare-engines",
    description: "Antrea, Calico by its operator, policies of the upstream group, and a CronJob at level 1.",
    accounts: [
      hubAccount([
        healthyCluster({ name: "antrea", parts: [vpcCniOff, antrea()] }),
        healthyCluster({ name: "calico", parts: [vpcCniOff, calico({ install: "operator" })] }),
        healthyCluster({
          name: "calico-native",
          parts: [vpcCniOff, calico({ api: "projectcalico.org/v3" })],
        }),
        healthyCluster({ name: "upstream", extraApiVersions: upstreamPolicies }),
        healthyCluster({
          name: "level-1",
          access: "view",
          manifests: [...shop(), cronJob("web", "nightly", { running: true })],
        }),
      ]),
    ],
  });
}

interface Asked {
  /** `verb namespace/resource.group name`, as toWords of a permission. */
  readonly what: string;
  readonly level: "view" | "reader";
  readonly status: number;
}

async function askedIn(scanned: World): Promise<Asked[]> {
  const { emulator } = await scanWorld(scanned);
  const levels = new Map<string, WorldClusterAccess["level"]>(
    scanned.accounts.flatMap(({ id, clusters }) =>
      clusters.map(({ region, name, access }) => [`${id}/${region}/${name}`, access.level] as const),
    ),
  );
  return [...emulator.clusters].flatMap(([key, { requests }]) => {
    const level = levels.get(key);
    if (level === undefined || level === "none") return [];
    return requests.flatMap(({ method, path, query, status }) => {
      const info = parseRequestInfo(method, new URL(`https://cluster${path}${query}`));
      return info.kind === "path" ? [] : [{ what: toWords({ ...info, name: nameOf(info) }), level, status }];
    });
  });
}

/** A list of one namespace's objects is granted by the rule for all of them. */
function nameOf({ verb, name }: { readonly verb: string; readonly name: string | null }): string | null {
  return verb === "get" ? name : null;
}

function toWords(asked: {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly name: string | null;
}): string {
  return `${asked.verb} ${asked.resource}.${asked.group} ${asked.name ?? ""}`.trim();
}

function shippedUpTo(level: 1 | 2): string[] {
  return KUBERNETES_PERMISSIONS.filter((permission) => permission.level <= level).flatMap(
    ({ verbs, apiGroup: group, resource, resourceNames }) =>
      verbs.flatMap((verb) =>
        (resourceNames ?? [null]).map((name) => toWords({ verb, group, resource, name })),
      ),
  );
}

function unique(asked: readonly Asked[]): string[] {
  return [...new Set(asked.map(({ what }) => what))].toSorted();
}

describe("over all engines", () => {
  let asked: readonly Asked[];
  before(async () => {
    const scenarios = [rareEngines(), ...["demo", "gitops"].flatMap((name) => worlds[name]?.() ?? [])];
    const perWorld = [];
    for (const scenario of scenarios) perWorld.push(await askedIn(scenario));
    asked = perWorld.flat();
  });

  test("the ClusterRole grants what is asked, and each of its rules is used", () => {
    const ofReaders = asked.filter(({ level }) => level === "reader");
    assert.deepEqual(unique(ofReaders), shippedUpTo(2).toSorted());
    assert.deepEqual(unique(ofReaders.filter(({ status }) => status === 403)), []);
  });

  test("at level 1 nothing is refused but what level 2 is for, and nothing else is asked", () => {
    const ofViewers = asked.filter(({ level }) => level === "view");
    const refused = unique(ofViewers.filter(({ status }) => status === 403));
    const answered = unique(ofViewers.filter(({ status }) => status === 200));
    const [one, two] = [new Set(shippedUpTo(1)), new Set(shippedUpTo(2))];
    assert.ok(refused.length > 0);
    assert.deepEqual(
      refused.filter((what) => one.has(what) || !two.has(what)),
      [],
    );
    assert.deepEqual(
      answered.filter((what) => !one.has(what)),
      [],
    );
    // Which ConfigMap is read depends on the engine.
    const lists = [...one].filter((what) => what.startsWith("list "));
    assert.deepEqual(
      lists.filter((what) => !answered.includes(what)),
      [],
    );
  });
});
