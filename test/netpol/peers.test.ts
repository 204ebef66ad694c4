// The traps in which other scanners were seen to fall, one test each: what a rule of that kind says is wrong,
// and what is said here. Through the whole offline command, as a user would try it.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { WorkloadReport } from "../../lib/model/posture.ts";
import { evaluateObjects, workloadOf, type Evaluated } from "../offline/evaluate-text.ts";
import { deployment, object, pod, policy, template } from "../offline/objects.ts";

const DENY = policy("default-deny", { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
const DENY_INGRESS = policy("deny-ingress", { podSelector: {}, policyTypes: ["Ingress"] });
const ALLOW_ALL = policy("allow-all", { podSelector: {}, ingress: [{}] });

const selecting = (app: string, more: object = {}): object => ({
  podSelector: { matchLabels: { app } },
  ...more,
});

function statusOf({ report }: Evaluated, controlId: string): string | undefined {
  return report.findings.find((finding) => finding.controlId === controlId)?.status;
}

/** Per direction: selected, and open all the same. */
function inShort({ ingress, egress }: WorkloadReport): string {
  return [ingress, egress]
    .map(({ isolated, openToCluster, openToExternal }) => {
      if (isolated === false) return "not isolated";
      return openToCluster === true || openToExternal === true ? "nullified" : "isolated";
    })
    .join(", ");
}

/** The four kinds of workload on which rules for "is it isolated?" go wrong. */
type Kind = "unprotected" | "one direction" | "allow-all" | "fully isolated";

/** Per kind: ingress and egress of the workload, and what the controls of selection and openness say. */
const RIGHT: Readonly<Record<Kind, readonly [verdict: string, statuses: Readonly<Record<string, string>>]>> =
  {
    unprotected: ["not isolated, not isolated", { "NETPOL.20": "fail" }],
    "one direction": ["isolated, not isolated", { "NETPOL.24": "pass", "NETPOL.25": "fail" }],
    "allow-all": ["nullified, isolated", { "NETPOL.26": "fail" }],
    "fully isolated": [
      "isolated, isolated",
      { "NETPOL.24": "pass", "NETPOL.25": "pass", "NETPOL.26": "pass" },
    ],
  };

const EGRESS_DENIED = policy("deny-egress", { podSelector: {}, policyTypes: ["Egress"] });
const OWN = policy("web", selecting("web", { policyTypes: ["Ingress", "Egress"] }));
const from = (...peers: readonly object[]): object => ({ podSelector: {}, ingress: [{ from: peers }] });
const notIn = (app: string): object => ({
  podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: [app] }] },
});

