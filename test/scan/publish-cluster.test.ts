// What one scan of one cluster may say about findings of earlier scans: by control and fact, for a cluster that
// could not be described, was made again, or is gone.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { controls } from "../../lib/controls/index.ts";
import { toLeftOutFinding } from "../../lib/controls/visibility.ts";
import type { AnyControl } from "../../lib/model/control.ts";
import { seen } from "../../lib/model/observed.ts";
import type { FactName, Facts } from "../../lib/model/snapshot.ts";
import type { Catalogue } from "../../lib/scan/cluster-observation.ts";
import { toClusterCoverage } from "../../lib/scan/coverage.ts";
import { evaluateSnapshot } from "../../lib/scan/evaluate.ts";
import type { Publication } from "../../lib/scan/publish.ts";
import { publishCluster, publishGoneCluster } from "../../lib/scan/publish-cluster.ts";
import type { ClusterScan } from "../../lib/scan/scan-cluster.ts";
import type { AccountCloud } from "../../lib/scan/sources.ts";
import { parseState, toGoneKey, toStateKey, type StatePlace } from "../../lib/scan/state.ts";
import { blind, cluster, facts, networkPolicy, pod } from "../enforcement/facts.ts";
import { day, place } from "./life.ts";
import { awsError, context, openMemoryCloud, shown, writes, type MemoryCloud } from "./memory-cloud.ts";

const catalogue: Catalogue = { controls, retired: [] };
const settings = { unjudgedNamespaces: [] };

/** A cluster with these namespaces, one pod and no policy in each. */
function withNamespaces(names: readonly string[], createdAt = place.createdAt): Facts {
  return facts({
    cluster: cluster({ name: place.cluster, createdAt }),
    namespaces: names.map((name) => ({
      name,
      labels: {},
      annotations: {},
      terminating: false,
      createdAt: null,
    })),
    pods: names.map((name) => pod(name, "app")),
  });
}

function scan(seen: Facts, days: number, target = place): ClusterScan {
  const { account, region, cluster: name } = target;
  const snapshot = {
    schemaVersion: 1 as const,
    target: { account, region, cluster: name },
    observedFrom: day(days).toISOString(),
    facts: seen,
  };
  return {
    target: snapshot.target,
    coverage: toClusterCoverage(snapshot),
    snapshot,
    ...evaluateSnapshot(snapshot, controls, settings),
    kubernetesRequests: 0,
  };
}

function publish(cloud: MemoryCloud, seen: Facts, days: number, given = catalogue): Promise<Publication> {
  return publishCluster(scan(seen, days), cloud.sink, given, context(cloud, days + 0.01));
}

/** `NETPOL.20 web FAILED` of what is active, for these controls. */
function titles({ hub }: MemoryCloud, ...ids: readonly string[]): readonly string[] {
  return [...hub.values()]
    .filter(({ RecordState, ProductFields }) => {
      const control = ProductFields?.["ringfence/Control"] ?? "";
      return RecordState === "ACTIVE" && (ids.length === 0 || ids.includes(control));
    })
    .map(({ ProductFields: fields = {}, Compliance }) =>
      [fields["ringfence/Control"], fields["ringfence/SubjectName"], Compliance.Status].join(" "),
    )
    .toSorted();
}

const KUBERNETES: readonly FactName[] = [
  "apiGroups",
  "namespaces",
  "pods",
  "nodes",
  "daemonSets",
  "networkPolicies",
  "vpcCniConfigMap",
];

