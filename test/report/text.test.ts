import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../../lib/model/finding.ts";
import type { Report } from "../../lib/model/report.ts";
import { toWidth } from "../../lib/report/layout.ts";
import { type TextStyle, toText as toTextPieces } from "../../lib/report/text.ts";
import { agentEvidence, cleanReport, finding, namespace, sampleReport, workload } from "./sample-report.ts";

const plain: TextStyle = { color: false, columns: 80, verbose: false };

function toText(report: Report, style: TextStyle): string {
  return [...toTextPieces(report, style)].join("");
}

/** Text with line breaks and indentation folded, to look for sentences. */
function folded(report: Report, style: Partial<TextStyle> = {}): string {
  return toText(report, { ...plain, ...style }).replaceAll(/\s+/g, " ");
}

function positions(text: string, ...parts: readonly string[]): number[] {
  return parts.map((part) => {
    const position = text.indexOf(part);
    assert.notEqual(position, -1, `${part} is missing in:\n${text}`);
    return position;
  });
}

function assertInOrder(text: string, ...parts: readonly string[]): void {
  const found = positions(text, ...parts);
  assert.deepEqual(
    found,
    found.toSorted((a, b) => a - b),
    parts.join(" | "),
  );
}

test("the headline says the blind spots before anything else", () => {
  assertInOrder(
    folded(sampleReport),
    "Ringfence 0.1.0 2026-11-21 06:00 UTC 12 s",
    "INCOMPLETE 1 cluster, 1 Region and 1 account could not be looked at and 1 cluster could be read only in part. What was not seen was not judged.",
    "Clusters 3; NetworkPolicies are enforced in 1, configured but not enforced in 1 and not known to be enforced in 1.",
    "Checks 5 failed: 1 critical, 3 high, 1 medium; 1 could not be decided.",
    "── shop-prod 111122223333 eu-central-1 Kubernetes 1.33",
  );
});

test("a cluster's block goes from enforcement over namespaces to the worst findings with what to do", () => {
  assertInOrder(
    folded(sampleReport),
    "✗ CONFIGURED, NOT ENFORCED vpc-cni, standard mode NetworkPolicies are declared,",
    "Namespaces 7: 3 inert, 2 unprotected, 1 unknown, 1 empty",
    "inert cart, checkout, payments",
    "unprotected argocd, kube-system",
    "unknown search",
    "Findings 1 critical, 1 high, 1 medium, 1 not decided",
    "CRITICAL NETPOL.2 cluster shop-prod 31 NetworkPolicies in 3 namespaces select pods,",
    "$ aws eks update-addon --region eu-central-1 \\ --cluster-name shop-prod",
    "HIGH NETPOL.40 namespace argocd",
    "→ Apply the NetworkPolicies that ship with Argo CD",
    "UNKNOWN NETPOL.24 namespace search",
  );
});

test("the coverage counts the clusters and names every blind spot with why, detail and what to do", () => {
  assertInOrder(
    folded(sampleReport),
    "── Coverage",
    "5 clusters expected: 2 scanned, 1 in part, 1 missed, 1 skipped.",
    "Besides, 1 Region and 1 account could not be looked into at all; how many clusters are there is not known.",
    "✗ MISSED access-denied 777788889999, the whole account: sts:AssumeRole on RingfenceReader was denied",
    "→ Deploy deploy/member-role.yaml in the account",
    "111122223333 us-west-2, the whole Region: eks:ListClusters was denied",
    "✗ MISSED unreachable data-prod (111122223333, us-east-1): connect to the cluster's endpoint timed out",
    "→ Let the scanner's address into the endpoint's publicAccessCidrs",
    "! IN PART access-denied shop-qa (444455556666, eu-central-1): not read: nodes, policyEndpoints;",
    "- SKIPPED",
    "shop-new (111122223333, eu-central-1): the cluster is CREATING",
  );
});

