// Sizes that a hostile cluster may choose: what is legal on the wire is judged, however much of it there is, and what
// is beyond reason is refused. Nothing is timed but by the watchdog of a run that would otherwise take hours.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseAddonValues } from "../../lib/enforcement/addon-values.ts";
import { MalformedObjectError } from "../../lib/kubernetes/errors.ts";
import { hasTooManyContainers } from "../../lib/kubernetes/foreign-json.ts";
import { Interner } from "../../lib/kubernetes/interner.ts";
import { toPodMetadata } from "../../lib/kubernetes/pod.ts";
import { toRawObject } from "../../lib/kubernetes/raw-object.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { seen } from "../../lib/model/observed.ts";
import type { PolicyApi } from "../../lib/netpol/isolation-input.ts";
import { mergeAddonValues } from "../../lib/remediation/merge-addon-values.ts";
import {
  assess,
  IMPLEMENTS_NONE,
  NO_OTHER,
  pod,
  policy,
  verdictText,
  workloadOf,
} from "../netpol/build-input.ts";
import { evaluateText } from "../offline/evaluate-text.ts";

/** Minutes and hours before it was mended; hundreds of milliseconds after. A busy machine is ten times slower. */
const WATCHDOG = { timeout: 60_000 };

function many<T>(amount: number, make: (index: number) => T): T[] {
  return Array.from({ length: amount }, (_, index) => make(index));
}

/** Networks that touch no other, so that no two become one. */
function block(index: number): string {
  const number = index * 2;
  return `${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}.0/24`;
}

function verdict(given: Parameters<typeof assess>[0], direction: "ingress" | "egress" = "ingress"): string {
  return verdictText(
    workloadOf(assess({ pods: [pod("one", { app: "a" })], ...given }), "Pod/one")[direction],
  );
}

describe("NetworkPolicies", WATCHDOG, () => {
  test("an ipBlock with 100,000 excepts", () => {
    const ipBlock = { cidr: "0.0.0.0/0", except: many(100_000, block) };
    const spec = { podSelector: {}, ingress: [{ from: [{ ipBlock }] }] };
    assert.equal(verdict({ policies: [policy("p", spec)] }), `isolated - - ${1 - 100_000 / 2 ** 24}`);
  });

  test("50,000 peers of one rule", () => {
    const from = many(50_000, (index) => ({ ipBlock: { cidr: block(index) } }));
    const spec = { podSelector: {}, ingress: [{ from }] };
    assert.equal(verdict({ policies: [policy("p", spec)] }), `isolated - - ${50_000 / 2 ** 24}`);
  });

  test("5,000 rules of one policy", () => {
    const ingress = many(5_000, (index) => ({
      from: [{ ipBlock: { cidr: block(index) } }],
      ports: [{ port: index + 1 }],
    }));
    // More ports than are compared one by one: their share of the outside stays open, and nothing else.
    assert.equal(verdict({ policies: [policy("p", { podSelector: {}, ingress })] }), "isolated - - ?");
  });

  test("5,000 policies of one namespace", () => {
    const policies = many(5_000, (index) =>
      policy(`p${index}`, {
        podSelector: { matchLabels: { app: "a" } },
        ingress: [{ from: [{ podSelector: { matchLabels: { peer: String(index) } } }] }],
      }),
    );
    assert.equal(verdict({ policies }), "isolated - - 0");
  });

  test("10,000 labels, asked for one by one", () => {
    const labels = Object.fromEntries(many(10_000, (index) => [`key-${index}`, "x"]));
    const spec = { podSelector: { matchLabels: labels } };
    assert.equal(verdict({ pods: [pod("one", labels)], policies: [policy("p", spec)] }), "isolated - - 0");
  });

  for (const port of [1e9, -1, 0, 0.5, Number.MAX_SAFE_INTEGER, "NaN", "", "9".repeat(400)])
    test(`the port ${String(port).slice(0, 20)} is not known, and not none`, () => {
      const spec = { podSelector: {}, ingress: [{ ports: [{ port }] }] };
      assert.equal(verdict({ policies: [policy("p", spec)] }), "isolated ? ? ?");
    });

  for (const cidr of [
    "10.0.0.0/999",
    "10.0.0.0/-1",
    "10.0.0.0/1e1",
    "999.0.0.0/8",
    "::/129",
    "0x0a.0.0.0/8",
    "/",
    "٠.0.0.0/0",
  ])
    test(`the network ${cidr} is not known, and not none`, () => {
      const spec = { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr } }] }] };
      assert.equal(verdict({ policies: [policy("p", spec)] }), "isolated ? ? ?");
    });
});

