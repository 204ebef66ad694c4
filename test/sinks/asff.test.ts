import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { findFormatProblem } from "../../emulator/aws/security-hub/finding-format.ts";
import { CHANGES, SEVERITIES, STATUSES, SUBJECT_KINDS, type Finding } from "../../lib/model/finding.ts";
import type { ClusterDescription } from "../../lib/model/snapshot.ts";
import { toAsff, type AsffContext } from "../../lib/sinks/security-hub.ts";
import { agentEvidence, finding } from "../report/sample-report.ts";

const cluster: ClusterDescription = {
  name: "shop-prod",
  arn: "arn:aws:eks:eu-central-1:111122223333:cluster/shop-prod",
  status: "ACTIVE",
  createdAt: "2025-03-01T08:30:00Z",
  version: "1.33",
  platformVersion: "eks.9",
  endpoint: "https://0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com",
  certificateAuthorityData: "LS0tLS1CRUdJTg==",
  authenticationMode: "API",
  endpointPublicAccess: true,
  endpointPrivateAccess: true,
  publicAccessCidrs: ["203.0.113.0/24"],
  autoMode: false,
  hybridNodes: false,
  outpost: false,
  id: null,
  ipFamily: "ipv4",
  serviceCidr: "172.20.0.0/16",
  connected: false,
  tags: {},
  resourcesVpcConfig: {
    securityGroupIds: [],
    subnetIds: ["subnet-1", "subnet-2"],
    clusterSecurityGroupId: "sg-1",
  },
  roleArn: "arn:aws:iam::111122223333:role/eks",
};

const context: AsffContext = {
  productArn: "arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default",
  accountId: "111122223333",
  region: "eu-central-1",
  partition: "aws",
  now: new Date("2026-11-21T06:00:12.345Z"),
  createdAt: "2026-10-01T06:00:00.000Z",
  cluster,
  frameworks: [
    { framework: "CIS EKS", id: "4.3.2", origin: "benchmark" },
    { framework: "CIS Kubernetes", id: "5.3.2", origin: "mapping" },
  ],
};

const unprotected = finding({
  controlId: "NETPOL.20",
  title: "Namespaces should have a NetworkPolicy",
  severity: "medium",
  subject: { kind: "namespace", name: "payments" },
  because: "The namespace has 7 workloads and no NetworkPolicy.",
  evidence: [agentEvidence],
  text: "Start with a policy that denies all ingress and egress.",
  commands: ["ringfence fix --cluster shop-prod --namespace payments --output ./fix"],
});

test("golden: a failed namespace in the AWS Security Finding Format", () => {
  assert.deepEqual(toAsff(unprotected, context), {
    SchemaVersion: "2018-10-08",
    Id: "ringfence/eu-central-1/111122223333/shop-prod/NETPOL.20/e6395c8504cbe2cb",
    ProductArn: "arn:aws:securityhub:eu-central-1:111122223333:product/111122223333/default",
    GeneratorId: "ringfence/NETPOL.20",
    AwsAccountId: "111122223333",
    CreatedAt: "2026-10-01T06:00:00.000Z",
    UpdatedAt: "2026-11-21T06:00:12.345Z",
    FirstObservedAt: "2026-10-01T06:00:00.000Z",
    LastObservedAt: "2026-11-21T06:00:12.345Z",
    CompanyName: "Ringfence",
    ProductName: "Ringfence",
    Title: "NETPOL.20 Namespaces should have a NetworkPolicy",
    Description: "The namespace has 7 workloads and no NetworkPolicy.",
    Remediation: {
      Recommendation: {
        Text: "Start with a policy that denies all ingress and egress. ringfence fix --cluster shop-prod --namespace payments --output ./fix",
      },
    },
    ProductFields: {
      "ringfence/Control": "NETPOL.20",
      "ringfence/Status": "fail",
      "ringfence/Cluster": "shop-prod",
      "ringfence/SubjectKind": "namespace",
      "ringfence/SubjectName": "payments",
    },
    Resources: [
      {
        Type: "AwsEksCluster",
        Id: "arn:aws:eks:eu-central-1:111122223333:cluster/shop-prod",
        Partition: "aws",
        Region: "eu-central-1",
        Details: {
          AwsEksCluster: {
            Name: "shop-prod",
            Arn: "arn:aws:eks:eu-central-1:111122223333:cluster/shop-prod",
            Version: "1.33",
            Endpoint: "https://0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com",
            RoleArn: "arn:aws:iam::111122223333:role/eks",
            ResourcesVpcConfig: { SubnetIds: ["subnet-1", "subnet-2"], EndpointPublicAccess: true },
          },
        },
      },
      {
        Type: "Other",
        Id: "arn:aws:eks:eu-central-1:111122223333:cluster/shop-prod/namespace/payments",
        Partition: "aws",
        Region: "eu-central-1",
        Details: {
          Other: {
            SubjectKind: "namespace",
            SubjectName: "payments",
            Status: "fail",
            Because: "The namespace has 7 workloads and no NetworkPolicy.",
            Evidence1:
              "Kubernetes API, daemonset kube-system/aws-node: container aws-eks-nodeagent runs with --enable-network-policy=false (the agent is there and told not to enforce)",
            Evidence1Command:
              "kubectl -n kube-system get daemonset aws-node -o jsonpath='{.spec.template.spec.containers[*].args}'",
          },
        },
      },
    ],
    Compliance: { Status: "FAILED", RelatedRequirements: ["CIS EKS 4.3.2", "CIS Kubernetes 5.3.2"] },
    RecordState: "ACTIVE",
    FindingProviderFields: {
      Severity: { Label: "MEDIUM", Original: "medium" },
      Types: ["Software and Configuration Checks/AWS Security Best Practices/Network Reachability"],
    },
  });
});

