// Sizes that a hostile cluster may choose: what is legal on the wire is judged, however much of it there is, and what
// is beyond reason is refused. How the work grows is for test/netpol/growth.test.ts; here it is broken off at last.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, test } from "node:test";
import { parseAddonValues } from "../../lib/enforcement/addon-values.ts";
import { MalformedObjectError } from "../../lib/kubernetes/errors.ts";
import { hasTooManyParts } from "../../lib/kubernetes/foreign-json.ts";
import { Interner } from "../../lib/kubernetes/interner.ts";
import { toPodMetadata } from "../../lib/kubernetes/pod.ts";
import { toRawObject } from "../../lib/kubernetes/raw-object.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { Report } from "../../lib/model/report.ts";
import { assessIsolation } from "../../lib/netpol/assess-isolation.ts";
import type { IsolationInput } from "../../lib/netpol/isolation-input.ts";
import { mergeAddonValues } from "../../lib/remediation/merge-addon-values.ts";
import { makeFolder, run } from "../cli/run-ringfence.ts";
import {
  enforcement,
  input,
  namespace,
  pod,
  policy,
  verdictText,
  workloadOf,
} from "../netpol/build-input.ts";
import { block, HOSTILE_SHAPES, many } from "../netpol/hostile-shapes.ts";
import { calico, LONG_LISTS } from "../netpol/long-lists.ts";
import { withinReason } from "./within-reason.ts";

function verdict(given: IsolationInput): string {
  const { ingress, egress } = workloadOf(assessIsolation(given), "Pod/one");
  return `${verdictText(ingress)} | ${verdictText(egress)}`;
}

function verdictOf(...policies: readonly RawObject[]): string {
  return verdict(input({ namespaces: [namespace("web")], pods: [pod("one", { app: "a" })], policies }));
}

const OPEN = "- cluster external 1";

function size(name: string, judge: () => void): void {
  test(name, () => withinReason(judge));
}

test("work that does not end is broken off, and what it throws comes out", () => {
  const endless = () => {
    for (;;);
  };
  assert.throws(() => withinReason(endless, 100), { code: "ERR_SCRIPT_EXECUTION_TIMEOUT" });
  assert.throws(() => withinReason(() => assert.fail("its own")), /its own/);
});

size("20,000 policies that no controller has processed select as many kinds of pods", () => {
  const names = many(20_000, (index) => `p${index}`);
  const { namespaces } = assessIsolation(
    input({
      namespaces: [namespace("web")],
      pods: names.map((name) => pod(name, { name })),
      policies: names.map((name) => policy(name, { podSelector: {}, ingress: [] })),
      enforcement: { ...enforcement("enforced"), engine: "vpc-cni" },
      unprocessedPolicies: names.map((name) => ({
        namespace: "web",
        name,
        state: "unprocessed",
        because: "",
      })),
    }),
  );
  assert.equal(namespaces[0]?.unprocessedPolicies?.length, 20_000);
});

describe("lists of 100,000", () => {
  const LENGTH = 100_000;
  const share = LENGTH / 2 ** 24;
  const shapes = {
    ...LONG_LISTS,
    "excepts of one network": HOSTILE_SHAPES["excepts of one network"] ?? assert.fail(),
  };
  const SAYS: Readonly<Record<keyof typeof shapes, string>> = {
    "peers of one rule": `isolated - - ${share} | ${OPEN}`,
    "excepts of one network": `isolated - - ${1 - share} | ${OPEN}`,
    "labels, asked for one by one": `isolated - - 0 | ${OPEN}`,
    "Calico: nets of one rule": `isolated - - ${share} | ${OPEN}`,
    "Calico: ports of one rule": `isolated - - 1 | ${OPEN}`,
    "Cilium: networks of one rule": `isolated - - ${share} | ${OPEN}`,
    "Cilium: excepts of one network": `isolated - - ${1 - share} | ${OPEN}`,
    "Cilium: ports of one rule": `isolated - - 1 | ${OPEN}`,
    "AdminNetworkPolicy: networks of one rule": `${OPEN} | - - - ${1 - share}`,
  };
  for (const name of Object.keys(SAYS) as (keyof typeof SAYS)[])
    size(name, () => assert.equal(verdict(shapes[name](LENGTH)), SAYS[name]));
});

describe("policies", () => {
  size("5,000 rules of one policy", () => {
    const ingress = many(5_000, (index) => ({
      from: [{ ipBlock: { cidr: block(index) } }],
      ports: [{ port: index + 1 }],
    }));
    // More ports than are compared one by one: their share of the outside stays open, and nothing else.
    assert.equal(verdictOf(policy("p", { podSelector: {}, ingress })), `isolated - - ? | ${OPEN}`);
  });

  size("5,000 policies of one namespace", () => {
    const policies = many(5_000, (index) =>
      policy(`p${index}`, {
        podSelector: { matchLabels: { app: "a" } },
        ingress: [{ from: [{ podSelector: { matchLabels: { peer: String(index) } } }] }],
      }),
    );
    assert.equal(verdictOf(...policies), `isolated - - 0 | ${OPEN}`);
  });

  size("Calico: 1,000 rules that allow and deny by turns", () => {
    const rules = many(1_000, (index) => ({
      action: index % 2 === 0 ? "Allow" : "Deny",
      source: { nets: [block(index)] },
    }));
    assert.equal(verdict(calico(rules)), `isolated - - ${500 / 2 ** 24} | ${OPEN}`);
  });

  size("Calico: a selector of 4,096 signs, whatever they are", () => {
    for (const sign of [" ", "(", "!", "a(", "a ", "'", "||", "a&&", "{"]) {
      const selector = `a(${sign.repeat(4_000)}`.slice(0, 4_096);
      assert.equal(verdict(calico([{ action: "Allow", source: { selector } }])), `isolated ? ? ? | ${OPEN}`);
    }
  });

  for (const port of [1e9, -1, 0, 0.5, Number.MAX_SAFE_INTEGER, "NaN", "", "9".repeat(400)])
    size(`the port ${String(port).slice(0, 20)} is not known, and not none`, () => {
      const spec = { podSelector: {}, ingress: [{ ports: [{ port }] }] };
      assert.equal(verdictOf(policy("p", spec)), `isolated ? ? ? | ${OPEN}`);
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
    size(`the network ${cidr} is not known, and not none`, () => {
      const spec = { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr } }] }] };
      assert.equal(verdictOf(policy("p", spec)), `isolated ? ? ? | ${OPEN}`);
    });
});

