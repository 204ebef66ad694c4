import assert from "node:assert/strict";
import { test } from "node:test";
import { netpol9 } from "../../lib/controls/netpol-9.ts";
import type { InputTypes } from "../../lib/model/control.ts";
import type { ClusterDescription } from "../../lib/model/snapshot.ts";
import { seen, unseen } from "../../lib/model/observed.ts";
import { unseenFacts } from "../../lib/model/snapshot.ts";
import { evaluateControl } from "../../lib/scan/evaluate-control.ts";
import { testControl } from "./control-table.ts";

const cluster: ClusterDescription = {
  name: "payments",
  arn: "arn:aws:eks:eu-central-1:111122223333:cluster/payments",
  status: "ACTIVE",
  createdAt: "2025-01-01T00:00:00.000Z",
  version: "1.34",
  platformVersion: "eks.3",
  endpoint: "https://0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com",
  certificateAuthorityData: "",
  authenticationMode: "API",
  endpointPublicAccess: true,
  endpointPrivateAccess: false,
  publicAccessCidrs: ["0.0.0.0/0"],
  autoMode: null,
  hybridNodes: false,
  outpost: false,
  id: null,
  ipFamily: "ipv4",
  serviceCidr: "10.100.0.0/16",
  connected: false,
  tags: {},
  resourcesVpcConfig: null,
  roleArn: null,
};

const level1: Partial<InputTypes> = {
  cluster,
  namespaces: [],
  pods: [],
  daemonSets: [],
  networkPolicies: [],
  vpcCniAddon: null,
  vpcCniConfigMap: null,
  apiGroups: [],
  capabilities: [],
  jobs: [],
  services: [],
  agentPods: [],
  podsOnUncoveredNodes: {},
  ciliumConfigMap: null,
  antreaConfigMap: null,
};

const { pods: _, ...withoutPods } = level1;
const { vpcCniAddon: __, ...withoutAddon } = level1;

testControl(
  netpol9,
  [
    {
      name: "everything read passes",
      facts: { ...level1, nodes: [] },
      expect: { payments: { status: "pass", because: /nodes too/ } },
    },
    {
      name: "level 1 passes, and says what it cannot see",
      facts: level1,
      expect: { payments: { status: "pass", because: /nodes and custom resources not \(access-denied\)/ } },
    },
    {
      name: "one denied resource is a failure that names it",
      facts: withoutPods,
      expect: { payments: { status: "fail", because: /could not read pods of cluster payments/ } },
    },
    {
      name: "a denied DescribeAddon is one, too: the coverage is partial",
      facts: withoutAddon,
      expect: { payments: { status: "fail", because: /could not read vpcCniAddon of cluster payments/ } },
    },
    {
      name: "a cluster that nothing could be read of fails",
      expect: {
        payments: {
          status: "fail",
          because: /could not read cluster, vpcCniAddon, capabilities and \d+ more of cluster payments: \S/,
        },
      },
    },
  ],
  {
    unknown: "not seeing is exactly what it judges",
    "not-applicable": "every cluster in scope is to be seen",
  },
);

const PAYMENTS = { cluster: "payments", region: "eu-west-1" };

test("where EKS does not tell of the cluster, its commands name the Region all the same", () => {
  const dark = unseen("access-denied", "AccessDeniedException");
  const pictures = { enforcement: dark, enforcementDetail: dark, isolation: dark, gitOps: dark };
  const inputs = { ...unseenFacts(dark), ...pictures };
  const [verdict] = evaluateControl(netpol9, inputs, PAYMENTS, { unjudgedNamespaces: [] });
  const commands = new Set(verdict?.evidence.map(({ command }) => command));
  assert.ok(commands.has("aws eks list-addons --cluster-name payments --region eu-west-1"));
});

test("a cluster that is not reached is told the way there, and nothing of access entries", () => {
  const dark = unseen("unreachable", "no connection within 5000 ms");
  const pictures = { enforcement: dark, enforcementDetail: dark, isolation: dark, gitOps: dark };
  const inputs = { ...unseenFacts(dark), ...pictures, cluster: seen(cluster) };
  const [verdict] = evaluateControl(netpol9, inputs, PAYMENTS, { unjudgedNamespaces: [] });
  const told = `${verdict?.remediation?.text} ${verdict?.evidence.map(({ command }) => command).join(" ")}`;
  assert.match(told, /^The endpoint is public and takes every address/);
  assert.doesNotMatch(told, /access-entr|access entry/);
});