const statuses: readonly (readonly [
  status: Finding["status"],
  compliance: string,
  label: string,
  reason: string | null,
  remedy: boolean,
])[] = [
  ["fail", "FAILED", "CRITICAL", null, true],
  ["unknown", "NOT_AVAILABLE", "CRITICAL", "NOT_OBSERVED", true],
  ["pass", "PASSED", "INFORMATIONAL", null, false],
  ["exempt", "WARNING", "INFORMATIONAL", "EXEMPT", false],
  ["not-applicable", "NOT_AVAILABLE", "INFORMATIONAL", "NOT_APPLICABLE", false],
];

for (const [status, compliance, label, reason, remedy] of statuses) {
  test(`${status} is ${compliance} with severity ${label}`, () => {
    const { Compliance, FindingProviderFields, Remediation } = toAsff(
      { ...unprotected, status, severity: "critical" },
      context,
    );
    assert.equal(Compliance.Status, compliance);
    assert.equal(FindingProviderFields.Severity.Label, label);
    assert.equal(FindingProviderFields.Severity.Original, "critical");
    assert.deepEqual(
      Compliance.StatusReasons,
      reason === null ? undefined : [{ ReasonCode: reason, Description: unprotected.because }],
    );
    assert.equal(Remediation !== undefined, remedy);
  });
}

test("only what vanished is archived", () => {
  for (const change of CHANGES)
    assert.equal(
      toAsff({ ...unprotected, change }, context).RecordState,
      change === "vanished" ? "ARCHIVED" : "ACTIVE",
    );
});

test("a finding about the cluster has one resource, with its details and the evidence", () => {
  const about = { ...unprotected, subject: { kind: "cluster" as const, name: "shop-prod" } };
  const [resource, ...others] = toAsff(about, context).Resources;
  assert.deepEqual(others, []);
  assert.equal(resource?.Type, "AwsEksCluster");
  assert.equal(resource?.Details?.AwsEksCluster?.["Version"], "1.33");
  assert.match(resource?.Details?.Other?.["Evidence1"] ?? "", /aws-eks-nodeagent/);
});

test("a cluster that was not described is named by the ARN that it must have", () => {
  const { cluster: _, ...blind } = context;
  const [resource] = toAsff(unprotected, { ...blind, partition: "aws-us-gov" }).Resources;
  assert.deepEqual(resource, {
    Type: "AwsEksCluster",
    Id: "arn:aws-us-gov:eks:eu-central-1:111122223333:cluster/shop-prod",
    Partition: "aws-us-gov",
    Region: "eu-central-1",
  });
});

test("an account that could not be entered goes to the scanner's hub and stays the resource", () => {
  const blind = {
    ...unprotected,
    account: "444455556666",
    region: null,
    cluster: null,
    subject: { kind: "account" as const, name: "444455556666" },
  };
  const asff = toAsff(blind, { ...context, cluster: null });
  assert.equal(asff.AwsAccountId, "111122223333");
  assert.deepEqual(
    asff.Resources.map(({ Type, Id, Region }) => [Type, Id, Region]),
    [["AwsAccount", "AWS::::Account:444455556666", "eu-central-1"]],
  );
});

test("a finding of the run is about the scanner's own account; a kubeconfig's cluster has no ARN", () => {
  const run = {
    ...unprotected,
    account: null,
    region: null,
    cluster: null,
    subject: { kind: "run" as const, name: "accounts" },
  };
  assert.equal(toAsff(run, { ...context, cluster: null }).Resources[0]?.Id, "AWS::::Account:111122223333");
  const kind = { ...unprotected, account: null, region: null, cluster: "kind-dev" };
  const [resource] = toAsff(kind, { ...context, cluster: null }).Resources;
  assert.deepEqual([resource?.Type, resource?.Id], ["Other", "kubernetes/kind-dev"]);
});

const long = "long ".repeat(500);