/** What misleads each rule most, kind by kind. */
const RULES: Readonly<Record<string, Readonly<Record<Kind, readonly object[]>>>> = {
  "any policy in the namespace (kube-bench 4.3.2, Kubescape C-0049 and C-0206)": {
    unprotected: [policy("typo", selecting("wbe"))],
    "one direction": [DENY_INGRESS],
    "allow-all": [DENY, ALLOW_ALL],
    "fully isolated": [DENY],
  },
  "a policy that selects the pod (Kubescape C-0260, kube-linter, checkov)": {
    unprotected: [policy("but-web", notIn("web"))],
    "one direction": [policy("web", selecting("web"))],
    "allow-all": [policy("web", selecting("web", { ingress: [{}] })), EGRESS_DENIED],
    "fully isolated": [OWN],
  },
  "Kyverno require-netpol": {
    unprotected: [policy("other", selecting("api", { policyTypes: ["Ingress", "Egress"] }))],
    "one direction": [DENY_INGRESS, policy("other", selecting("api", { policyTypes: ["Egress"] }))],
    "allow-all": [policy("web", selecting("web", { policyTypes: ["Ingress", "Egress"], ingress: [{}] }))],
    "fully isolated": [DENY_INGRESS, EGRESS_DENIED],
  },
  "kube-score": {
    unprotected: [policy("tier", { podSelector: { matchLabels: { app: "web", tier: "x" } } })],
    "one direction": [DENY_INGRESS],
    "allow-all": [DENY, policy("all", from({ namespaceSelector: {} }, { ipBlock: { cidr: "0.0.0.0/0" } }))],
    "fully isolated": [OWN],
  },
  popeye: {
    unprotected: [
      policy("but-web", notIn("web")),
      policy("empty-types", selecting("api", { policyTypes: [] })),
    ],
    "one direction": [policy("no-types", { podSelector: {}, ingress: [] })],
    "allow-all": [DENY, policy("all", { podSelector: {}, ingress: [{ from: [] }] })],
    "fully isolated": [policy("no-types", { podSelector: {}, egress: [{ to: [{ podSelector: {} }] }] })],
  },
  polaris: {
    unprotected: [policy("typo", selecting("wbe"))],
    "one direction": [DENY_INGRESS],
    "allow-all": [
      DENY,
      policy("low", from({ ipBlock: { cidr: "0.0.0.0/1" } })),
      policy("high", from({ ipBlock: { cidr: "128.0.0.0/1" } })),
    ],
    "fully isolated": [OWN],
  },
  "strict default deny (hardeneks, diki)": {
    unprotected: [policy("typo", selecting("wbe"))],
    "one direction": [DENY_INGRESS],
    "allow-all": [DENY, policy("web", selecting("web", { ingress: [{}] }))],
    "fully isolated": [OWN],
  },
};

for (const [rule, kinds] of Object.entries(RULES))
  for (const [kind, policies] of Object.entries(kinds))
    test(`${rule}: ${kind}`, async () => {
      const result = await evaluateObjects([deployment("web"), ...policies]);
      const [verdict, statuses] = RIGHT[kind as Kind];
      assert.equal(inShort(workloadOf(result, "web")), verdict);
      for (const [control, status] of Object.entries(statuses))
        assert.equal(statusOf(result, control), status, control);
    });

test("the declared default is a fact of its own, and so is what nullifies it", async () => {
  const own = await evaluateObjects([deployment("web"), OWN]);
  assert.equal(statusOf(own, "NETPOL.22"), "fail");
  const open = await evaluateObjects([deployment("web"), DENY, ALLOW_ALL]);
  assert.deepEqual(workloadOf(open, "web").ingress.nullifiedBy, ["allow-all"]);
  const alone = await evaluateObjects([deployment("web"), ALLOW_ALL]);
  assert.equal(inShort(workloadOf(alone, "web")), "nullified, not isolated");
  assert.equal(statusOf(alone, "NETPOL.26"), "fail");
});

test("C-0260, checkov, netpol-audit: matchExpressions of a podSelector are ignored", async () => {
  const spec = { podSelector: { matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] } };
  const result = await evaluateObjects([deployment("web"), deployment("api"), policy("but-web", spec)]);
  assert.equal(inShort(workloadOf(result, "web")), "not isolated, not isolated");
  assert.equal(inShort(workloadOf(result, "api")), "isolated, not isolated");
});

test("popeye, netpol-audit: policyTypes is not defaulted", async () => {
  const both = { podSelector: {}, egress: [{ ports: [{ port: 53, protocol: "UDP" }] }] };
  const result = await evaluateObjects([deployment("web"), policy("dns", both)]);
  assert.equal(inShort(workloadOf(result, "web")), "isolated, isolated");
});

test("popeye, netpol-audit: rules of a direction that policyTypes leaves out count", async () => {
  const spec = { podSelector: {}, policyTypes: ["Egress"], ingress: [], egress: [] };
  const result = await evaluateObjects([deployment("web"), policy("egress", spec)]);
  assert.equal(inShort(workloadOf(result, "web")), "not isolated, isolated");
});