test("an incomplete run ends with that, and never with a tick", () => {
  const lines = toText(sampleReport, plain).trimEnd().split("\n");
  assert.match(
    lines.slice(-4).join(" "),
    /INCOMPLETE .* ✗ 5 checks failed: 1 critical, 3 high, 1 medium\.$/s,
  );
  const incomplete = { ...cleanReport, complete: false, coverage: sampleReport.coverage };
  const [, tail = ""] = folded(incomplete).split("── Coverage");
  assert.match(tail, /INCOMPLETE/);
  assert.doesNotMatch(tail, /✓|nothing fails/);
});

test("the last line counts failures as the headline does", () => {
  const failed = sampleReport.findings
    .filter(({ status }) => status === "fail")
    .map((one, index): Finding => ({ ...one, severity: index === 0 ? "informational" : "low" }));
  const text = folded({ ...cleanReport, findings: failed });
  const low = failed.length - 1;
  assertInOrder(
    text,
    `Checks ${failed.length} failed: ${low} low, 1 informational`,
    `✗ ${failed.length} checks failed: ${low} low, 1 informational.`,
  );
});

test("what fails for information alone is no alarm, and is not passed over", () => {
  const findings = sampleReport.findings
    .filter(({ status }) => status === "fail")
    .map((one): Finding => ({ ...one, severity: "informational" }));
  const all = `${findings.length} informational checks`;
  const text = folded({ ...cleanReport, findings });
  assertInOrder(
    text,
    `Checks ${findings.length} failed: ${findings.length} informational`,
    `✓ All that was expected was looked at, and nothing fails but ${all}.`,
  );
  assert.doesNotMatch(text, /✗ \d/);
  const open = [...findings, ...findings.map((one): Finding => ({ ...one, status: "unknown" }))];
  assert.ok(
    folded({ ...cleanReport, findings: open }).includes(
      `? Nothing fails but ${all}, but not everything could be decided.`,
    ),
  );
});

test("a complete run without failures ends with the good news, and without an alarm", () => {
  const text = folded(cleanReport);
  assert.match(text, /✓ All that was expected was looked at, and nothing fails\. $/);
  assert.doesNotMatch(text, /INCOMPLETE|✗/);
});

test("a complete run that could not decide everything does not say that all is good", () => {
  const unknown = sampleReport.findings.filter(({ status }) => status === "unknown");
  assert.match(
    folded({ ...cleanReport, findings: unknown }),
    /\? Nothing fails, but not everything could be decided\. $/,
  );
});

test("a cluster of which nothing was read still has its block", () => {
  const { findings } = sampleReport;
  const dark = findings.filter(({ cluster }) => cluster === "data-prod");
  assertInOrder(
    folded({ ...sampleReport, clusters: [], findings: dark }),
    "Clusters none looked at.",
    "── data-prod 111122223333 us-east-1 ",
    "? NOT LOOKED AT see Coverage below",
    "HIGH NETPOL.9 cluster data-prod",
  );
});

test("a missed account is told once, in the coverage; other findings beyond clusters have their own block", () => {
  assert.equal(folded(sampleReport).split("777788889999").length, 2);
  const expired = finding({
    controlId: "NETPOL.29",
    title: "Exemptions should be valid",
    severity: "low",
    account: null,
    region: null,
    cluster: null,
    subject: { kind: "run", name: "exemptions" },
    because: "An exemption expired on 2026-11-01.",
    text: "Renew it or mend what it covers.",
  });
  assertInOrder(
    folded({ ...sampleReport, findings: [expired] }),
    "── Beyond clusters",
    "LOW NETPOL.29 run exemptions An exemption expired",
    "→ Renew it",
    "── Coverage",
  );
});

const longNames = Array.from({ length: 400 }, (_, index) => `namespace-with-a-long-name-${index}`);