test("texts are cut to their limits, at a word, and never through an emoji", () => {
  const asff = toAsff(
    {
      ...unprotected,
      title: `${"x".repeat(244)}🦊🦊🦊`,
      because: `${"a".repeat(1022)}🦊 and more`,
      evidence: [{ ...agentEvidence, observed: long, command: `${"b".repeat(1022)}🦊` }],
      remediation: { text: long, commands: ["kubectl x"], files: [] },
    },
    context,
  );
  assert.equal(asff.Title, `NETPOL.20 ${"x".repeat(244)}…`);
  assert.equal(asff.Description, `${"a".repeat(1022)}…`);
  assert.match(asff.Remediation?.Recommendation.Text ?? "", /^(?:long ){101}long…$/);
  const other = asff.Resources[1]?.Details?.Other ?? {};
  assert.match(other["Evidence1"] ?? "", / long…$/);
  assert.ok((other["Evidence1"] ?? "").length <= 1023);
  assert.equal(other["Evidence1Command"], undefined, "half a command is worse than none");
});

test("a command that does not fit beside its sentence is left out whole", () => {
  const remediation = { text: "Switch it on.", commands: ["x".repeat(600)], files: [] };
  assert.equal(
    toAsff({ ...unprotected, remediation }, context).Remediation?.Recommendation.Text,
    "Switch it on.",
  );
  const alone = { text: "", commands: ["x".repeat(600)], files: [] };
  assert.equal(toAsff({ ...unprotected, remediation: alone }, context).Remediation, undefined);
});

test("empty and blank texts are never sent", () => {
  const blank = { source: " ", object: "", observed: "", means: "", command: "  " };
  const asff = toAsff(
    {
      ...unprotected,
      because: " \u00a0 ",
      cluster: "",
      evidence: [blank],
      remediation: { text: " ", commands: [""], files: [] },
    },
    {
      ...context,
      cluster: {
        ...cluster,
        status: "",
        version: null,
        endpoint: "",
        roleArn: null,
        endpointPublicAccess: null,
        resourcesVpcConfig: null,
      },
    },
  );
  assert.equal(asff.Description, "Namespaces should have a NetworkPolicy");
  assert.equal(asff.Remediation, undefined);
  assert.deepEqual(asff.Resources[0]?.Details?.AwsEksCluster, { Name: "shop-prod", Arn: cluster.arn });
  assert.equal(findFormatProblem(JSON.parse(JSON.stringify(asff))), null);
});

test("of more evidence than there is room for, the rest is counted", () => {
  const evidence = Array.from({ length: 40 }, () => agentEvidence);
  const other = toAsff({ ...unprotected, evidence }, context).Resources[1]?.Details?.Other ?? {};
  assert.equal(other["EvidenceNotShown"], "30");
  assert.ok(Object.keys(other).length <= 50);
});

test("at most 32 requirements of at most 64 characters", () => {
  const frameworks = Array.from({ length: 40 }, (_, i) => ({
    framework: "NSA/CISA" as const,
    id: `${i}${"x".repeat(80)}`,
    origin: "mapping" as const,
  }));
  const { RelatedRequirements = [] } = toAsff(unprotected, { ...context, frameworks }).Compliance;
  assert.equal(RelatedRequirements.length, 32);
  assert.ok(RelatedRequirements.every(({ length }) => length <= 64));
});

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 3000 }),
  fc.constantFrom("", " ", "__proto__", "\u001b[31m", "🦊".repeat(700)),
);

const anyFinding: fc.Arbitrary<Finding> = fc.record({
  id: fc.constant(unprotected.id),
  controlId: fc.constant("NETPOL.20"),
  title: fc.string({ unit: "grapheme", minLength: 1 }).map((text) => `T${text}`),
  status: fc.constantFrom(...STATUSES),
  severity: fc.constantFrom(...SEVERITIES),
  account: fc.option(fc.constant("111122223333")),
  region: fc.option(fc.constant("eu-central-1")),
  cluster: fc.option(anyText),
  subject: fc.record({ kind: fc.constantFrom(...SUBJECT_KINDS), name: anyText }),
  because: anyText,
  evidence: fc.array(
    fc.record({ source: anyText, object: anyText, observed: anyText, means: anyText, command: anyText }),
    { maxLength: 15 },
  ),
  remediation: fc.record({
    text: anyText,
    commands: fc.array(anyText, { maxLength: 3 }),
    files: fc.constant([]),
  }),
  change: fc.constantFrom(...CHANGES),
});

test("law: whatever a finding says, Security Hub's format takes it and it stays under 240 KB", () => {
  fc.assert(
    fc.property(anyFinding, fc.boolean(), (one, isDescribed) => {
      const asff = toAsff(one, { ...context, cluster: isDescribed ? cluster : null });
      const json = JSON.stringify(asff);
      assert.equal(findFormatProblem(JSON.parse(json)), null);
      assert.ok(Buffer.byteLength(json) < 240_000);
      assert.doesNotMatch(json, /(?<!\\)\\u[dD][89a-fA-F]/, "half a surrogate pair");
    }),
  );
});
