// The command as a whole: exit codes, what is judged without a cluster, and policies of other APIs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { controls } from "../../lib/controls/index.ts";
import { evaluateObjects, evaluateText, run, toList, workloadOf, type Evaluated } from "./evaluate-text.ts";
import { deployment, object, pod, policy } from "./objects.ts";

const CLOSED = policy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const OPEN = policy("open", { podSelector: {}, ingress: [{}] });
const NODE = object("v1", "Node", "node-1");
const DAEMON_SET = object("apps/v1", "DaemonSet", "log", {
  namespace: "kube-system",
  spec: {
    selector: { matchLabels: { app: "log" } },
    template: { spec: { containers: [{ name: "m", image: "w" }] } },
  },
});
const CONFIG_MAP = object("v1", "ConfigMap", "kube-root-ca.crt", { namespace: "kube-system", data: {} });

function statusOf({ report }: Evaluated, controlId: string): readonly string[] {
  return report.findings.filter((finding) => finding.controlId === controlId).map(({ status }) => status);
}

test("0: looked, and fine; 1: findings; 3: a document that could not be used, whatever was found", async () => {
  assert.equal((await evaluateObjects([deployment("web"), CLOSED])).exitCode, 0);
  const open = await evaluateObjects([deployment("web"), OPEN], { failOn: "low" });
  assert.equal(open.exitCode, 1);
  assert.equal((await evaluateObjects([deployment("web"), OPEN], { failOn: "none" })).exitCode, 0);
  assert.equal((await evaluateText(`${toList([OPEN])}\n---\nnonsense`, { failOn: "low" })).exitCode, 3);
});

test("without nodes, DaemonSets and ConfigMaps enforcement is unknown, because nobody looked", async () => {
  for (const objects of [[], [NODE, DAEMON_SET], [NODE, CONFIG_MAP], [DAEMON_SET, CONFIG_MAP]]) {
    const result = await evaluateObjects([deployment("web"), CLOSED, ...objects], { failOn: "low" });
    const [cluster] = result.report.clusters;
    assert.equal(cluster?.enforcement.verdict, "unknown");
    assert.equal(cluster?.enforcement.notAttempted, true);
    assert.deepEqual(statusOf(result, "NETPOL.2"), ["unknown"]);
    assert.equal(result.report.complete, true);
    assert.equal(result.exitCode, 0);
    const shop = result.namespaces.find(({ name }) => name === "default");
    assert.equal(shop?.posture, "isolated");
    assert.equal(shop?.assumesEnforcement, true);
  }
});

test("ConfigMaps of other namespaces do not show that kube-system was dumped", async () => {
  const elsewhere = object("v1", "ConfigMap", "x", { namespace: "shop", data: {} });
  const result = await evaluateObjects([deployment("web"), NODE, DAEMON_SET, elsewhere]);
  assert.equal(result.report.clusters[0]?.enforcement.notAttempted, true);
});

test("with all three it is judged, and the posture no longer assumes it", async () => {
  const running = pod("log-1", {
    namespace: "kube-system",
    labels: { app: "log" },
    status: { phase: "Running" },
  });
  const result = await evaluateObjects([deployment("web"), CLOSED, NODE, DAEMON_SET, CONFIG_MAP, running]);
  const [cluster] = result.report.clusters;
  assert.equal(cluster?.enforcement.verdict, "not-enforced");
  assert.deepEqual(statusOf(result, "NETPOL.2"), ["fail"]);
  const shop = result.namespaces.find(({ name }) => name === "default");
  assert.equal(shop?.posture, "inert");
  assert.equal(shop?.assumesEnforcement, undefined);
  assert.equal(result.exitCode, 1);
});

test("the template of an agent is no running agent", async () => {
  const agent = object("apps/v1", "DaemonSet", "aws-node", {
    namespace: "kube-system",
    spec: {
      selector: { matchLabels: { "k8s-app": "aws-node" } },
      template: {
        metadata: { labels: { "k8s-app": "aws-node" } },
        spec: {
          hostNetwork: true,
          containers: [
            {
              name: "aws-node",
              image: "602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni:v1.20.4",
            },
            {
              name: "aws-eks-nodeagent",
              image: "602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon/aws-network-policy-agent:v1.2.7",
              args: ["--enable-network-policy=true"],
              securityContext: { privileged: true },
            },
          ],
        },
      },
    },
  });
  const controllerOn = object("v1", "ConfigMap", "amazon-vpc-cni", {
    namespace: "kube-system",
    data: { "enable-network-policy-controller": "true" },
  });
  const result = await evaluateObjects([deployment("web"), CLOSED, NODE, agent, controllerOn]);
  const enforcement = result.report.clusters[0]?.enforcement;
  assert.equal(enforcement?.verdict, "unknown");
  assert.ok(enforcement?.missing.some((name) => name.startsWith("agentPods")));
});

