// The sentences of an explanation against what they are about: nothing may read as held where nothing holds it, as
// counted where nobody counted, or as none where it was not seen.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { NamespaceExplanation } from "../../lib/model/explanation.ts";
import type { NamespaceRules } from "../../lib/model/isolation-detail.ts";
import { seen, unseen } from "../../lib/model/observed.ts";
import type {
  DirectionReport,
  Enforcement,
  NamespaceReport,
  NodeEnforcement,
} from "../../lib/model/posture.ts";
import type { ClusterReport } from "../../lib/model/report.ts";
import { explainNamespace, toNamespaceExplanation } from "../../lib/report/explain.ts";
import { render } from "../../lib/report/layout.ts";
import { toRulesReview } from "../../lib/report/rules-review.ts";
import { finding, namespace, sampleReport, workload } from "./sample-report.ts";

const NO_RULES: NamespaceRules = {
  overBroadRules: [],
  deadPeers: [],
  problems: [],
  ignoredPolicies: [],
  blind: null,
};

interface Given {
  readonly enforcement?: Partial<Enforcement>;
  readonly namespace?: Partial<NamespaceReport>;
  readonly rules?: NamespaceExplanation["rules"];
  readonly verbose?: boolean;
}

function shopProd(): ClusterReport {
  const cluster = sampleReport.clusters.find(({ name }) => name === "shop-prod");
  assert.ok(cluster !== undefined);
  return cluster;
}

/** With line breaks and indentation folded. Enforced and isolated, unless said otherwise. */
function explained(given: Given, findings = sampleReport.findings): string {
  const cluster = shopProd();
  const enforcement: Enforcement = {
    ...cluster.enforcement,
    verdict: "enforced",
    evidence: [],
    nodes: [],
    ...given.enforcement,
  };
  const explanation = toNamespaceExplanation(
    { ...sampleReport, findings },
    { ...cluster, enforcement },
    { ...namespace("web", "isolated", [workload("api", true)]), ...given.namespace },
    given.rules ?? seen(toRulesReview(NO_RULES, true)),
  );
  const lines = explainNamespace(explanation, { width: 100, verbose: given.verbose === true });
  return render(lines, false).replaceAll(/\s+/g, " ");
}

function says(text: string, ...sentences: readonly string[]): void {
  for (const sentence of sentences) assert.ok(text.includes(sentence), `${sentence} is missing in:\n${text}`);
}

describe("a default deny reads as held only where something enforces it", () => {
  const HELD = "ingress: yes, and no other policy takes it back egress:";
  const NOT = "ingress: declared, and no other policy takes it back; but nothing enforces that here";
  const PART = "ingress: declared, and no other policy takes it back; enforced only as far as step 1 says";
  const UNPROCESSED =
    "ingress: declared, and no other policy takes it back; but the controller has not processed deny as it stands";
  const rows: readonly (readonly [Given["enforcement"], Partial<NamespaceReport>, string])[] = [
    [{ verdict: "enforced" }, { posture: "isolated" }, HELD],
    [{ verdict: "enforced" }, { posture: "partial" }, HELD],
    [{ verdict: "enforced" }, { posture: "unknown", unprocessedPolicies: ["deny"] }, UNPROCESSED],
    [{ verdict: "enforced" }, { posture: "inert", unprocessedPolicies: ["deny"] }, UNPROCESSED],
    [{ verdict: "not-enforced" }, { posture: "inert", unprocessedPolicies: ["deny"] }, NOT],
    [{ verdict: "not-enforced" }, { posture: "inert" }, NOT],
    [{ verdict: "configured-not-enforced" }, { posture: "inert" }, NOT],
    [{ verdict: "not-enforced" }, { posture: "empty" }, NOT],
    [{ verdict: "partial" }, { posture: "inert" }, NOT],
    [{ verdict: "partial" }, { posture: "partial" }, PART],
    [{ verdict: "partial" }, { posture: "isolated" }, HELD],
    [{ verdict: "unknown" }, { posture: "unknown" }, PART],
    [{ verdict: "unknown", notAttempted: true }, { posture: "isolated", assumesEnforcement: true }, HELD],
  ];
  for (const [enforcement = {}, report, sentence] of rows)
    test(`${String(enforcement.verdict)}, ${String(report.posture)}`, () => {
      const text = explained({ enforcement, namespace: report });
      says(text, sentence);
      assert.equal(text.includes("As the policies say; "), sentence !== HELD);
    });
});

