// How Cilium's settings are read: a flag before a variable before cilium-config, and what each of them says.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  cilium,
  findCiliumAgent,
  isChained,
  isDataplaneV2,
  keepsNoEndpoints,
  readCilium,
} from "../../lib/enforcement/cilium.ts";
import { NO_OVERRIDES } from "../../lib/enforcement/cilium-node-configs.ts";
import { readConfig, type CiliumSettings } from "../../lib/enforcement/cilium-settings.ts";
import type { Container } from "../../lib/model/kubernetes.ts";
import { blind, configMap, container, daemonSet, facts } from "./facts.ts";

const agent = (more: Partial<Container> = {}) =>
  container("cilium-agent", "quay.io/cilium/cilium:v1.18.2", more);
const settings = (config: CiliumSettings["config"]): CiliumSettings => ({ config, overrides: NO_OVERRIDES });
const config = (data: Readonly<Record<string, string>> = {}): CiliumSettings =>
  settings(configMap("cilium-config", data));

const READINGS: readonly (readonly [
  what: string,
  agent: Container,
  given: CiliumSettings,
  applies: boolean | null,
  unselected: "allowed" | "denied" | null,
])[] = [
  ["nothing set: enabled by default", agent(), config(), true, "allowed"],
  ["always", agent(), config({ "enable-policy": "always" }), true, "denied"],
  ["another case", agent(), config({ "enable-policy": "Always" }), true, "denied"],
  ["never", agent(), config({ "enable-policy": "never" }), false, "allowed"],
  ["a mode that nobody knows", agent(), config({ "enable-policy": "future" }), null, null],
  ["NetworkPolicies off", agent(), config({ "enable-k8s-networkpolicy": "false" }), false, "allowed"],
  ["a switch that is no boolean", agent(), config({ "enable-k8s-networkpolicy": "no" }), null, "allowed"],
  ["audit mode", agent(), config({ "policy-audit-mode": "true" }), false, "allowed"],
  ["an audit mode that is no boolean", agent(), config({ "policy-audit-mode": "yes" }), null, "allowed"],
  ["no cilium-config", agent(), settings("absent"), null, null],
  ["a cilium-config that was not seen", agent(), settings(null), null, null],
  [
    "a flag goes before cilium-config",
    agent({ args: ["--enable-policy=never"] }),
    config({ "enable-policy": "always" }),
    false,
    "allowed",
  ],
  ["a bare flag is on", agent({ args: ["--enable-k8s-networkpolicy"] }), config(), true, "allowed"],
  [
    "a variable goes before cilium-config",
    agent({ env: { CILIUM_ENABLE_POLICY: "never" } }),
    config({ "enable-policy": "always" }),
    false,
    "allowed",
  ],
  ["a variable that was not read", agent({ env: { CILIUM_ENABLE_POLICY: null } }), config(), null, null],
  [
    "a flag goes before a variable",
    agent({ args: ["--enable-policy", "always"], env: { CILIUM_ENABLE_POLICY: "never" } }),
    config(),
    true,
    "denied",
  ],
];

describe("whether it applies NetworkPolicies, and what it does with pods that none selects", () => {
  for (const [what, container, given, applies, unselected] of READINGS)
    test(what, () => {
      const reading = readCilium(container, given);
      assert.deepEqual([reading.applies, reading.unselected], [applies, unselected], reading.because);
    });

  test("a DaemonSet without an agent", () => {
    assert.equal(readCilium(undefined, config()).applies, null);
  });

  test("audit mode is declared enforcement all the same", () => {
    assert.equal(readCilium(agent(), config({ "policy-audit-mode": "true" })).declared, true);
    assert.equal(readCilium(agent(), config({ "enable-policy": "never" })).declared, false);
    assert.equal(readCilium(agent(), config()).declared, true);
  });
});