test("what only AWS can tell is not asked, and enforcement is mentioned once", async () => {
  const result = await evaluateObjects([deployment("web"), CLOSED]);
  const asked = new Set(result.report.findings.map(({ controlId }) => controlId));
  for (const id of ["NETPOL.1", "NETPOL.3", "NETPOL.9", "NETPOL.21"]) assert.ok(!asked.has(id), id);
  const unknown = result.report.findings.filter(({ status }) => status === "unknown");
  assert.deepEqual(
    unknown.map(({ controlId }) => controlId),
    ["NETPOL.2"],
  );
  assert.ok(
    controls.some(({ id }) => id === "NETPOL.9"),
    "the catalogue itself is untouched",
  );
});

const CALICO = { selector: "all()", types: ["Ingress"] };

/** Each denies all ingress of every pod, in its own words. */
const OTHER_APIS: readonly object[] = [
  object("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy", "a", {
    spec: {
      priority: 1,
      subject: { namespaces: {} },
      ingress: [{ action: "Deny", from: [{ namespaces: {} }] }],
    },
  }),
  object("crd.projectcalico.org/v1", "NetworkPolicy", "default.a", { spec: CALICO }),
  object("crd.projectcalico.org/v1", "GlobalNetworkPolicy", "default.a", { spec: CALICO }),
  object("projectcalico.org/v3", "NetworkPolicy", "a", { spec: CALICO }),
  object("cilium.io/v2", "CiliumNetworkPolicy", "a", { spec: { endpointSelector: {}, ingress: [{}] } }),
  object("networking.k8s.aws/v1alpha1", "ApplicationNetworkPolicy", "a", {
    spec: { podSelector: {}, policyTypes: ["Ingress"] },
  }),
];

for (const other of OTHER_APIS)
  test(`a policy of another API is not overlooked: ${JSON.stringify(other).slice(0, 80)}`, async () => {
    const result = await evaluateObjects([deployment("web"), other]);
    assert.deepEqual(result.problems, []);
    assert.notEqual(workloadOf(result, "web").ingress.openToCluster, true);
  });

test("a policy API in a version that we do not know makes the verdict unknown and the run incomplete", async () => {
  const future = object("policy.networking.k8s.io/v1beta7", "AdminNetworkPolicy", "a", { spec: {} });
  const result = await evaluateObjects([deployment("web"), future]);
  assert.equal(workloadOf(result, "web").ingress.isolated, null);
  assert.equal(result.exitCode, 3);
});

test("a policy field that nobody knows makes the verdict unknown, not open", async () => {
  const future = policy("future", { podSelector: {}, ingress: [{ from: [{ futurePeer: {} }] }] });
  const result = await evaluateObjects([deployment("web"), future]);
  assert.equal(workloadOf(result, "web").ingress.openToCluster, null);
});

test("a policy whose selector nobody can read is not said to select, nor to leave a default deny alone", async () => {
  const like = { podSelector: { matchExpressions: [{ key: "a", operator: "Like", values: ["b"] }] } };
  const statuses = async (...policies: readonly object[]): Promise<readonly string[]> => {
    const { report } = await evaluateObjects([deployment("web"), policy("future", like), ...policies]);
    return report.findings
      .filter(({ controlId }) => ["NETPOL.20", "NETPOL.22", "NETPOL.27"].includes(controlId))
      .map(({ controlId, status }) => `${controlId} ${status}`);
  };
  assert.deepEqual(await statuses(), ["NETPOL.20 unknown", "NETPOL.22 unknown", "NETPOL.27 unknown"]);
  const open = policy("future-peer", { podSelector: {}, ingress: [{ from: [{ futurePeer: {} }] }] });
  assert.deepEqual(await statuses(CLOSED, open), [
    "NETPOL.20 pass",
    "NETPOL.22 unknown",
    "NETPOL.27 unknown",
  ]);
});

test("the text output says that enforcement was assumed", async () => {
  const { output } = await run(["-"], { format: "text" }, toList([deployment("web"), CLOSED]));
  assert.match(output, /As the policies say/);
});
