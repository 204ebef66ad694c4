// What users of other scanners complain of, and the test that keeps it from happening here. The list is checked: each
// test is there under its name, and each complaint that carries an issue's number is named once.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

type Row = readonly [complaint: string, file: string, name: string];

const ENFORCEMENT: readonly Row[] = [
  [
    "Prowler: passes when a cluster has a security group, which every cluster has",
    "controls/netpol-1.test.ts",
    "switched off explicitly fails",
  ],
  [
    "Prowler: an absent enableNetworkPolicy is MANUAL, and MANUAL never reaches Security Hub",
    "controls/netpol-1.test.ts",
    "an absent key is the documented default, off, and that is evidence",
  ],
  [
    "Kubescape C-0230: fails every cluster that enforces by the VPC CNI",
    "enforcement/rows-vpc-switches.ts",
    "both switches on, agents ready",
  ],
  [
    "Kubescape C-0230: passes Calico and Cilium with policy switched off",
    "enforcement/rows-engines.ts",
    "Cilium, never",
  ],
  [
    "kube-bench 5.4.4: a permanent warning that never looks",
    "controls/netpol-2.test.ts",
    "an engine that enforces passes",
  ],
  [
    "hardeneks, popeye, polaris, kube-score, trivy, checkov: judge policies although nothing may enforce them",
    "controls/netpol-2.test.ts",
    "the trap: configured, processed, applied by nothing",
  ],
];

const ISOLATION: readonly Row[] = [
  [
    "C-0260, checkov, netpol-audit: matchExpressions are ignored",
    "netpol/peers.test.ts",
    "C-0260, checkov, netpol-audit: matchExpressions of a podSelector are ignored",
  ],
  [
    "popeye, netpol-audit: policyTypes is not defaulted",
    "netpol/peers.test.ts",
    "popeye, netpol-audit: policyTypes is not defaulted",
  ],
  [
    "several: namespaceSelector {} is taken for the same namespace",
    "netpol/peers.test.ts",
    "several: namespaceSelector {} is taken for the policy's own namespace",
  ],
  [
    "several: a rule with ports only is called an allow-all",
    "netpol/peers.test.ts",
    "several: a rule with ports only is called an allow-all",
  ],
  [
    "popeye#311: the short name networkpolicies is Calico's",
    "netpol/peers.test.ts",
    "popeye#311: Calico's NetworkPolicy is read as the one of Kubernetes",
  ],
  [
    "several: hostNetwork and finished pods are counted",
    "netpol/peers.test.ts",
    "several: hostNetwork and finished pods are counted",
  ],
  [
    "several: pods on Fargate and Windows are counted as policed",
    "enforcement/rows-compute.ts",
    "EC2, Auto Mode, Fargate and Windows in one cluster",
  ],
  [
    "hardeneks: GitOps namespaces are ignored by default",
    "netpol/peers.test.ts",
    "hardeneks: namespaces of GitOps controllers are ignored",
  ],
  [
    "any-policy rules: fleet-agent's own default-allow-all passes",
    "netpol/peers.test.ts",
    "any policy in the namespace: fleet-agent's own default-allow-all passes",
  ],
];

const NOT_LOOKED: readonly Row[] = [
  [
    "kube-bench 4.3.2: a Forbidden prints PASS",
    "scan/publish-cluster.test.ts",
    "kube-bench 4.3.2, prowler#7597: what was forbidden is neither passed nor failed",
  ],
  [
    "prowler#7597, prowler#2431: a missing permission is PASS or FAIL",
    "scenarios/bad-accounts.test.ts",
    "without ${action}: ${gap}",
  ],
  [
    "Prowler: an exception in the middle leaves defaults, which pass",
    "scenarios/bad-clusters.test.ts",
    "again and again: incomplete, and no namespace is judged by half a list",
  ],
  [
    "Prowler: a Region whose ListClusters is denied has all its findings archived",
    "scan/publish-emulated.test.ts",
    "prowler: a Region that refuses ListClusters on the second run archives nothing there",
  ],
];

