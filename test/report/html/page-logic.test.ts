// The parts of the page's script that need no browser.

import assert from "node:assert/strict";
import { test } from "node:test";
import { SEVERITIES, STATUSES } from "../../../lib/model/finding.ts";
import type { Reach, ReachGroup } from "../../../lib/model/suggestion.ts";
import type { DirectionReport } from "../../../lib/model/posture.ts";
import { packPage } from "../../../lib/report/pack-page.ts";
import { createFindingSearch, type FindingFilter } from "../../../lib/report/page/finding-search.ts";
import { DEFAULT_DENY_WORDS } from "../../../lib/report/page-words.ts";
import { toFlows, toPictureModel, toPictureRows } from "../../../lib/report/page/picture-rows.ts";
import { toCaption, toDescription, toSentences } from "../../../lib/report/page/picture-words.ts";
import { unpackPage, type PageWorkload } from "../../../lib/report/page/unpack.ts";
import { sampleReport } from "../sample-report.ts";

const page = unpackPage(packPage(sampleReport, 10_000_000));
const search = createFindingSearch(page);
const everything: FindingFilter = {
  text: "",
  statuses: new Set(STATUSES),
  severities: new Set(SEVERITIES),
  control: null,
  cluster: null,
};

function found(change: Partial<FindingFilter>): readonly string[] {
  return search({ ...everything, ...change }).map(({ control }) => page.controls[control]?.id ?? "?");
}

test("only a default deny that holds is called good: one that is perhaps undone is not known", () => {
  assert.deepEqual(
    Object.entries(DEFAULT_DENY_WORDS).map(([state, { tone }]) => [state, tone]),
    [
      ["effective", "good"],
      ["declared", "unknown"],
      ["nullified", "bad"],
      ["absent", "warn"],
      ["unknown", "unknown"],
    ],
  );
});

test("no filter shows all", () => {
  assert.equal(found({}).length, sampleReport.findings.length);
});

test("words are searched in any case and order, in names, sentences, accounts and ids", () => {
  assert.deepEqual(found({ text: "REDIS argocd" }), ["NETPOL.40"]);
  assert.deepEqual(found({ text: "777788889999" }), ["NETPOL.9"]);
  assert.deepEqual(found({ text: "us-east-1" }), ["NETPOL.9"]);
  assert.deepEqual(found({ text: sampleReport.findings[2]?.id ?? "?" }), ["NETPOL.20"]);
  assert.deepEqual(found({ text: "argocd nowhere" }), []);
});

test("each filter narrows, and they narrow together", () => {
  assert.deepEqual(found({ statuses: new Set(["unknown"]) }), ["NETPOL.24"]);
  assert.deepEqual(found({ severities: new Set(["critical"]) }), ["NETPOL.2", "NETPOL.2"]);
  const control = page.controls.findIndex(({ id }) => id === "NETPOL.2");
  const cluster = page.clusters.findIndex(({ name }) => name === "shop-test");
  assert.deepEqual(found({ control, cluster }), ["NETPOL.2"]);
  assert.deepEqual(found({ cluster: 99 }), []);
});

function direction(change: Partial<DirectionReport>): DirectionReport {
  return {
    isolated: true,
    openToCluster: false,
    openToExternal: false,
    externalShare: 0,
    policies: [],
    nullifiedBy: [],
    ...change,
  };
}

const closed = direction({});
const open = direction({ isolated: false, openToCluster: true, openToExternal: true, externalShare: 1 });
const blind = direction({ isolated: null, openToCluster: null, openToExternal: null, externalShare: null });

test("unknown is drawn as unknown, never as closed", () => {
  assert.deepEqual(toFlows(blind), { cluster: "unknown", external: "unknown" });
  assert.deepEqual(toFlows(direction({ openToCluster: null })), { cluster: "unknown", external: "named" });
});

test("open, open in part and closed", () => {
  assert.deepEqual(toFlows(open), { cluster: "all", external: "all" });
  assert.deepEqual(toFlows(direction({ externalShare: 0.3 })), { cluster: "named", external: "part" });
  assert.deepEqual(toFlows(closed), { cluster: "named", external: "named" });
});

function workload(name: string, ingress: DirectionReport, egress: DirectionReport): PageWorkload {
  return { kind: "Deployment", name, hostNetwork: false, pods: 2, ingress, egress };
}