test("several: namespaceSelector {} is taken for the policy's own namespace", async () => {
  const from = (peer: object): object => ({ podSelector: {}, ingress: [{ from: [peer] }] });
  const everywhere = await evaluateObjects([deployment("web"), policy("a", from({ namespaceSelector: {} }))]);
  assert.equal(inShort(workloadOf(everywhere, "web")), "nullified, not isolated");
  const here = await evaluateObjects([deployment("web"), policy("a", from({ podSelector: {} }))]);
  assert.equal(inShort(workloadOf(here, "web")), "isolated, not isolated");
});

test("several: a rule with ports only is called an allow-all", async () => {
  const result = await evaluateObjects([
    deployment("web"),
    policy("http", { podSelector: {}, ingress: [{ ports: [{ port: 8080 }] }] }),
  ]);
  const { ingress } = workloadOf(result, "web");
  assert.equal(inShort(workloadOf(result, "web")), "isolated, not isolated");
  // Not open, and yet every address has a way in: that is said apart.
  assert.equal(ingress.externalShare, 1);
});

test("popeye#311: Calico's NetworkPolicy is read as the one of Kubernetes", async () => {
  const calico = object("crd.projectcalico.org/v1", "NetworkPolicy", "default.deny", {
    spec: { selector: "all()", types: ["Ingress"] },
  });
  const result = await evaluateObjects([deployment("web"), calico]);
  assert.deepEqual(workloadOf(result, "web").ingress.policies, [
    "NetworkPolicy.crd.projectcalico.org/default.deny",
  ]);
});

test("several: hostNetwork and finished pods are counted", async () => {
  const hostNetwork = { spec: { hostNetwork: true, containers: [{ name: "m", image: "example.test/m" }] } };
  const finished = { spec: { containers: [] }, status: { phase: "Succeeded" } };
  const result = await evaluateObjects([
    pod("node-agent", hostNetwork),
    pod("done", finished),
    deployment("web"),
    DENY,
  ]);
  const counted = result.namespaces.flatMap(({ workloads }) => workloads).map(({ pods }) => pods.counted);
  assert.equal(
    counted.reduce((sum, pods) => sum + pods, 0),
    1,
  );
  assert.equal(result.namespaces[0]?.posture, "isolated");
});

test("hardeneks: namespaces of GitOps controllers are ignored", async () => {
  const labelled = { "app.kubernetes.io/name": "argocd-repo-server", "app.kubernetes.io/part-of": "argocd" };
  const installs = [
    { labels: labelled, image: "mirror.test/tool:1" },
    { labels: { app: "delivery" }, image: "quay.io/argoproj/argocd:v3.5.1", command: ["argocd-repo-server"] },
    {
      labels: { app: "delivery" },
      image: "mirror.test/tool:1",
      command: ["/usr/local/bin/argocd-repo-server"],
    },
  ];
  for (const install of installs) {
    const result = await evaluateObjects([component("delivery", { namespace: "delivery", ...install })]);
    assert.equal(statusOf(result, "NETPOL.40"), "fail", JSON.stringify(install));
  }
});

test("any policy in the namespace: fleet-agent's own default-allow-all passes", async () => {
  const namespace = "cattle-fleet-system";
  const allowAll = {
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
    ingress: [{}],
    egress: [{}],
  };
  const result = await evaluateObjects([
    component("fleet-agent", {
      namespace,
      labels: { app: "fleet-agent" },
      image: "mirror.test/fleet-agent:1",
    }),
    policy("default-allow-all", allowAll, namespace),
  ]);
  assert.equal(inShort(workloadOf(result, "fleet-agent")), "nullified, nullified");
  assert.equal(statusOf(result, "NETPOL.26"), "fail");
  assert.equal(statusOf(result, "NETPOL.41"), "fail");
});

interface Component {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly image: string;
  readonly command?: readonly string[];
}

function component(name: string, { namespace, labels, image, command = [] }: Component): object {
  const containers = [{ name: "main", image, command, ports: [{ containerPort: 8081 }] }];
  return deployment(name, {
    namespace,
    spec: { selector: { matchLabels: labels }, template: template(labels, { containers }) },
  });
}