describe("archiving needs everything behind the finding's control", () => {
  for (const denied of ["namespaces", "pods", "networkPolicies"] as const)
    test(`prowler#1626: ${denied} could not be read, so no namespace is archived`, async () => {
      const cloud = openMemoryCloud();
      await publish(cloud, withNamespaces(["web", "api"]), 0);
      const run = await publish(cloud, blind(withNamespaces(["web"]), [denied]), 1);
      assert.deepEqual(run.vanished, []);
      assert.deepEqual(titles(cloud, "NETPOL.20"), [
        "NETPOL.20 api FAILED",
        "NETPOL.20 shop NOT_AVAILABLE",
        "NETPOL.20 web FAILED",
      ]);
    });

  test("prowler#2843: a namespace that a complete list no longer has is archived", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web", "api"]), 0);
    const run = await publish(cloud, withNamespaces(["web"]), 1);
    assert.deepEqual(titles(cloud, "NETPOL.20"), ["NETPOL.20 web FAILED"]);
    assert.deepEqual(new Set(run.vanished.map(({ subject }) => subject.name)), new Set(["api"]));
    assert.match(run.vanished[0]?.because ?? "", /complete scan of cluster shop/);
  });

  test("prowler#2190: a cluster with no namespace left archives all of them", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web", "api"]), 0);
    await publish(cloud, withNamespaces([]), 1);
    assert.deepEqual(titles(cloud, "NETPOL.20"), []);
  });

  test("the unknown verdict of a blind day goes when everything is read again", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, blind(withNamespaces(["web"]), KUBERNETES), 0);
    assert.ok(titles(cloud).includes("NETPOL.9 shop FAILED"));
    const run = await publish(cloud, withNamespaces(["web"]), 1);
    assert.deepEqual(titles(cloud, "NETPOL.20", "NETPOL.9"), [
      "NETPOL.20 web FAILED",
      "NETPOL.9 shop PASSED",
    ]);
    const visible = run.findings.find(({ controlId }) => controlId === "NETPOL.9");
    assert.equal(visible?.change, "resolved");
  });

  test("kube-bench 4.3.2, prowler#7597: what was forbidden is neither passed nor failed", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, blind(withNamespaces(["web"]), KUBERNETES), 0);
    const others = titles(cloud).filter((title) => !/^NETPOL\.[19] /.test(title));
    assert.ok(others.length > 5);
    assert.deepEqual(
      others.filter((title) => !title.endsWith("NOT_AVAILABLE")),
      [],
    );
  });

  test("a namespace whose pods were to be read in full and were not archives nothing", async () => {
    const cloud = openMemoryCloud();
    const flux = pod("web", "source-controller", {
      labels: { "app.kubernetes.io/part-of": "flux", "app.kubernetes.io/component": "source-controller" },
    });
    const policy = {
      ...networkPolicy("web", "named-port"),
      spec: { podSelector: {}, ingress: [{ ports: [{ port: "http" }] }] },
    };
    const half = facts({ pods: [flux], networkPolicies: [policy] });
    const silent: AnyControl = { ...controlNamed("NETPOL.20"), evaluate: () => [] };
    await publish(cloud, withNamespaces(["web"]), 0);
    const given = { controls: [silent], retired: [] };
    const seen = { ...withNamespaces(["web"]), pods: half.pods, networkPolicies: half.networkPolicies };
    const run = await publishCluster(
      { ...scan(seen, 1), findings: [] },
      cloud.sink,
      given,
      context(cloud, 1.01),
    );
    assert.deepEqual(run.vanished, []);
  });

  for (const unlisted of ["argoCdProjects", "fluxLeases"] as const)
    test(`a GitOps controller that lost its labels is not gone while ${unlisted} cannot be listed`, async () => {
      const cloud = openMemoryCloud();
      const labels = { "app.kubernetes.io/part-of": "argocd", "app.kubernetes.io/component": "repo-server" };
      const [argo, web] = [pod("web", "app", { labels }), pod("web", "app")];
      const listed = { argoCdProjects: [], fluxLeases: [] };
      const all = withNamespaces(["web"]);
      const both = { argoCdProjects: seen(listed.argoCdProjects), fluxLeases: seen(listed.fluxLeases) };
      await publish(cloud, { ...all, ...both, pods: seen([argo]) }, 0);
      assert.deepEqual(titles(cloud, "NETPOL.40"), ["NETPOL.40 web FAILED"]);
      const dark = blind({ ...all, ...both, pods: seen([web]) }, [unlisted]);
      assert.deepEqual((await publish(cloud, dark, 1)).vanished, []);
      assert.ok(titles(cloud, "NETPOL.40").includes("NETPOL.40 web FAILED"));
      await publish(cloud, { ...all, ...both, pods: seen([web]) }, 2);
      assert.deepEqual(titles(cloud, "NETPOL.40"), []);
    });

  test("a control that rests on enforcement archives nothing while enforcement is unknown", async () => {
    const cloud = openMemoryCloud();
    const resting: AnyControl = { ...controlNamed("NETPOL.20"), reads: ["enforcement"] };
    await publish(cloud, withNamespaces(["web", "api"]), 0);
    const dark = blind(withNamespaces(["web"]), ["daemonSets", "agentPods", "nodes", "vpcCniConfigMap"]);
    const run = await publish(cloud, dark, 1, { controls: [resting], retired: [] });
    assert.deepEqual(run.vanished, []);
  });

  test("an empty namespace keeps its findings for 7 days", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web"]), 0);
    const scaledDown = { ...withNamespaces(["web"]), pods: facts({}).pods };
    await publish(cloud, scaledDown, 1);
    assert.deepEqual(titles(cloud, "NETPOL.20"), ["NETPOL.20 web FAILED"]);
    await publish(cloud, scaledDown, 8.5);
    assert.deepEqual(titles(cloud, "NETPOL.20"), []);
  });
});