const PUBLISHING: readonly Row[] = [
  [
    "prowler#1626: a partial scan archives the rest",
    "scan/reconcile.test.ts",
    "prowler#1626: a partial scan archives nothing",
  ],
  [
    "prowler#1867: scan errors archive",
    "scan/reconcile.test.ts",
    "prowler#1867: a scan that ended in errors archives nothing, and says unknown of what it can name",
  ],
  [
    "prowler#2190: a Region with no finding left is never archived",
    "scan/reconcile.test.ts",
    "prowler#2190: a complete look that finds nothing at all archives what was there",
  ],
  [
    "prowler#2843: findings of deleted resources pile up",
    "scan/reconcile.test.ts",
    "prowler#2843: what was deleted is archived although it had passed",
  ],
  [
    "kube-bench#1116, kube-bench#879: a time in the id makes duplicates",
    "scan/publish-findings.test.ts",
    "kube-bench#1116: another day is not another finding",
  ],
  [
    "kube-bench#1179, kube-bench#1190: clusters overwrite each other",
    "scan/publish-cluster.test.ts",
    "kube-bench#1179: clusters do not overwrite each other",
  ],
  [
    "hardeneks: ids without rule, cluster and account",
    "model/finding-id.test.ts",
    "another ${what} gives another id",
  ],
  [
    "kube-bench: sends everything in every batch, so that more than 100 break",
    "sinks/security-hub.test.ts",
    "250 findings are three batches of at most 100, in order, each finding once",
  ],
  [
    "kube-bench#903, prowler#5498, cloud-custodian#3603: texts beyond the limits are refused",
    "sinks/asff.test.ts",
    "texts are cut to their limits, at a word, and never through an emoji",
  ],
  [
    "prowler#5004: a 429 of GetFindings reads as an empty hub",
    "scan/publish-findings.test.ts",
    "prowler#5004: a throttled GetFindings is not an empty hub: nothing is told, and that is said",
  ],
  [
    "prowler#2840: findings are imported one by one and throttled",
    "aws/security-hub-quota.test.ts",
    "60 imports at once: within a burst of 30 and then 10 a second, beside the reads",
  ],
  [
    "prowler#867, prowler#4372: an administrator cannot import for members",
    "handlers/run.test.ts",
    "the findings of the chunk stand in its account's own hub, what is wider in the scanner's",
  ],
  [
    "prowler#8589: CreatedAt is reset in every run",
    "scan/reconcile.test.ts",
    "prowler#8589, CreatedAt is not reset: it is the first day, in every later sending",
  ],
  [
    "Prowler: only the first failed finding is logged",
    "scan/publish-findings.test.ts",
    "prowler: every failed finding is named, not only the first, and lies in the dead letters",
  ],
  [
    "ElectricEye: the answer of an import is not read",
    "sinks/security-hub.test.ts",
    "counts that do not add up are believed by nobody: everything is imported again, and then named",
  ],
  [
    "aws-securityhub-to-slack#1: the same alert again and again",
    "scan/digest-outbox.test.ts",
    "the first run says where things stand; then nothing is sent and nothing written while nothing changes",
  ],
  [
    "aws-securityhub-to-slack#16, prowler#4843: counts without content",
    "sinks/sns.test.ts",
    "the text says the blind spots first, then what changed, what is worst and what was not published",
  ],
];

const ACCESS: readonly Row[] = [
  [
    "aws-lambda-layer-kubectl#32, aws-cdk#9866: private endpoints time out without a word",
    "cli/doctor.test.ts",
    "a private endpoint, seen from outside",
  ],
  [
    "landing-zone-accelerator#556: a new account's quota of 10 breaks the fan-out",
    "cli/doctor.test.ts",
    "a Lambda quota of 10",
  ],
  [
    "landing-zone-accelerator#556: reserved concurrency fails to deploy",
    "e2e/deploy/package.test.ts",
    "each function has a role, a log group with an end, a supported runtime, and no reserved concurrency",
  ],
  [
    "prowler#8250, steampipe-plugin-aws#1672: accounts of big estates are dropped in silence",
    "scan/discover.test.ts",
    "an included account that the organization does not have is missed, not forgotten",
  ],
  [
    "prowler#7454: memory grows from run to run",
    "e2e/faults/soak.faults.ts",
    "200 runs in one process hold no more than 50 did",
  ],
  [
    "domain-protect#287: a role is assumed per Region, until time is up",
    "aws/reuse.test.ts",
    "concurrent callers share one making",
  ],
  [
    "people fear that inert policies take effect at once",
    "cli/fix.test.ts",
    "the files of every failure, a README, and the exit code of a scan",
  ],
];

const ALL = { ENFORCEMENT, ISOLATION, NOT_LOOKED, PUBLISHING, ACCESS };

for (const [group, rows] of Object.entries(ALL))
  describe(group, () => {
    for (const [complaint, file, name] of rows)
      test(complaint, () => {
        const text = readFileSync(join(import.meta.dirname, file), "utf8");
        const isThere = ["test(", "describe(", "name: "].some((call) =>
          ['"', "`"].some((quote) => text.includes(`${call}${quote}${name}${quote}`)),
        );
        assert.ok(isThere, `test/${file} has no test named: ${name}`);
      });
  });

test("each issue is named once", () => {
  const issues = Object.values(ALL)
    .flat()
    .flatMap(([complaint]) => complaint.match(/[\w-]+#\d+/g) ?? []);
  const twice = issues.filter((issue, index) => issues.indexOf(issue) !== index);
  assert.deepEqual(twice, ["landing-zone-accelerator#556"], "it is two complaints");
});
