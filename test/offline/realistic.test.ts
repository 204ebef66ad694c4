// Upstream projects' own manifests, unmodified, against what an independent reading of them says. They are not
// part of this repository: where the folder is absent these tests say loudly that they did not run.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Direction } from "../../lib/model/isolation-detail.ts";
import type { WorkloadReport } from "../../lib/model/posture.ts";
import { evaluatePaths, type Evaluated } from "./evaluate-text.ts";
import { deployment, object } from "./objects.ts";

const FOLDER = join(import.meta.dirname, "../../../shared/realistic");
const isThere = existsSync(FOLDER);
if (!isThere)
  console.warn(
    "\n*** SKIPPED: no upstream manifests beside this repository; see test/offline/realistic.test.ts ***\n",
  );
const skip = isThere ? false : "the upstream manifests are not here";

function evaluateUpstream(
  files: readonly string[],
  namespace: string,
  objects: readonly object[] = [],
): Promise<Evaluated> {
  const own = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  return evaluatePaths([...files.map((file) => join(FOLDER, file)), "-"], { namespace }, own);
}

interface Tally {
  readonly counted: number;
  readonly isolated: readonly string[];
  /** Selected, and yet open to every pod and every address. */
  readonly open: readonly string[];
}

function tally(result: Evaluated, namespace: string, direction: Direction): Tally {
  const found = result.namespaces.find(({ name }) => name === namespace);
  const counted = (found?.workloads ?? []).filter(({ pods }) => pods.counted > 0);
  const names = (of: (workload: WorkloadReport) => boolean): readonly string[] =>
    counted.filter(of).map(({ name }) => name);
  return {
    counted: counted.length,
    isolated: names((workload) => workload[direction].isolated === true),
    open: names(
      (workload) =>
        workload[direction].isolated === true &&
        workload[direction].openToCluster === true &&
        workload[direction].openToExternal === true,
    ),
  };
}

const ARGO_CD = [
  "argocd-application-controller",
  "argocd-applicationset-controller",
  "argocd-dex-server",
  "argocd-notifications-controller",
  "argocd-redis",
  "argocd-repo-server",
  "argocd-server",
];

test(
  "stock Argo CD: ingress of 7 of 7, argocd-server open to everyone, egress of none",
  { skip },
  async () => {
    const result = await evaluateUpstream(["argo-cd-install.yaml"], "argocd");
    assert.deepEqual(result.problems, []);
    const ingress = tally(result, "argocd", "ingress");
    assert.equal(ingress.counted, 7);
    assert.deepEqual([...ingress.isolated].toSorted(), ARGO_CD);
    assert.deepEqual(ingress.open, ["argocd-server"]);
    assert.deepEqual(tally(result, "argocd", "egress"), { counted: 7, isolated: [], open: [] });
    const [argocd] = result.namespaces;
    const D = new Map(argocd?.workloads.map((workload) => [workload.name, workload.ingress]));
    for (const name of ARGO_CD) {
      const open = name === "argocd-server";
      const { policies, ...rest } = D.get(name) ?? { policies: [] };
      assert.deepEqual(policies, [`${name}-network-policy`]);
      assert.deepEqual(rest, {
        isolated: true,
        openToCluster: open,
        openToExternal: open,
        externalShare: open ? 1 : 0,
        nullifiedBy: open ? ["argocd-server-network-policy"] : [],
      });
    }
    assert.deepEqual(argocd?.deadPolicies, []);
    assert.deepEqual(argocd?.defaultDeny, { ingress: "absent", egress: "absent" });
  },
);

test(
  "Argo CD for high availability: the same, and egress rules for redis-ha-server alone",
  { skip },
  async () => {
    const result = await evaluateUpstream(["argo-cd-ha-install.yaml"], "argocd");
    assert.deepEqual(result.problems, []);
    const ingress = tally(result, "argocd", "ingress");
    assert.equal(ingress.isolated.length, ingress.counted);
    assert.deepEqual(ingress.open, ["argocd-server"]);
    const egress = tally(result, "argocd", "egress");
    assert.deepEqual(egress.isolated, ["argocd-redis-ha-server"]);
    assert.deepEqual(egress.open, []);
  },
);

