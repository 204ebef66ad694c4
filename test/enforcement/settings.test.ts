// Add-on, ConfigMap and DaemonSet in every combination: what is enforced depends on the last two alone, and
// that the three agree is a question of its own.

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Addon } from "../../lib/model/snapshot.ts";
import { assessEnforcement, assessEnforcementDetail } from "./assess.ts";
import { NOW, addon, awsNode, blind } from "./facts.ts";
import { collect } from "./row.ts";
import { vpcCluster } from "./vpc-cluster.ts";
import type { VpcOptions } from "./vpc-cluster.ts";

const ADDONS: readonly { name: string; addon: Addon | null; on: boolean | null }[] = [
  { name: "add-on true", addon: addon('{"enableNetworkPolicy":"true"}'), on: true },
  { name: "add-on false", addon: addon('{"enableNetworkPolicy":"false"}'), on: false },
  { name: "add-on without values", addon: addon(null), on: false },
  { name: "add-on True", addon: addon('{"enableNetworkPolicy":"True"}'), on: false },
  { name: "add-on garbage", addon: addon("{"), on: null },
  { name: "no add-on", addon: null, on: null },
];
const CONTROLLERS = [
  { name: "ConfigMap true", value: "true", on: true },
  { name: "ConfigMap false", value: "false", on: false },
  { name: "ConfigMap without the key", value: null, on: false },
];
const AGENTS = [
  { name: "agent true", set: awsNode(), on: true },
  { name: "agent false", set: awsNode({ args: ["--enable-network-policy=false"] }), on: false },
  { name: "no agent container", set: awsNode({ agent: null }), on: false },
];

const VERDICTS = {
  "true true": "enforced",
  "true false": "configured-not-enforced",
  "false true": "configured-not-enforced",
  "false false": "not-enforced",
} as const;

for (const declared of ADDONS) {
  for (const controller of CONTROLLERS) {
    for (const agent of AGENTS) {
      test(`${declared.name}, ${controller.name}, ${agent.name}`, () => {
        const given = { controller: controller.value, set: agent.set, more: { vpcCniAddon: declared.addon } };
        const facts = collect(vpcCluster(given));
        assert.equal(assessEnforcement(facts, "prod", NOW).verdict, VERDICTS[`${controller.on} ${agent.on}`]);
        const { state, disagreements } = assessEnforcementDetail(facts, "prod", NOW).settings;
        const told = [declared.on, controller.on, agent.on].filter((on) => on !== null);
        const agree = new Set(told).size === 1;
        const untold = declared.addon !== null && declared.on === null;
        assert.equal(state, agree ? (untold ? "unknown" : "agree") : "disagree");
        assert.equal(disagreements.length > 0, !agree);
      });
    }
  }
}

function settings(options: VpcOptions) {
  return assessEnforcementDetail(collect(vpcCluster(options)), "prod", NOW).settings;
}

test("a nested key is told by its path", () => {
  const nested = addon('{"VpcCni":{"enableNetworkPolicy":"true"}}');
  assert.match(settings({ more: { vpcCniAddon: nested } }).because, /VpcCni\.enableNetworkPolicy/);
});

test("the mode that the add-on declares and the DaemonSet does not run", () => {
  const strict = addon('{"enableNetworkPolicy":"true","env":{"NETWORK_POLICY_ENFORCING_MODE":"strict"}}');
  const { disagreements } = settings({ more: { vpcCniAddon: strict } });
  assert.deepEqual(disagreements, [
    {
      setting: "enforcing-mode",
      because: "the add-on declares the mode strict, but kube-system/aws-node runs standard",
    },
  ]);
});

test("another version than the add-on's", () => {
  const older = addon('{"enableNetworkPolicy":"true"}', { version: "v1.21.1-eksbuild.1" });
  const { disagreements } = settings({ more: { vpcCniAddon: older } });
  assert.deepEqual(
    disagreements.map(({ setting }) => setting),
    ["version"],
  );
});

test("a conflict that the add-on itself reports", () => {
  const healthIssues = [{ code: "ConfigurationConflict", message: "Conflicts found when trying to apply." }];
  const { state, because } = settings({
    more: { vpcCniAddon: addon('{"enableNetworkPolicy":"true"}', { healthIssues }) },
  });
  assert.equal(state, "disagree");
  assert.match(because, /ConfigurationConflict/);
});

test("without any VPC CNI there is nothing to agree on", () => {
  assert.equal(settings({ agents: [], more: { vpcCniAddon: null } }).state, "not-applicable");
});

test("on Outposts there is no add-on API, so two of three must agree", () => {
  const facts = collect(vpcCluster());
  const { cluster } = facts;
  assert.ok(cluster.seen);
  const outpost = {
    ...blind(facts, ["vpcCniAddon"]),
    cluster: { ...cluster, value: { ...cluster.value, outpost: true } },
  };
  assert.equal(assessEnforcementDetail(outpost, "prod", NOW).settings.state, "agree");
  assert.equal(assessEnforcementDetail(blind(facts, ["vpcCniAddon"]), "prod", NOW).settings.state, "unknown");
});