function under(
  api: PolicyApi,
  apiVersion: string,
  kind: string,
  spec: unknown,
): Parameters<typeof assess>[0] {
  const object: RawObject = { apiVersion, kind, metadata: { name: "p", namespace: "web" }, spec };
  return {
    other: { ...NO_OTHER, [api]: seen([object]) },
    engine: { implements: { ...IMPLEMENTS_NONE, [api]: true } },
  };
}

describe("policies of other APIs", WATCHDOG, () => {
  const calico = (ingress: unknown) =>
    under("calicoNetworkPolicies", "projectcalico.org/v3", "NetworkPolicy", {
      selector: "all()",
      types: ["Ingress"],
      ingress,
    });
  const cilium = (ingress: unknown) =>
    under("ciliumNetworkPolicies", "cilium.io/v2", "CiliumNetworkPolicy", { endpointSelector: {}, ingress });

  test("Calico: 200,000 nets of one rule", () => {
    const rule = { action: "Allow", source: { nets: many(200_000, block) } };
    assert.match(verdict(calico([rule])), /^isolated/);
  });

  test("Calico: 200,000 ports of one rule", () => {
    const ports = many(200_000, (index) => (index % 65_535) + 1);
    assert.match(
      verdict(calico([{ action: "Allow", protocol: "TCP", destination: { ports } }])),
      /^isolated/,
    );
  });

  test("Calico: 1,000 rules that allow and deny by turns", () => {
    const rules = many(1_000, (index) => ({
      action: index % 2 === 0 ? "Allow" : "Deny",
      source: { nets: [block(index)] },
    }));
    assert.match(verdict(calico(rules)), /^isolated/);
  });

  test("Calico: a selector of 4,096 signs, whatever they are", () => {
    for (const sign of [" ", "(", "!", "a(", "a ", "'", "||", "a&&", "{"]) {
      const selector = `a(${sign.repeat(4_000)}`.slice(0, 4_096);
      const rule = { action: "Allow", source: { selector } };
      assert.equal(verdict(calico([rule])), "isolated ? ? ?");
    }
  });

  test("Cilium: 200,000 networks, 100,000 excepts, 200,000 ports", () => {
    const ports = many(200_000, (index) => ({ port: String((index % 65_535) + 1), protocol: "TCP" }));
    for (const rule of [
      { fromCIDR: many(200_000, block) },
      { fromCIDRSet: [{ cidr: "0.0.0.0/0", except: many(100_000, block) }] },
      { toPorts: [{ ports }] },
    ])
      assert.match(verdict(cilium([rule])), /^isolated/);
  });

  test("AdminNetworkPolicies: 200,000 networks of one rule", () => {
    const egress = [{ action: "Deny", to: [{ networks: many(200_000, block) }] }];
    const spec = { priority: 1, subject: { namespaces: {} }, egress };
    const given = under(
      "adminNetworkPolicies",
      "policy.networking.k8s.io/v1alpha1",
      "AdminNetworkPolicy",
      spec,
    );
    assert.match(verdict(given, "egress"), /^-/);
  });
});