describe("what a default deny is called", () => {
  const rows: readonly (readonly [
    NamespaceReport["defaultDeny"]["ingress"],
    Enforcement["unselectedPods"],
    string,
  ])[] = [
    [
      "absent",
      "allowed",
      "ingress: no policy says so; a pod that no policy selects accepts and makes every connection",
    ],
    ["absent", "denied", "ingress: no policy says so; the engine denies what no policy selects"],
    ["absent", null, "ingress: no policy says so; what becomes of a pod that no policy selects is not known"],
    ["declared", "allowed", "ingress: declared; whether another policy takes it back is not known"],
    [
      "nullified",
      "allowed",
      "ingress: declared, but another policy opens a workload again (step 4 names it)",
    ],
    ["unknown", "allowed", "ingress: not known, because a policy could not be read"],
  ];
  for (const [ingress, unselectedPods, sentence] of rows)
    test(`${ingress}, unselected pods ${String(unselectedPods)}`, () => {
      says(
        explained({
          enforcement: { unselectedPods },
          namespace: { defaultDeny: { ingress, egress: "absent" } },
        }),
        sentence,
      );
    });
});

describe("a workload", () => {
  const base = workload("api", true);
  const text = (change: Partial<typeof base>): string =>
    explained({ namespace: { workloads: [{ ...base, ...change }] } });
  const ingress = (change: Partial<DirectionReport>): DirectionReport => ({ ...base.ingress, ...change });

  test("on the host's network has no count of pods: they are out of every count", () => {
    const shown = text({ hostNetwork: true, pods: { counted: 0, isolatedIngress: 0, isolatedEgress: 0 } });
    says(shown, "Deployment api on the host's network");
    assert.doesNotMatch(shown, /0 pods/);
  });

  test("of which a part is isolated", () => {
    const pods = { counted: 3, isolatedIngress: 1, isolatedEgress: 3 };
    says(
      text({ pods, ingress: ingress({ isolated: false, policies: ["p"] }) }),
      "ingress: selected by p: only 1 of 3 pods isolated",
    );
  });

  test("that the engine denies by default, and one of which it is not known what selects it", () => {
    says(
      text({ ingress: ingress({ policies: [] }) }),
      "ingress: no policy selects it: isolated, because the engine denies what no policy selects",
    );
    says(
      text({ ingress: ingress({ isolated: null, policies: [], because: "a selector" }) }),
      "ingress: no policy is known to select it: not known (a selector)",
    );
  });

  test("has a reason in full once, however many it is the reason for", () => {
    const blind = ingress({ isolated: null, policies: [], because: "x could not be read" });
    const egress = { ...blind, because: "y could not be read" };
    const workloads = ["a", "b"].map((name) => ({ ...base, name, ingress: blind, egress }));
    const shown = explained({ namespace: { workloads } });
    says(
      shown,
      "Deployment a, 3 pods ingress: no policy is known to select it: not known (x could not be read) egress: no policy is known to select it: not known (y could not be read)",
      "Deployment b, 3 pods ingress: no policy is known to select it: not known (as for the ingress of Deployment a) egress: no policy is known to select it: not known (as for the egress of Deployment a)",
    );
  });

  test("that is open to every address is so on all ports, or on some", () => {
    const open = { openToExternal: false, externalShare: 1, policies: ["p"] };
    says(text({ ingress: ingress(open) }), "ingress: selected by p: open to any address, on some ports");
    says(
      text({ ingress: ingress({ ...open, openToExternal: true }) }),
      "ingress: selected by p: open to any address egress",
    );
  });
});

