// How the VPC CNI's containers and its controller's switch are read, value by value.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  findAgent,
  findCni,
  hasV4Egress,
  isSupported,
  isVpcCni,
  readAgent,
  readMode,
} from "../../lib/enforcement/vpc-cni-agent.ts";
import { isControllerOn, readControllerSwitch } from "../../lib/enforcement/vpc-cni.ts";
import { agentPod, awsNode, blind, container, daemonSet, facts, pod, vpcCniConfigMap } from "./facts.ts";

type Environment = Readonly<Record<string, string | null>>;

const cni = (version: string, env: Environment = {}) =>
  container("aws-node", `ecr/amazon-k8s-cni:${version}`, { env });
const agent = container("aws-eks-nodeagent", "ecr/amazon/aws-network-policy-agent:v1.4.2", {
  args: ["--enable-network-policy=true"],
});
const NEW = "v1.23.1-eksbuild.1";

describe("how pods start (NETWORK_POLICY_ENFORCING_MODE)", () => {
  for (const [value, expected] of [
    ["strict", "denied"],
    ["STRICT", "denied"],
    ["standard", "allowed"],
    ["Standard", "allowed"],
    ["", "allowed"],
    [undefined, "allowed"],
    ["future", null],
    [null, null],
  ] as const)
    test(`${JSON.stringify(value)}: ${expected}`, () => {
      const env = value === undefined ? {} : { NETWORK_POLICY_ENFORCING_MODE: value };
      assert.equal(readMode([cni(NEW, env), agent]), expected);
    });

  test("a plug-in that knows no mode starts every pod open", () => {
    const strict = { NETWORK_POLICY_ENFORCING_MODE: "strict" };
    assert.equal(readMode([cni("v1.17.0", strict)]), "allowed");
    assert.equal(readMode([cni("v1.17.1", strict)]), "denied");
    assert.equal(readMode([cni("latest", strict)]), "denied");
  });

  test("without the plug-in's container nobody knows", () => {
    assert.equal(readMode([agent]), null);
  });
});

describe("what keeps an agent that is switched on from enforcing", () => {
  const applies = (...containers: Parameters<typeof readAgent>[0]) => readAgent(containers).applies;

  test("a plug-in before v1.14.0-eksbuild.3", () => {
    for (const [version, expected] of [
      ["v1.13.9", false],
      ["v1.14.0-eksbuild.1", false],
      ["v1.14.0-eksbuild.2", false],
      ["v1.14.0-eksbuild.3", true],
      ["v1.14.0-eksbuild.21", true],
      ["v1.14.0", true],
      ["v1.14.1-eksbuild.1", true],
      ["latest", null],
    ] as const) {
      assert.equal(isSupported(cni(version)), expected, version);
      assert.equal(applies(cni(version), agent), expected !== false, version);
    }
    assert.equal(isSupported(undefined), null);
  });

  test("the bandwidth plug-in; where its variable was not read nobody knows", () => {
    for (const [value, expected] of [
      ["true", false],
      ["false", true],
      ["maybe", true],
      [null, null],
    ] as const)
      assert.equal(applies(cni(NEW, { ENABLE_BANDWIDTH_PLUGIN: value }), agent), expected, String(value));
    assert.equal(readAgent([cni(NEW, { ENABLE_BANDWIDTH_PLUGIN: "true" }), agent]).declared, true);
  });

  test("nothing, where the agent alone is there", () => {
    assert.equal(applies(agent), true);
  });

  test("no agent is off, and neither of both is another software", () => {
    assert.equal(applies(cni(NEW)), false);
    assert.equal(applies(container("x", "example.test/x:1")), null);
  });
});