describe("objects", () => {
  const interner = new Interner();
  const metadata = { name: "a", namespace: "b" };
  const known = { hostNetwork: false, finished: false };

  size("10,000 labels and a megabyte of annotations", () => {
    const labels = Object.fromEntries(many(10_000, (index) => [`key-${index}`, "x"]));
    const annotations = { "k8s.amazonaws.com/nicConfig": "x", big: "x".repeat(1_000_000) };
    const read = toPodMetadata({ metadata: { ...metadata, labels, annotations } }, known, interner);
    assert.equal(Object.keys(read.labels).length, 10_000);
    assert.deepEqual(read.annotations, { "k8s.amazonaws.com/nicConfig": "x" });
  });

  size("a policy that nests 10,000 deep is malformed", () => {
    const item: unknown = JSON.parse(
      `{"metadata":{"name":"a"},"spec":${"[".repeat(10_000)}${"]".repeat(10_000)}}`,
    );
    assert.throws(() => toRawObject(item, { apiVersion: "v1", kind: "ThingList" }), MalformedObjectError);
  });

  size("JSON with more parts than memory has room for is not even parsed", () => {
    assert.equal(hasTooManyParts(`[${"{},".repeat(1_999_999)}0]`), false);
    for (const part of ["{},", "[],", "[", '{"a":'])
      assert.equal(hasTooManyParts(part.repeat(2_000_001)), true);
    for (const member of ['"a":1,', '"a" \t\r\n:1,']) {
      assert.equal(hasTooManyParts(`{${member.repeat(2_000_000)}`), false);
      assert.equal(hasTooManyParts(`{${member.repeat(2_000_001)}`), true);
    }
    assert.equal(hasTooManyParts(`["${"2001:db8::1 ".repeat(2_000_000)}"]`), false);
    assert.equal(hasTooManyParts("x".repeat(10_000_000)), false);
  });
});

/** In a process of its own, which is killed at last: it waits for its input in between. */
describe("manifests", () => {
  async function evaluateFiles(files: Readonly<Record<string, string>>) {
    const folder = makeFolder();
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const { exitCode, stdout } = await run(["evaluate", "--manifests", folder, "--format", "json"]);
    const { coverage } = JSON.parse(stdout) as Report;
    const missed = coverage.filter(({ outcome }) => outcome === "missed");
    return { exitCode, missed: missed.map(({ file }) => basename(file ?? "")).toSorted() };
  }

  test("what nests 10,000 deep is a document that could not be used", async () => {
    const head = '"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"p"}';
    const files = [
      ["[", "", "]"],
      ["{", "", "}"],
      ['{"a":', "1", "}"],
    ].flatMap(([open = "", inner = "", close = ""], index) => {
      const deep = `${open.repeat(10_000)}${inner}${close.repeat(10_000)}`;
      return [
        [`${index}.json`, `{${head},"spec":${deep}}`],
        [
          `${index}.yaml`,
          `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: ${deep}\n`,
        ],
      ] as const;
    });
    const { exitCode, missed } = await evaluateFiles(Object.fromEntries(files));
    assert.deepEqual(missed, files.map(([name]) => name).toSorted());
    assert.equal(exitCode, 3);
  });

  test("150,000 objects of the same name", async () => {
    const one = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}';
    const list = `{"apiVersion":"v1","kind":"List","items":[${many(150_000, () => one).join(",")}]}`;
    assert.deepEqual((await evaluateFiles({ "list.json": list })).missed, []);
  });
});

describe("configuration values of an add-on", () => {
  size("8,000 keys are read, and one of them twice is malformed", () => {
    const keys = `enableNetworkPolicy: "true"\n${many(8_000, (index) => `k${index}: 1\n`).join("")}`;
    const values = parseAddonValues(keys);
    assert.equal(values.state === "read" && values.networkPolicy, true);
    assert.ok("json" in mergeAddonValues(keys));
    assert.equal(parseAddonValues(`${keys}k7: 2\n`).state, "malformed");
    assert.deepEqual(mergeAddonValues(`${keys}k7: 2\n`), { because: "they are neither JSON nor YAML" });
  });

  for (const part of ["[", ",", "? "])
    size(`as much of ${part} as is looked at is malformed, and what is longer is not looked at`, () => {
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

  size("10,000 levels are malformed and no remedy is made of them", () => {
    const text = `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
    assert.equal(parseAddonValues(text).state, "malformed");
    assert.ok("because" in mergeAddonValues(text));
  });
});
