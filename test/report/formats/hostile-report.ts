// The sample report with one text in every place where a name or a sentence from outside can stand.

import type { Evidence, Finding } from "../../../lib/model/finding.ts";
import type { ClusterReport, Report } from "../../../lib/model/report.ts";
import { sampleReport } from "../sample-report.ts";

export const HOSTILE_TEXTS: readonly string[] = [
  "<script>alert(1)</script>",
  '"><img src=x onerror="alert(1)">',
  "</script><!-- ]]> --> &amp; &#x3c;",
  '=HYPERLINK("http://evil.example","click")',
  "+1+cmd|' /C calc'!A0",
  "-2+3",
  "@SUM(1;2)",
  "\t=1",
  "\r=1",
  "\uff1d1+1",
  "two\r\nlines, and a comma",
  "a|b|c",
  "```js\nbreak out\n```",
  "`code` **bold** _em_ ~~gone~~ # heading",
  "[link](javascript:alert(1)) <https://evil.example> www.evil.example https://evil.example",
  "@octocat and @org/team, #1 GH-1 owner/repo#2",
  "\u202egnp.exe\u2066\u200b\ufeff",
  "\u0000\u0007\u001b[31m\u009b\ud800",
  "x".repeat(253),
  "__proto__",
  "constructor",
  "ns,\"quoted\",'single'",
  " leading and trailing ",
  "",
];

export function withText(text: string): Report {
  return {
    ...sampleReport,
    coverage: sampleReport.coverage.map((entry) => ({
      ...entry,
      ...(entry.cluster === null ? {} : { cluster: text }),
      detail: text,
    })),
    clusters: sampleReport.clusters.map((cluster) => toHostileCluster(cluster, text)),
    findings: sampleReport.findings.map((finding) => toHostileFinding(finding, text)),
    probes: [{ from: text, to: text, port: text, protocol: "TCP", allowed: null, because: text }],
  };
}

function toHostileCluster(cluster: ClusterReport, text: string): ClusterReport {
  const direction = { policies: [text], nullifiedBy: [text], because: text };
  return {
    ...cluster,
    name: text,
    version: text,
    enforcement: {
      ...cluster.enforcement,
      because: text,
      evidence: [toEvidence(text)],
      missing: [text],
      nodes: cluster.enforcement.nodes.map((node) => ({ ...node, name: text, because: text })),
    },
    namespaces: cluster.namespaces.map((namespace) => ({
      ...namespace,
      name: text,
      policies: [text],
      deadPolicies: [text],
      workloads: namespace.workloads.map((workload) => ({
        ...workload,
        kind: text,
        name: text,
        ingress: { ...workload.ingress, ...direction },
        egress: { ...workload.egress, ...direction },
      })),
    })),
  };
}

function toHostileFinding(finding: Finding, text: string): Finding {
  return {
    ...finding,
    title: text,
    ...(finding.cluster === null ? {} : { cluster: text }),
    subject: { ...finding.subject, name: text },
    because: text,
    evidence: [toEvidence(text)],
    remediation: { text, commands: [text], files: [{ name: text, content: text }] },
  };
}

function toEvidence(text: string): Evidence {
  return { source: text, object: text, observed: text, means: text, command: text, file: text, line: 7 };
}