test("IPv4 egress of IPv6 pods: on in an IPv6 cluster unless it is switched off", () => {
  for (const [ipv6, egress, expected] of [
    ["true", undefined, true],
    ["true", "true", true],
    ["true", null, true],
    ["true", "false", false],
    ["false", "true", false],
    [null, "true", false],
    [undefined, "true", false],
  ] as const) {
    const env = {
      ...(ipv6 === undefined ? {} : { ENABLE_IPv6: ipv6 }),
      ...(egress === undefined ? {} : { ENABLE_V4_EGRESS: egress }),
    };
    assert.equal(hasV4Egress([cni(NEW, env)]), expected, JSON.stringify(env));
  }
  assert.equal(hasV4Egress([agent]), false);
});

describe("which containers are the VPC CNI's", () => {
  const other = container("x", "example.test/x:1");

  test("the agent: by its name, its image or its flag, in this order", () => {
    const named = container("aws-eks-nodeagent", "mirror.example/a:1");
    const imaged = container("x", "mirror.example/aws-network-policy-agent:v1");
    const flagged = container("x", "mirror.example/a:1", { args: ["--enable-network-policy=false"] });
    assert.equal(findAgent([flagged, imaged, named]), named);
    assert.equal(findAgent([flagged, imaged]), imaged);
    assert.equal(findAgent([other, flagged]), flagged);
    assert.equal(findAgent([other]), undefined);
  });

  test("the plug-in: by its image, then by its name", () => {
    const named = container("aws-node", "mirror.example/own:1");
    const imaged = container("x", "mirror.example/amazon-k8s-cni:v1.23.1");
    assert.equal(findCni([named, imaged]), imaged);
    assert.equal(findCni([other, named]), named);
    assert.equal(findCni([other]), undefined);
  });

  test("a DaemonSet: by either of them, or by a label", () => {
    const unlabelled = { labels: {}, matchLabels: {} };
    const label = { "k8s-app": "aws-node" };
    assert.equal(isVpcCni(daemonSet("x", [cni(NEW)], unlabelled)), true);
    assert.equal(isVpcCni(daemonSet("x", [agent], unlabelled)), true);
    assert.equal(isVpcCni(daemonSet("x", [other], { ...unlabelled, labels: label })), true);
    assert.equal(isVpcCni(daemonSet("x", [other], { ...unlabelled, matchLabels: label })), true);
    assert.equal(isVpcCni(daemonSet("x", [other], unlabelled)), false);
  });
});

describe("the controller's switch", () => {
  test('on for exactly "true"; what is missing is off; what was not seen is not known', () => {
    for (const [value, expected] of [
      ["true", true],
      ["True", false],
      ["false", false],
      [null, false],
    ] as const)
      assert.equal(readControllerSwitch(facts({ vpcCniConfigMap: vpcCniConfigMap(value) })), expected);
    assert.equal(readControllerSwitch(facts({})), false);
    assert.equal(readControllerSwitch(blind(facts({}), ["vpcCniConfigMap"])), null);
  });

  const off = { vpcCniConfigMap: vpcCniConfigMap("false") };
  const name = "amazon-network-policy-controller-k8s";

  for (const [how, running] of [
    ["its label", pod("kube-system", "x", { labels: { "app.kubernetes.io/name": name } })],
    ["its name", pod("kube-system", `${name}-5d9c-x`)],
    [
      "the image of one of its containers",
      agentPod(awsNode(), "a", {
        containers: [container("proxy", "example.test/proxy:1"), container("x", `ecr/${name}:v1`)],
      }),
    ],
  ] as const)
    test(`off, and a controller of the customer's own runs, known by ${how}: nobody knows`, () => {
      assert.equal(isControllerOn(facts({ ...off, pods: [pod("web", "x"), running] })), null);
    });

  test("off, and none of the customer's own runs", () => {
    const others = [pod("web", "x"), pod("web", `my-${name}`), agentPod(awsNode(), "a")];
    assert.equal(isControllerOn(facts({ ...off, pods: others })), false);
  });

  test("off, and whether one runs was not seen; on whatever runs", () => {
    assert.equal(isControllerOn(blind(facts(off), ["pods"])), null);
    assert.equal(isControllerOn(blind(facts({ vpcCniConfigMap: vpcCniConfigMap("true") }), ["pods"])), true);
  });
});