function controlNamed(id: string): AnyControl {
  const control = controls.find((one) => one.id === id);
  assert.ok(control !== undefined);
  return control;
}

describe("a cluster that is not judged", () => {
  test("skipped, or without AWS around it: nothing is read, told or archived", async () => {
    const cloud = openMemoryCloud();
    const skipped: ClusterScan = {
      target: scan(withNamespaces([]), 0).target,
      coverage: { ...place, outcome: "skipped", detail: "excluded by its tag" },
      snapshot: null,
      cluster: null,
      findings: [],
      kubernetesRequests: 0,
    };
    const local = {
      ...scan(withNamespaces(["web"]), 0),
      target: { account: null, region: null, cluster: "kind" },
    };
    for (const one of [skipped, local]) {
      const run = await publishCluster(one, cloud.sink, catalogue, context(cloud, 0));
      assert.deepEqual([run.outcome, run.findings], ["published", one.findings]);
    }
    assert.deepEqual(cloud.calls, []);
  });
});

describe("a cluster that its tag leaves out", () => {
  const { target } = scan(withNamespaces([]), 0);
  const { createdAt } = place;

  function leaveOut(cloud: MemoryCloud, days: number): Promise<Publication> {
    const left: ClusterScan = {
      target,
      coverage: { ...target, outcome: "skipped", detail: "excluded by its tag off" },
      snapshot: null,
      cluster: null,
      findings: [toLeftOutFinding(target, createdAt, "excluded by its tag off")],
      kubernetesRequests: 0,
      leftOut: { createdAt, observedFrom: day(days).toISOString() },
    };
    return publishCluster(left, cloud.sink, catalogue, context(cloud, days));
  }

  test("archives nothing, and says so under the id of its NETPOL.9", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web"]), 0);
    const before = titles(cloud);
    const run = await leaveOut(cloud, 1);
    assert.deepEqual(titles(cloud), [...before, "NETPOL.9 shop FAILED"].toSorted());
    assert.deepEqual([run.findings[0]?.change, run.vanished], ["new", []]);
    const [again] = (await leaveOut(cloud, 1.5)).findings;
    assert.equal(again?.change, "unchanged");
  });

  test("is resolved when it is looked at again", async () => {
    const cloud = openMemoryCloud();
    await leaveOut(cloud, 0);
    await publish(cloud, withNamespaces(["web"]), 1);
    assert.deepEqual(titles(cloud, "NETPOL.9"), ["NETPOL.9 shop PASSED"]);
  });
});