function bigReport(): Report {
  const [first] = sampleReport.clusters;
  assert.ok(first);
  const cluster = {
    ...first,
    name: "c".repeat(100),
    namespaces: longNames.map((name) => namespace(name, "unprotected", [workload("w".repeat(253), false)])),
  };
  const findings = longNames.map((name) =>
    finding({
      controlId: "NETPOL.20",
      title: "Namespaces should have a NetworkPolicy",
      severity: "medium",
      cluster: cluster.name,
      subject: { kind: "namespace", name: name.padEnd(253, "x") },
      because: `${"A sentence that has no end and ".repeat(40)}no point.`,
      text: "Write one.",
    }),
  );
  return { ...sampleReport, clusters: [cluster], findings };
}

test("long lists are counted, not printed, and long sentences are cut at a word", () => {
  const text = folded(bigReport());
  assert.match(
    text,
    /namespace-with-a-long-name-0, … and 399 more|namespace-with-a-long-name-\d+, … and \d+ more/,
  );
  assert.match(text, /also: namespace-with-a-long-name-1x+ .*… and 398 more/);
  assert.match(text, /A sentence that has no end…|no end and…|has no…|that…|and…/);
  assert.ok(toText(bigReport(), plain).length < 12_000);
});

for (const columns of [60, 80, 120, 200])
  for (const verbose of [false, true])
    test(`no line is wider than ${columns} columns${verbose ? ", verbose" : ""}, but for arguments of commands`, () => {
      for (const report of [sampleReport, cleanReport, bigReport()]) {
        const wide = toText(report, { color: false, columns, verbose })
          .split("\n")
          .filter((line) => toWidth(line) > columns && !/'|\\$/.test(line));
        assert.deepEqual(wide, []);
      }
    });

function clusterWith(findings: readonly Finding[], because = "Nothing applies NetworkPolicies."): Report {
  const [first] = sampleReport.clusters;
  assert.ok(first);
  const cluster = { ...first, namespaces: [], enforcement: { ...first.enforcement, because } };
  return { ...cleanReport, clusters: [cluster], findings };
}

function failing(controlId: string, name: string, change: Partial<Finding> = {}): Finding {
  const base = finding({
    controlId,
    title: "t",
    severity: "medium",
    subject: { kind: "namespace", name },
    because: `In ${name}.`,
    text: "Mend it.",
  });
  return { ...base, ...change };
}

test("one control that fails in several namespaces is told once, with the others named", () => {
  const findings = [
    failing("NETPOL.20", "a"),
    failing("NETPOL.20", "b"),
    failing("NETPOL.22", "b"),
    failing("NETPOL.20", "c", { severity: "high" }),
  ];
  const text = folded(clusterWith(findings));
  assertInOrder(
    text,
    "HIGH NETPOL.20 namespace c In c.",
    "MEDIUM NETPOL.20 namespace a In a. → Mend it. also: b",
    "MEDIUM NETPOL.22 namespace b In b.",
  );
  assert.doesNotMatch(text, /In b\. → Mend it\. also|use --format json/);
});

test("what could not be decided for one reason is told once, with the controls in their order", () => {
  const subject = { kind: "cluster" as const, name: "shop-prod" };
  const unknown = { status: "unknown" as const, subject, because: "Ringfence could not read pods." };
  const findings = ["NETPOL.24", "NETPOL.9", "NETPOL.20"].map((id) => failing(id, "", unknown));
  const text = folded(clusterWith(findings));
  assert.match(
    text,
    /UNKNOWN 3 controls cluster shop-prod Ringfence could not read pods\. controls: NETPOL\.9, NETPOL\.20, NETPOL\.24 /,
  );
  assert.doesNotMatch(text, /Mend it/);
});

test("of more than five kinds of findings the rest is counted, finding by finding", () => {
  const findings = [20, 22, 23, 24, 25, 26, 27].flatMap((number) =>
    ["a", "b"].map((name) => failing(`NETPOL.${number}`, name)),
  );
  assert.match(folded(clusterWith(findings)), /… and 4 more \(use --format json\)/);
});

test("a sentence that stands right above is not said again, unless everything is asked for", () => {
  const report = clusterWith([
    failing("NETPOL.2", "shop-prod", { because: "Nothing applies NetworkPolicies." }),
  ]);
  assert.equal(folded(report).split("Nothing applies NetworkPolicies.").length, 2);
  assert.equal(folded(report, { verbose: true }).split("Nothing applies NetworkPolicies.").length, 3);
});

test("a finding from a manifest names file and line", () => {
  const evidence = [{ ...agentEvidence, file: "manifests/a.yaml", line: 12 }];
  const report = clusterWith([failing("NETPOL.20", "a", { evidence })]);
  assert.match(folded(report), /MEDIUM NETPOL\.20 namespace a manifests\/a\.yaml:12 In a\./);
  assert.match(
    folded(report, { verbose: true }),
    /\(the agent is there and told not to enforce\) \[manifests\/a\.yaml:12\]/,
  );
});

test("verbose leaves nothing out: every finding, its evidence, every workload, how the verdict was reached", () => {
  const text = folded(sampleReport, { verbose: true });
  assertInOrder(
    text,
    "· Kubernetes API, daemonset kube-system/aws-node: container aws-eks-nodeagent runs with --enable-network-policy=false (the agent is there and told not to enforce)",
    "node ip-10-0-1-17.eu-central-1.compute.internal: ec2, vpc-cni, not-enforced, 41 pods; the agent is told not to enforce",
    "Deployment checkout-worker (3 pods): in not known (a policy has a field that we do not know)",
    "→ Switch enforcement on in the vpc-cni add-on",
    "not seen: daemonSets, agentPods, vpcCniConfigMap",
    "PASS NETPOL.2 cluster shop-test",
  );
  assert.doesNotMatch(folded(bigReport(), { verbose: true }), /use --format json/);
});

test("policies that the controller has not processed stand with their namespace", () => {
  const clusters = sampleReport.clusters.map((cluster) => ({
    ...cluster,
    namespaces: [{ ...namespace("a", "inert", []), unprocessedPolicies: ["deny", "web"] }],
  }));
  assert.match(folded({ ...sampleReport, clusters }, { verbose: true }), /not processed: deny, web/);
});

test("an isolated workload whose openness is not known is not called isolated and done", () => {
  const base = workload("api", true);
  const report = (change: Partial<typeof base.ingress>): string => {
    const one = { ...base, ingress: { ...base.ingress, ...change } };
    const clusters = sampleReport.clusters.map((cluster) => ({
      ...cluster,
      namespaces: [namespace("a", "partial", [one])],
    }));
    return folded({ ...sampleReport, clusters }, { verbose: true });
  };
  assert.match(
    report({ openToCluster: null, because: "a selector" }),
    /in isolated, but how open is not known \(a selector\);/,
  );
  assert.match(
    report({ openToCluster: true, openToExternal: true, nullifiedBy: ["allow-all"] }),
    /in open to the cluster and any address by allow-all;/,
  );
  assert.match(report({ externalShare: 0.629 }), /in open to 62 % of all addresses;/);
  assert.match(report({ externalShare: 0.49 }), /in isolated;/);
});

test("an offline report says that it takes enforcement for granted", () => {
  const clusters = cleanReport.clusters.map((cluster) => ({
    ...cluster,
    account: null,
    region: null,
    namespaces: cluster.namespaces.map((one) => ({ ...one, assumesEnforcement: true })),
  }));
  const probes = [
    {
      from: "a/deployment/b",
      to: "external",
      port: 443,
      protocol: "TCP",
      allowed: false,
      because: "egress is denied.",
    },
    {
      from: "external",
      to: "a/deployment/b",
      port: "http",
      protocol: "TCP",
      allowed: null,
      because: "a named port.",
    },
  ];
  const coverage = [
    {
      account: null,
      region: null,
      cluster: "manifests",
      file: "a.yaml",
      line: 7,
      outcome: "missed" as const,
      why: "malformed" as const,
      detail: "not YAML",
    },
  ];
  assertInOrder(
    folded({ ...cleanReport, clusters, probes, coverage, complete: false }),
    "INCOMPLETE 1 document could not be looked at.",
    "── shop-test Kubernetes 1.32",
    "As the policies say: whether anything enforces them was not in the input.",
    "✗ denied a/deployment/b -> external:443/TCP: egress is denied.",
    "? unknown external -> a/deployment/b:http/TCP: a named port.",
    "0 clusters expected: 0 scanned, 0 in part, 0 missed, 0 skipped.",
    "✗ MISSED malformed a.yaml:7: not YAML → Mend the document, or leave the file out.",
  );
});

/** Every text of the report replaced by a hostile one; numbers, verdicts and the like stay. */
function poisoned(value: unknown, hostile: string): unknown {
  if (Array.isArray(value)) return value.map((inner) => poisoned(inner, hostile));
  if (typeof value !== "object" || value === null) return value;
  const foreign = new Set([
    "name",
    "because",
    "detail",
    "source",
    "object",
    "observed",
    "means",
    "command",
    "text",
    "account",
    "region",
    "cluster",
    "version",
  ]);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      typeof inner === "string" && foreign.has(key)
        ? `${inner}${hostile}`
        : key === "commands"
          ? [hostile]
          : poisoned(inner, hostile),
    ]),
  );
}