test("an isolated namespace is not said to be closed to what its posture does not judge", () => {
  says(
    explained({}),
    "every pod that policies reach is isolated for ingress, none is open on all ports to the whole cluster or to every address, and it is enforced. What its pods may connect to has no part in that.",
  );
});

test("checks that were not asked are named with the reason, and failures with their severity", () => {
  const of = (controlId: string, status: "fail" | "not-applicable" | "pass", because: string) =>
    finding({
      controlId,
      title: "",
      severity: "high",
      status,
      subject: { kind: "namespace", name: "web" },
      because,
      text: "",
    });
  const notJudged = ["NETPOL.20", "NETPOL.21"].map((id) => of(id, "not-applicable", "It is not judged."));
  says(explained({}, notJudged), "None. Not applicable (NETPOL.20, NETPOL.21): It is not judged.");
  const text = explained({}, [
    ...notJudged,
    of("NETPOL.26", "fail", "Opened."),
    of("NETPOL.27", "pass", "Fine."),
  ]);
  says(text, "NETPOL.26 fail, high: Opened.");
  assert.doesNotMatch(text, /None\.|Fine\./);
});

test("a node of which the engine is not known is not said to have none", () => {
  const of = (verdict: NodeEnforcement["verdict"]): NodeEnforcement => ({
    name: `node-${verdict}`,
    computeType: "other",
    engine: null,
    verdict,
    pods: null,
    because: "",
  });
  says(
    explained({ enforcement: { nodes: [of("enforced"), of("unknown"), of("not-enforced")] } }),
    "node node-not-enforced: other, no engine, not-enforced",
    "node node-unknown: other, engine not known, unknown",
    "node node-enforced: other, engine not known, enforced",
  );
});

describe("long lists are cut, and say by how much", () => {
  const names = (count: number, prefix: string): string[] =>
    Array.from({ length: count }, (_, index) => `${prefix}-${String(index).padStart(4, "0")}`);
  const toNode = (name: string, index: number): NodeEnforcement => ({
    name,
    computeType: "ec2",
    engine: "vpc-cni",
    verdict: index === 900 ? "not-enforced" : "enforced",
    pods: null,
    because: "",
  });

  test("nodes: those that enforce nothing come first", () => {
    const nodes = names(1000, "node").map(toNode);
    const text = explained({ enforcement: { nodes } });
    says(
      text,
      "node node-0900: ec2, vpc-cni, not-enforced",
      "… and 980 more nodes: 980 enforced (--verbose shows them)",
    );
    assert.equal(text.match(/node node-/g)?.length, 20);
    assert.equal(explained({ enforcement: { nodes }, verbose: true }).match(/node node-/g)?.length, 1000);
  });

  test("policies, of the namespace and of a workload", () => {
    const policies = names(100, "policy");
    const base = workload("api", true);
    const workloads = [{ ...base, ingress: { ...base.ingress, policies } }];
    says(
      explained({ namespace: { policies, deadPolicies: policies, workloads } }),
      "100 policies: policy-0000,",
      "policy-0049 and 50 more.",
      "Select no pod that policies reach, and so do nothing now: policy-0000,",
      "selected by policy-0000,",
      "policy-0019 and 80 more: isolated",
    );
  });

  test("rules: ten, with --verbose two hundred", () => {
    const deadPeers = names(1000, "policy").map((policy) => ({
      policy,
      direction: "ingress" as const,
      path: "spec.ingress[0].from[0]",
      detail: "pods with app=x in the same namespace",
      selects: "nothing" as const,
    }));
    const rules = seen(toRulesReview({ ...NO_RULES, deadPeers }, true));
    const brief = explained({ rules });
    assert.equal(brief.match(/· policy-/g)?.length, 10);
    says(brief, "… and 990 more (--verbose shows more)");
    const whole = explained({ rules, verbose: true });
    assert.equal(whole.match(/· policy-/g)?.length, 200);
    says(whole, "… and 800 more 6.");
  });
});