test("workloads with the same open paths stand in one row, the most open on top", () => {
  const rows = toPictureRows([
    workload("a", closed, closed),
    workload("b", open, open),
    workload("c", closed, closed),
    { ...workload("host", open, open), hostNetwork: true },
  ]);
  assert.deepEqual(
    rows.map(({ names, pods }) => [names, pods]),
    [
      [["b"], 2],
      [["a", "c"], 4],
      [["host"], 2],
    ],
  );
});

test("the words say what the picture shows", () => {
  const rows = toPictureRows([workload("a", closed, open), workload("b", blind, closed)]);
  const model = { rows, peers: null, isCut: false, isDoubtful: false };
  assert.equal(
    toDescription("shop", model),
    "Namespace shop, as the policies say. a: ingress only named peers; egress open to addresses, open to every pod. b: ingress not known to addresses, not known to every pod; egress only named peers.",
  );
  assert.match(toCaption("isolated", model), /Red: .*Violet, dashed: .*No line: /);
  assert.doesNotMatch(toCaption("isolated", model), /Amber/);
  assert.match(toCaption("inert", model), /every path is open/);
});

const CLOSED = { isolated: true, openToCluster: false, openToExternal: false, externalShare: 0 };
const SHUT: Reach = { ...CLOSED, rules: [], moreRules: 0, otherwise: "deny", isDoubtful: false };
const DNS = {
  action: "allow",
  peer: "pods with k8s-app=kube-dns in namespaces with kubernetes.io/metadata.name=kube-system",
  ports: "on UDP 53",
} as const;
const UI = { action: "allow", peer: "pods with app=ui in the same namespace", ports: "on TCP 80" } as const;

function group(name: string, ingress: Partial<Reach>, egress: Partial<Reach>): ReachGroup {
  return {
    workloads: [name],
    moreWorkloads: 0,
    pods: 2,
    hostNetwork: false,
    ingress: { ...SHUT, ...ingress },
    egress: { ...SHUT, ...egress },
  };
}

function modelOf(...groups: readonly ReachGroup[]) {
  return toPictureModel({ posture: "isolated", groups, moreWorkloads: 0 });
}

test("peers that the same workloads may reach stand in one box, and words say which", () => {
  const model = modelOf(
    group("api", { rules: [UI] }, { rules: [DNS, UI] }),
    group("job", {}, { rules: [DNS] }),
  );
  assert.deepEqual(
    model.peers?.egress.map(({ peers, rows }) => [peers.map(({ who }) => who), rows]),
    [
      [["pods with k8s-app=kube-dns"], [0, 1]],
      [["pods with app=ui"], [0]],
    ],
  );
  assert.deepEqual(
    model.rows.map(({ named }) => named),
    [
      { ingress: [0], egress: [0, 1] },
      { ingress: [], egress: [0] },
    ],
  );
  assert.deepEqual(toSentences(model), [
    "api: ingress pods with app=ui in the same namespace on TCP 80; egress pods with k8s-app=kube-dns in namespace kube-system on UDP 53, pods with app=ui in the same namespace on TCP 80.",
    "job: ingress nobody; egress pods with k8s-app=kube-dns in namespace kube-system on UDP 53.",
  ]);
});

test("what is denied, passed on or allowed on no port is nobody's way in", () => {
  const rules = [
    { ...UI, action: "deny" },
    { ...UI, action: "pass" },
    { ...UI, ports: "on no port" },
  ] as const;
  assert.deepEqual(modelOf(group("api", { rules }, {})).peers?.ingress, []);
});

test("what is open to all is drawn as that, and what is in doubt or cut is said", () => {
  const all = { isolated: false, openToCluster: true, openToExternal: true, externalShare: 1, rules: [UI] };
  const model = modelOf(group("api", all, { isDoubtful: true, moreRules: 3 }));
  assert.deepEqual(model.peers?.ingress, []);
  assert.deepEqual(model.rows[0]?.ingress, { cluster: "all", external: "all" });
  assert.match(toCaption("unprotected", model), /Red: .*Not all of it had room.*More may be allowed/);
});

test("unknown openness stays unknown beside named peers, and a host-network row has none", () => {
  const blindly = { isolated: null, openToCluster: null, openToExternal: null, externalShare: null };
  const model = modelOf(group("api", { ...blindly, rules: [UI] }, {}), {
    ...group("host", { rules: [DNS] }, {}),
    hostNetwork: true,
  });
  assert.deepEqual(model.rows[0]?.ingress, { cluster: "unknown", external: "unknown" });
  assert.deepEqual(model.rows[1]?.named, { ingress: [], egress: [] });
  assert.equal(model.peers?.ingress.length, 1);
});