describe("retired controls", () => {
  const without = controls.filter(({ id }) => id !== "NETPOL.20");
  const scanWithout = (seen: Facts, days: number): ClusterScan => {
    const full = scan(seen, days);
    return { ...full, findings: full.findings.filter(({ controlId }) => controlId !== "NETPOL.20") };
  };

  test("archive their findings with the note, also when nothing can be seen", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web"]), 0);
    const retired = [{ id: "NETPOL.20", note: "NETPOL.20 was retired on 2027-01-01." }];
    const dark = blind(withNamespaces([]), KUBERNETES);
    const given = { controls: without, retired };
    const run = await publishCluster(scanWithout(dark, 1), cloud.sink, given, context(cloud, 1.01));
    assert.deepEqual(
      run.vanished.map(({ controlId, because }) => [controlId, because]),
      [["NETPOL.20", "NETPOL.20 was retired on 2027-01-01."]],
    );
  });

  test("a control that this version does not know is left alone: a newer version may have sent it", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web"]), 0);
    const given = { controls: without, retired: [] };
    await publishCluster(scanWithout(withNamespaces([]), 1), cloud.sink, given, context(cloud, 1.01));
    assert.deepEqual(titles(cloud, "NETPOL.20"), ["NETPOL.20 web FAILED"]);
  });
});

describe("a cluster that could not be described", () => {
  const dark = blind(withNamespaces([]), ["cluster", ...KUBERNETES]);

  test("is the one that was last seen under its name: its findings go on under their ids", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web"]), 0);
    const before = [...cloud.hub.keys()];
    const run = await publish(cloud, dark, 1);
    assert.equal(run.outcome, "published");
    assert.deepEqual(titles(cloud, "NETPOL.20", "NETPOL.9"), [
      "NETPOL.20 shop NOT_AVAILABLE",
      "NETPOL.20 web FAILED",
      "NETPOL.9 shop FAILED",
    ]);
    await publish(cloud, withNamespaces(["web"]), 2);
    assert.deepEqual(titles(cloud, "NETPOL.20", "NETPOL.9"), [
      "NETPOL.20 web FAILED",
      "NETPOL.9 shop PASSED",
    ]);
    assert.deepEqual([...cloud.hub.keys()].slice(0, before.length), before);
  });

  test("and whose state is lost archives nothing, and its findings go on when it is described", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web"]), 0);
    const before = [...cloud.hub.values()].map(({ Id, CreatedAt }) => [Id, CreatedAt]);
    cloud.objects.clear();
    const run = await publish(cloud, dark, 1);
    assert.deepEqual(run.vanished, []);
    await publish(cloud, withNamespaces(["web"]), 2);
    assert.deepEqual(titles(cloud, "NETPOL.20", "NETPOL.9"), ["NETPOL.20 web FAILED"]);
    const after = new Map([...cloud.hub.values()].map(({ Id, CreatedAt }) => [Id, CreatedAt]));
    for (const [id = "", createdAt] of before) assert.equal(after.get(id), createdAt);
  });

  test("for the first time ever has findings of its own, which go when it is described", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, dark, 0);
    assert.ok(cloud.objects.has(toStateKey({ ...place, createdAt: null })));
    assert.equal(titles(cloud, "NETPOL.9").length, 1);
    await publish(cloud, dark, 0.5);
    assert.equal(cloud.events.length, cloud.hub.size, "the second blind run is no news");
    await publish(cloud, withNamespaces(["web"]), 2);
    assert.deepEqual(titles(cloud, "NETPOL.9"), []);
    assert.deepEqual(titles(cloud, "NETPOL.20"), ["NETPOL.20 web FAILED"]);
  });
});

test("without Security Hub the state alone remembers, so that the digest tells what is new", async () => {
  const cloud = openMemoryCloud();
  const changes = async (days: number) => {
    const seen = scan(withNamespaces(["web"]), days);
    const { findings } = await publishCluster(seen, null, catalogue, context(cloud, days + 0.01));
    return findings.find(({ controlId }) => controlId === "NETPOL.20")?.change;
  };
  assert.equal(await changes(0), "new");
  assert.equal(await changes(1), "unchanged");
});