describe("rules", () => {
  test("that were not looked at are not known", () => {
    const text = explained({ rules: unseen("not-attempted", "nobody looked") });
    says(text, "select nobody? Not known: nobody looked.");
  });

  test("of which some could not be read are not said to be none", () => {
    const problems = [{ policy: "odd", because: "spec.ingress[0] is not an object" }];
    const unread = explained({ rules: seen(toRulesReview({ ...NO_RULES, problems }, true)) });
    says(
      unread,
      "None that could be read: no rule admits",
      "Could not be read, so what they admit is not known: · odd: spec.ingress[0] is not an object.",
    );
    const blind = explained({
      rules: seen(toRulesReview({ ...NO_RULES, blind: "x could not be read" }, true)),
    });
    says(blind, "None that could be read: no rule admits", "Not known: x could not be read.");
  });

  test("there are none without a policy, unless policies could not be seen", () => {
    const without = { policies: [] };
    says(explained({ namespace: without }), "select nobody? It has no policy, and so no rule.");
    const rules = seen(toRulesReview({ ...NO_RULES, blind: "x could not be read" }, true));
    const text = explained({ namespace: without, rules });
    says(text, "2. Which policies does it have? None that could be read: ");
    assert.doesNotMatch(text, /It has no policy, and so no rule/);
  });

  test("of an API that the engine does not implement count for nothing", () => {
    const ignoredPolicies = [{ policy: "CiliumNetworkPolicy.cilium.io/all", because: "no engine has it" }];
    says(
      explained({ rules: seen(toRulesReview({ ...NO_RULES, ignoredPolicies }, true)) }),
      "Count for nothing: · CiliumNetworkPolicy.cilium.io/all: no engine has it.",
    );
  });

  test("are shown with their policy, direction, place, peer and what that means, and judge nothing", () => {
    const dead = {
      policy: "p",
      direction: "egress",
      path: "spec.egress[1].to[2]",
      detail: "pods with a=b",
      selects: "nothing",
    } as const;
    const wide = {
      policy: "q",
      direction: "ingress",
      path: "spec.ingress[0].from",
      reason: "any-peer",
      detail: "everyone on TCP 80",
    } as const;
    says(
      explained({
        rules: seen(toRulesReview({ ...NO_RULES, deadPeers: [dead], overBroadRules: [wide] }, true)),
      }),
      "What was seen, and no judgement: whether it is meant so, the policies' owners know.",
      "Admit many: · q, ingress, spec.ingress[0].from: everyone on TCP 80. It admits every pod of the cluster and every address.",
      "Select no pod that policies reach: · p, egress, spec.egress[1].to[2]: pods with a=b. It selects no pod of the cluster today, as far as was seen.",
    );
  });

  test("of manifests speak of the input, which is no cluster", () => {
    const of = (selects: "nothing" | "uncounted-pods") =>
      toRulesReview(
        { ...NO_RULES, deadPeers: [{ policy: "p", direction: "egress", path: "", detail: "", selects }] },
        false,
      ).deadPeers.items.map(({ means }) => means);
    assert.match(String(of("nothing")), /no pod of the input; what is not in the input was not seen/);
    assert.match(String(of("uncounted-pods")), /^Of the input it selects only pods on the host's network/);
  });

  test("cannot steer the terminal by their names", () => {
    const problems = [{ policy: "a\u001b[31m", because: "b\u202e" }];
    const text = explained({ rules: seen(toRulesReview({ ...NO_RULES, problems }, true)) });
    says(text, String.raw`· a\u001b[31m: b\u202e.`);
  });
});