describe("its own policies", () => {
  const set = daemonSet("cilium", [agent()]);
  const withConfig = (data: Readonly<Record<string, string>>) =>
    facts({ ciliumConfigMap: configMap("cilium-config", data) });

  test("each API has a switch, and the upstream one is off unless it is switched on", () => {
    const { toPolicyApis } = cilium;
    assert.ok(typeof toPolicyApis === "function");
    assert.deepEqual(toPolicyApis(withConfig({}), [set]), {
      ciliumNetworkPolicies: true,
      ciliumClusterwideNetworkPolicies: true,
      clusterNetworkPolicies: false,
    });
    const bare = daemonSet("cilium", [agent({ args: ["--enable-k8s-cluster-network-policy"] })]);
    assert.equal(toPolicyApis(withConfig({}), [bare]).clusterNetworkPolicies, true);
    const turned = withConfig({ "enable-cilium-network-policy": "false" });
    assert.equal(toPolicyApis(turned, [set]).ciliumNetworkPolicies, false);
  });

  test("where it ignores NetworkPolicies they are to be read, and only then", () => {
    const { configuredBy } = cilium;
    assert.ok(configuredBy);
    const off = { "enable-k8s-networkpolicy": "false" };
    assert.deepEqual(configuredBy(withConfig({}), [set]), ["ciliumConfigMap"]);
    assert.deepEqual(configuredBy(withConfig(off), [set]), [
      "ciliumConfigMap",
      "ciliumNetworkPolicies",
      "ciliumClusterwideNetworkPolicies",
    ]);
    const all = configuredBy(withConfig({ ...off, "enable-k8s-cluster-network-policy": "true" }), [set]);
    assert.deepEqual(all.at(-1), "clusterNetworkPolicies");
    const bare = daemonSet("cilium", [agent({ args: ["--enable-k8s-cluster-network-policy"] })]);
    assert.deepEqual(configuredBy(withConfig(off), [bare]).at(-1), "clusterNetworkPolicies");
  });
});

describe("which DaemonSet is Cilium's", () => {
  const other = container("agent", "mirror.example/own:1");
  const unlabelled = { labels: {}, matchLabels: {} };

  test("by the name or the image of its container, or by a label", () => {
    for (const set of [
      daemonSet("x", [container("cilium-agent", "mirror.example/own:1")], unlabelled),
      daemonSet("x", [other, container("y", "quay.io/cilium/cilium:v1")], unlabelled),
      daemonSet("x", [other], { ...unlabelled, labels: { "k8s-app": "cilium" } }),
      daemonSet("x", [other], { ...unlabelled, matchLabels: { "app.kubernetes.io/name": "cilium-agent" } }),
    ])
      assert.equal(cilium.recognises(set), true);
    assert.equal(cilium.recognises(daemonSet("x", [other], unlabelled)), false);
  });

  test("the container that is called so is the agent, whatever stands before it", () => {
    const envoy = container("envoy", "quay.io/cilium/cilium:v1");
    const own = container("cilium-agent", "mirror.example/own:1");
    assert.equal(findCiliumAgent([envoy, own]), own);
    assert.equal(findCiliumAgent([other, envoy]), envoy);
    assert.equal(findCiliumAgent([other]), undefined);
  });

  test("GKE's build of it is not", () => {
    const anetd = daemonSet("anetd", [agent()]);
    assert.deepEqual([isDataplaneV2(anetd), cilium.recognises(anetd)], [true, false]);
    for (const image of ["gke.gcr.io/cilium/cilium:v1", "eu.gcr.io/gke-release/a/cilium/cilium:v1"])
      assert.equal(isDataplaneV2(daemonSet("x", [other, container("y", image)])), true, image);
    for (const image of ["quay.io/cilium/cilium:v1", "example.test/notgke/cilium/cilium:v1"])
      assert.equal(isDataplaneV2(daemonSet("x", [container("y", image)])), false, image);
  });

  test("its configuration is that of its own namespace, or not known", () => {
    const own = configMap("cilium-config", {});
    const set = daemonSet("cilium", [agent()]);
    const elsewhere = { ...set, namespace: "cilium" };
    const seen = facts({ ciliumConfigMap: own });
    assert.equal(readConfig(seen, [set]), own);
    assert.equal(readConfig(seen, [set, elsewhere]), null);
    assert.equal(readConfig(facts({}), [set]), "absent");
    assert.equal(readConfig(facts({}), [elsewhere]), null);
    assert.equal(readConfig(blind(seen, ["ciliumConfigMap"]), [set]), null);
  });
});

describe("what cilium-config says of endpoints", () => {
  const withData = (data: Readonly<Record<string, string>>) =>
    facts({ ciliumConfigMap: configMap("cilium-config", data) });
  const unseen = blind(withData({}), ["ciliumConfigMap"]);

  test("chained to another CNI, unless the mode is none", () => {
    assert.equal(isChained(withData({ "cni-chaining-mode": "aws-cni" })), true);
    for (const data of [{}, { "cni-chaining-mode": "none" }, { "cni-chaining-mode": "" }])
      assert.equal(isChained(withData(data)), false);
    assert.deepEqual([isChained(facts({})), isChained(unseen)], [null, null]);
  });

  test("without endpoints only where it says so, or says what nobody understands", () => {
    for (const [value, expected] of [
      ["true", true],
      ["sure", true],
      ["false", false],
    ] as const)
      assert.equal(keepsNoEndpoints(withData({ "disable-endpoint-crd": value })), expected, value);
    for (const given of [withData({}), facts({}), unseen]) assert.equal(keepsNoEndpoints(given), false);
  });
});