test("Argo CD core: no server to leave open", { skip }, async () => {
  const result = await evaluateUpstream(["argo-cd-core-install.yaml"], "argocd");
  const ingress = tally(result, "argocd", "ingress");
  assert.equal(ingress.isolated.length, ingress.counted);
  assert.deepEqual(ingress.open, []);
});

const FLUX = ["helm-controller", "kustomize-controller", "notification-controller", "source-controller"];

test("Flux: ingress closed but for two openings, egress selected and wide open", { skip }, async () => {
  const files = ["flux-allow-egress.yaml", "flux-allow-scraping.yaml", "flux-allow-webhooks.yaml"];
  const controllers = FLUX.map((name) => deployment(name));
  const elsewhere = deployment("stranger", { namespace: "other" });
  const result = await evaluateUpstream(files, "flux-system", [...controllers, elsewhere]);
  assert.deepEqual(tally(result, "flux-system", "ingress"), { counted: 4, isolated: FLUX, open: [] });
  assert.deepEqual(tally(result, "flux-system", "egress"), { counted: 4, isolated: FLUX, open: FLUX });
});

test("Flux: who gets to the controllers", { skip }, async () => {
  const files = ["flux-allow-egress.yaml", "flux-allow-scraping.yaml", "flux-allow-webhooks.yaml"];
  const own = JSON.stringify({
    apiVersion: "v1",
    kind: "List",
    items: [
      ...FLUX.map((name) => deployment(name, { namespace: "flux-system" })),
      deployment("stranger", { namespace: "other" }),
    ],
  });
  const ask = (to: string): string => `other/deployment/stranger -> flux-system/deployment/${to}/TCP`;
  const { probes } = await evaluatePaths(
    [...files.map((file) => join(FOLDER, file)), "-"],
    {
      namespace: "flux-system",
      probe: [
        ask("source-controller:8080"),
        ask("source-controller:9090"),
        ask("notification-controller:9292"),
        ask("helm-controller:9292"),
        "flux-system/deployment/helm-controller -> flux-system/deployment/source-controller:9090/TCP",
        "external -> flux-system/deployment/notification-controller:9292/TCP",
      ],
    },
    own,
  );
  assert.deepEqual(
    probes.map(({ allowed }) => allowed),
    [true, false, true, false, true, false],
  );
});

test(
  "kube-prometheus: egress wide open everywhere, prometheus-adapter open for ingress too",
  { skip },
  async () => {
    const result = await evaluateUpstream(["kube-prometheus.yaml"], "monitoring");
    assert.deepEqual(result.problems, []);
    const ingress = tally(result, "monitoring", "ingress");
    const egress = tally(result, "monitoring", "egress");
    assert.equal(ingress.isolated.length, ingress.counted);
    assert.deepEqual(ingress.open, ["prometheus-adapter"]);
    assert.deepEqual(egress.open, egress.isolated);
    assert.equal(egress.open.length, egress.counted);
  },
);

test("Istio: istiod takes its ports from everyone, and may go anywhere", { skip }, async () => {
  const istiod = deployment("istiod", {
    namespace: "istio-system",
    labels: { app: "istiod", "istio.io/rev": "default" },
  });
  const result = await evaluateUpstream(["istio-networkpolicy.yaml"], "istio-system", [istiod]);
  assert.deepEqual(tally(result, "istio-system", "ingress"), { counted: 1, isolated: ["istiod"], open: [] });
  assert.deepEqual(tally(result, "istio-system", "egress"), {
    counted: 1,
    isolated: ["istiod"],
    open: ["istiod"],
  });
});

test(
  "the VPC CNI's manifest: off, where the input has a node; unknown, where it has none",
  { skip },
  async () => {
    const alone = await evaluateUpstream(["aws-vpc-cni.yaml"], "kube-system");
    assert.equal(alone.report.clusters[0]?.enforcement.verdict, "unknown");
    const withNode = await evaluateUpstream(["aws-vpc-cni.yaml"], "kube-system", [
      object("v1", "Node", "node-1"),
    ]);
    assert.equal(withNode.report.clusters[0]?.enforcement.verdict, "not-enforced");
  },
);

test("every upstream manifest is read without a problem", { skip }, async () => {
  const result = await evaluatePaths([FOLDER]);
  assert.deepEqual(result.problems, []);
  assert.match(readFileSync(join(FOLDER, "README.md"), "utf8"), /unmodified/);
});