describe("objects", WATCHDOG, () => {
  const interner = new Interner();
  const metadata = { name: "a", namespace: "b" };
  const known = { hostNetwork: false, finished: false };

  test("10,000 labels and a megabyte of annotations", () => {
    const labels = Object.fromEntries(many(10_000, (index) => [`key-${index}`, "x"]));
    const annotations = { "k8s.amazonaws.com/nicConfig": "x", big: "x".repeat(1_000_000) };
    const read = toPodMetadata({ metadata: { ...metadata, labels, annotations } }, known, interner);
    assert.equal(Object.keys(read.labels).length, 10_000);
    assert.deepEqual(read.annotations, { "k8s.amazonaws.com/nicConfig": "x" });
  });

  test("a policy that nests 10,000 deep is malformed", () => {
    const item: unknown = JSON.parse(
      `{"metadata":{"name":"a"},"spec":${"[".repeat(10_000)}${"]".repeat(10_000)}}`,
    );
    assert.throws(() => toRawObject(item, { apiVersion: "v1", kind: "ThingList" }), MalformedObjectError);
  });

  for (const open of ["[", "{", '{"a":'])
    test(`10,000 times ${open} in a manifest is one document that could not be used`, async () => {
      const close = open === "[" ? "]" : "}";
      const inner = open === '{"a":' ? "1" : "";
      const deep = `${open.repeat(10_000)}${inner}${close.repeat(10_000)}`;
      const head = '"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"p"}';
      const json = `{${head},"spec":${deep}}`;
      const yaml = `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: ${deep}\n`;
      for (const text of [json, yaml]) {
        const { problems, exitCode } = await evaluateText(text);
        assert.equal(problems.length, 1);
        assert.equal(exitCode, 3);
      }
    });

  test("150,000 objects of the same name", async () => {
    const one = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}';
    const { problems } = await evaluateText(
      `{"apiVersion":"v1","kind":"List","items":[${many(150_000, () => one).join(",")}]}`,
    );
    assert.deepEqual(problems, []);
  });

  test("JSON with more objects than memory has room for is not even parsed", () => {
    assert.equal(hasTooManyContainers(`[${"{},".repeat(1_999_999)}0]`), false);
    for (const part of ["{},", "[],", "[", '{"a":'])
      assert.equal(hasTooManyContainers(part.repeat(2_000_001)), true);
    assert.equal(hasTooManyContainers("x".repeat(10_000_000)), false);
  });
});

describe("configuration values of an add-on", WATCHDOG, () => {
  test("8,000 keys are read, and one of them twice is malformed", () => {
    const keys = `enableNetworkPolicy: "true"\n${many(8_000, (index) => `k${index}: 1\n`).join("")}`;
    const values = parseAddonValues(keys);
    assert.equal(values.state === "read" && values.networkPolicy, true);
    assert.ok("json" in mergeAddonValues(keys));
    assert.equal(parseAddonValues(`${keys}k7: 2\n`).state, "malformed");
    assert.deepEqual(mergeAddonValues(`${keys}k7: 2\n`), { because: "they are neither JSON nor YAML" });
  });

  for (const part of ["[", ",", "? "])
    test(`as much of ${part} as is looked at is malformed, and what is longer is not looked at`, () => {
      const text = `[${part.repeat(99_999)}`.slice(0, 100_000);
      assert.deepEqual(parseAddonValues(text), {
        state: "malformed",
        because: "it is neither JSON nor YAML",
      });
      const tooLong = `enableNetworkPolicy: "true"\n# ${part.repeat(100_000)}`;
      assert.deepEqual(parseAddonValues(tooLong), {
        state: "malformed",
        because: "it is longer than 100000 characters",
      });
      assert.deepEqual(mergeAddonValues(tooLong), { because: "they are longer than 100000 characters" });
    });

  test("10,000 levels are malformed and no remedy is made of them", () => {
    const text = `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
    assert.equal(parseAddonValues(text).state, "malformed");
    assert.ok("because" in mergeAddonValues(text));
  });
});