const hostile = "\u001b]0;owned\u0007\u001b[2J\u009b31m\r\n\u202egnp\u2066\u200b\u0000";

for (const verbose of [false, true])
  test(`nothing hostile reaches the terminal${verbose ? ", verbose" : ""}`, () => {
    const report: Report = Object.assign({ ...sampleReport }, poisoned(sampleReport, hostile));
    const text = toText(report, { ...plain, verbose });
    assert.match(text, /\\u001b/);
    assert.doesNotMatch(text.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    const lines = toText(sampleReport, { ...plain, verbose }).split("\n").length;
    assert.ok(text.split("\n").length < lines * 8, "no line breaks came in from outside");
  });

test("colour adds only colours: without them the text is the same", () => {
  const colored = toText(sampleReport, { ...plain, color: true });
  // eslint-disable-next-line no-control-regex -- the colours themselves
  assert.match(colored, /\u001b\[31m {2}✗ CONFIGURED, NOT ENFORCED/);
  // eslint-disable-next-line no-control-regex -- the colours themselves
  assert.equal(colored.replaceAll(/\u001b\[\d+m/g, ""), toText(sampleReport, plain));
});

test("a command is broken only between arguments, so that it can be copied", () => {
  const lines = toText(sampleReport, plain).split("\n");
  const start = lines.findIndex((line) => line.includes("$ aws eks update-addon"));
  const command = lines.slice(start, start + 4).join("\n");
  assert.equal(
    command.replaceAll(/ \\\n\s+/g, " ").trim(),
    `$ aws eks update-addon --region eu-central-1 --cluster-name shop-prod --addon-name vpc-cni --configuration-values '{"enableNetworkPolicy":"true"}' --resolve-conflicts PRESERVE`,
  );
});

test("wide characters are counted as two cells", () => {
  assert.equal(toWidth("店🦊a\u0301"), 5);
});

test("what is exempt stays visible, with who accepted it, until when and why", () => {
  const [first, ...others] = sampleReport.findings;
  assert.ok(first !== undefined);
  const exemption = { until: "2027-01-31", owner: "team-web", reason: "Moves out", source: "exemptions[0]" };
  const findings = [{ ...first, status: "exempt" as const, exemption }, ...others];
  const text = toText({ ...sampleReport, findings }, { color: false, columns: 100, verbose: false });
  assert.match(text, /; 1 exempt\.$/m);
  assert.match(text, /EXEMPT +NETPOL\.2 .*\n +Exempt until 2027-01-31, owner team-web: Moves out\n/);
});