describe("a cluster that was made again under its name", () => {
  const LATER = "2026-10-30T00:00:00.000Z";
  const later: StatePlace = { ...place, createdAt: LATER };

  test("starts afresh, and the old one's findings are archived", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web", "api"]), 0);
    const old = Object.keys(shown(cloud));
    const run = await publish(cloud, withNamespaces(["web"], LATER), 1);
    assert.deepEqual(new Set(old.map((id) => cloud.hub.get(id)?.RecordState)), new Set(["ARCHIVED"]));
    const fresh = run.findings.find(
      ({ controlId, status }) => controlId === "NETPOL.20" && status === "fail",
    );
    assert.deepEqual([fresh?.change, fresh?.firstSeenAt], ["new", day(1.01).toISOString()]);
    assert.match(run.vanished[0]?.because ?? "", /was deleted/);
    cloud.calls.length = 0;
    await publish(cloud, withNamespaces(["web"], LATER), 2);
    assert.deepEqual(writes(cloud), []);
  });

  test("waits where what was known of the old one cannot be read", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web"]), 0);
    const before = shown(cloud);
    cloud.weather = {
      before(call) {
        if (call === `get ${toStateKey(place)}`) throw awsError("AccessDenied", 403);
      },
    };
    const run = await publish(cloud, withNamespaces(["web"], LATER), 1);
    assert.equal(run.outcome, "blocked");
    assert.deepEqual(shown(cloud), before);
  });

  test("also when nothing in the new one can be read but its description", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web"]), 0);
    await publish(cloud, blind(withNamespaces([], LATER), KUBERNETES), 1);
    assert.deepEqual(titles(cloud, "NETPOL.20"), ["NETPOL.20 shop NOT_AVAILABLE"]);
  });

  test("a slow scan of the old one brings nothing back, before or after the new one's next run", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web"]), 0);
    await publish(cloud, withNamespaces([], LATER), 2);
    const before = shown(cloud);
    const slow = publishCluster(scan(withNamespaces(["web"]), 1), cloud.sink, catalogue, context(cloud, 3));
    assert.equal((await slow).outcome, "superseded");
    assert.deepEqual(shown(cloud), before);
  });

  test("a slow first scan of the old one, of which no state knows, brings nothing back either", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web"], LATER), 2);
    const before = shown(cloud);
    const slow = publishCluster(scan(withNamespaces(["old"]), 1), cloud.sink, catalogue, context(cloud, 3));
    assert.equal((await slow).outcome, "superseded");
    assert.deepEqual(shown(cloud), before);
  });

  test("a process that ends while it takes over leaves it to the next run", async () => {
    for (const at of [1, 2, 3, 4, 5, 6, 7]) {
      const cloud = openMemoryCloud();
      await publish(cloud, withNamespaces(["web"]), 0);
      let count = 0;
      cloud.weather = {
        after: () => {
          count += 1;
          if (count === at) throw new Error("the process ends");
        },
      };
      await publish(cloud, withNamespaces(["web"], LATER), 1).catch(() => null);
      cloud.weather = {};
      await publish(cloud, withNamespaces(["web"], LATER), 2);
      assert.deepEqual(titles(cloud, "NETPOL.20"), ["NETPOL.20 web FAILED"], `call ${at}`);
      const state = parseState(cloud.objects.get(toStateKey(later)) ?? "");
      assert.deepEqual(
        state?.findings.filter(({ intended }) => intended !== undefined),
        [],
        `call ${at}`,
      );
    }
  });

  test("with every state lost, what the hub shows of the old one is archived", async () => {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web"]), 0);
    cloud.objects.clear();
    await publish(cloud, withNamespaces(["api"], LATER), 1);
    assert.deepEqual(titles(cloud, "NETPOL.20"), ["NETPOL.20 api FAILED"]);
  });
});

describe("kube-bench#1179: clusters do not overwrite each other", () => {
  test("two names, two Regions: findings and states of their own", async () => {
    const cloud = openMemoryCloud();
    for (const target of [place, { ...place, cluster: "shop-prod" }, { ...place, region: "eu-west-1" }]) {
      const one = scan(withNamespaces(["web"]), 0, target);
      await publishCluster(one, cloud.sink, catalogue, context(cloud, 0.01));
    }
    assert.equal(titles(cloud, "NETPOL.20").length, 3);
    assert.equal([...cloud.objects.keys()].filter((key) => key.startsWith("state/")).length, 3);
    assert.ok([...cloud.hub.values()].every(({ RecordState }) => RecordState === "ACTIVE"));
  });
});

