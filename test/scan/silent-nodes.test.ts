// A node whose kubelet has gone silent, from the emulated cluster's own API to the verdict: its agent is no more than a
// memory of the API server, at either access level.

import assert from "node:assert/strict";
import { test } from "node:test";

import { vpcCni } from "../../emulator/worlds/addons.ts";
import { type ClusterOptions, world } from "../../emulator/worlds/build.ts";
import { calico } from "../../emulator/worlds/calico.ts";
import { nodes } from "../../emulator/worlds/nodes.ts";
import { healthyCluster, hubAccount } from "../../emulator/worlds/scenarios/small-company.ts";
import { scanWorld } from "../scenarios/scan-world.ts";

const SILENT = [...nodes(1, "ec2"), ...nodes(1, "ec2", { ready: false })];

async function judge(options: Partial<ClusterOptions>) {
  const cluster = healthyCluster(options);
  const { report } = await scanWorld(
    world({ name: "silent", description: "A silent node.", accounts: [hubAccount([cluster])] }),
  );
  const statusOf = (id: string) => report.findings.find(({ controlId }) => controlId === id)?.status;
  return { ...report.clusters[0]?.enforcement, controls: [statusOf("NETPOL.2"), statusOf("NETPOL.3")] };
}

for (const access of ["view", "reader"] as const)
  for (const [name, part, agent] of [
    ["the VPC CNI", vpcCni({ controller: true, agent: true }), "aws-eks-nodeagent"],
    ["Calico", calico(), "calico-node"],
  ] as const)
    test(`${name}, at access level ${access}: neither enforced nor open`, async () => {
      const { verdict, because, controls } = await judge({ access, nodes: SILENT, parts: [part] });
      assert.deepEqual([verdict, controls], ["unknown", ["unknown", "unknown"]]);
      const doubt = `the node does not report, so whether its agent container ${agent} still runs is not known (1 node)`;
      // Without nodes it is not even known whether it is one of Auto Mode, which has no agent's pod.
      if (access === "reader") assert.ok(because?.includes(doubt), because);
    });

test("where every node reports, nothing is in doubt", async () => {
  const { verdict, controls } = await judge({ nodes: nodes(2, "ec2") });
  assert.deepEqual([verdict, controls], ["enforced", ["pass", "pass"]]);
});