describe("a cluster that is gone", () => {
  const target = { account: place.account, region: place.region, cluster: place.cluster };

  function account(describeCluster: () => Promise<never>): AccountCloud {
    const unused = (): never => assert.fail("only DescribeCluster proves it");
    return {
      accountId: place.account,
      listClusters: unused,
      describeAddon: unused,
      listCapabilities: unused,
      openCluster: unused,
      clusterAccess: unused,
      securityHub: unused,
      describeCluster,
    };
  }
  const answering = (name: string, status: number): AccountCloud =>
    account(() => Promise.reject(awsError(name, status)));
  const gone = answering("ResourceNotFoundException", 404);

  async function afterOneRun(): Promise<MemoryCloud> {
    const cloud = openMemoryCloud();
    await publish(cloud, withNamespaces(["web"]), 0);
    return cloud;
  }

  test("proven by ResourceNotFoundException: everything is archived, once", async () => {
    const cloud = await afterOneRun();
    const open = Object.keys(shown(cloud));
    const run = await publishGoneCluster(target, gone, cloud.sink, context(cloud, 1));
    assert.deepEqual(run?.vanished.map(({ id }) => id).toSorted(), open);
    assert.deepEqual(shown(cloud), {});
    assert.ok(cloud.objects.has(toGoneKey(place)));
    cloud.calls.length = 0;
    assert.equal(await publishGoneCluster(target, gone, cloud.sink, context(cloud, 2)), null);
    assert.deepEqual(writes(cloud), []);
  });

  for (const [name, status] of [
    ["AccessDeniedException", 403],
    ["ThrottlingException", 429],
    ["ServerException", 500],
    ["NotFoundException", 404],
  ] as const)
    test(`prowler#1626: ${name} proves nothing`, async () => {
      const cloud = await afterOneRun();
      const before = shown(cloud);
      const refusing = answering(name, status);
      assert.equal(await publishGoneCluster(target, refusing, cloud.sink, context(cloud, 1)), null);
      assert.deepEqual(shown(cloud), before);
    });

  test("a cluster that answers after all proves nothing", async () => {
    const cloud = await afterOneRun();
    const present = { ...gone, describeCluster: () => Promise.resolve(cluster()) };
    assert.equal(await publishGoneCluster(target, present, cloud.sink, context(cloud, 1)), null);
  });

  test("what was not archived is tried again, and only then it is done", async () => {
    const cloud = await afterOneRun();
    const [poison = ""] = Object.keys(shown(cloud));
    cloud.poison.add(poison);
    await publishGoneCluster(target, gone, cloud.sink, context(cloud, 1));
    assert.deepEqual(Object.keys(shown(cloud)), [poison]);
    assert.ok(!cloud.objects.has(toGoneKey(place)));
    cloud.poison.clear();
    await publishGoneCluster(target, gone, cloud.sink, context(cloud, 2));
    assert.deepEqual(shown(cloud), {});
    assert.ok(cloud.objects.has(toGoneKey(place)));
  });

  test("a scan that began before the proof brings nothing back", async () => {
    const cloud = await afterOneRun();
    await publishGoneCluster(target, gone, cloud.sink, context(cloud, 2));
    const slow = scan(withNamespaces(["web", "api"]), 1);
    const run = await publishCluster(slow, cloud.sink, catalogue, context(cloud, 3));
    assert.deepEqual([run.outcome, shown(cloud)], ["superseded", {}]);
  });

  test("a cluster of that name that is made later starts afresh", async () => {
    const cloud = await afterOneRun();
    await publishGoneCluster(target, gone, cloud.sink, context(cloud, 1));
    const run = await publish(cloud, withNamespaces(["web"], "2026-11-03T00:00:00.000Z"), 3);
    assert.equal(run.vanished.length, 0);
    assert.deepEqual(titles(cloud, "NETPOL.20"), ["NETPOL.20 web FAILED"]);
  });

  test("of which nothing is known asks nothing of the hub", async () => {
    const cloud = openMemoryCloud();
    assert.equal(await publishGoneCluster(target, gone, cloud.sink, context(cloud, 1)), null);
    assert.deepEqual(writes(cloud), []);
  });
});
