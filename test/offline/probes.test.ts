// Questions about reachability: the grammar, the answers, and what is said of questions that make no sense.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { parseProbe, parseTarget } from "../../lib/offline/parse-question.ts";
import { evaluateObjects, run, toList } from "./evaluate-text.ts";
import { controlledBy, deployment, object, pod, policy, template } from "./objects.ts";

/** Web takes TCP 8080 from client only; client may go to web and to 10.0.0.0/8; stranger stands elsewhere. */
const SHOP = [
  deployment("web", { namespace: "shop" }),
  deployment("client", { namespace: "shop" }),
  deployment("stranger", { namespace: "other" }),
  policy(
    "web",
    {
      podSelector: { matchLabels: { app: "web" } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: "client" } } }], ports: [{ port: 8080 }] }],
    },
    "shop",
  ),
  policy(
    "client",
    {
      podSelector: { matchLabels: { app: "client" } },
      policyTypes: ["Egress"],
      egress: [
        { to: [{ podSelector: { matchLabels: { app: "web" } } }, { ipBlock: { cidr: "10.0.0.0/8" } }] },
      ],
    },
    "shop",
  ),
];

async function ask(...probe: readonly string[]): Promise<readonly (boolean | null)[]> {
  return (await evaluateObjects(SHOP, { probe })).probes.map(({ allowed }) => allowed);
}

test("allowed needs the source's egress and the destination's ingress", async () => {
  assert.deepEqual(
    await ask(
      "shop/Deployment/client -> shop/Deployment/web:8080/TCP",
      "shop/Deployment/client -> shop/Deployment/web:8080/UDP",
      "shop/Deployment/client -> shop/Deployment/web:8081/TCP",
      "other/Deployment/stranger -> shop/Deployment/web:8080/TCP",
      "shop/Deployment/client -> other/Deployment/stranger:8080/TCP",
      "shop/Deployment/web -> other/Deployment/stranger:8080/TCP",
    ),
    [true, false, false, false, false, true],
  );
});

test("an end may be an address or external, a port a name, a kind in any case", async () => {
  assert.deepEqual(
    await ask(
      "shop/DEPLOYMENT/client -> shop/deployment/web:http/TCP",
      "shop/deployment/client -> 10.1.2.3:443/TCP",
      "shop/deployment/client -> 11.1.2.3:443/TCP",
      "shop/deployment/client -> external:443/TCP",
      "shop/deployment/client -> [fd00::1]:443/TCP",
      "external -> shop/deployment/web:8080/TCP",
      "external -> shop/deployment/client:8080/TCP",
      "2001:db8::1 -> other/deployment/stranger:8080/sctp",
    ),
    [true, true, false, false, false, false, true, true],
  );
});

test("the report says what was asked, what the answer is, and why", async () => {
  const { probes, exitCode } = await evaluateObjects(SHOP, {
    probe: ["external->shop/deployment/web:http"],
    failOn: "none",
  });
  assert.equal(exitCode, 0);
  assert.equal(probes.length, 1);
  const [{ because, ...probe } = { because: "" }] = probes;
  assert.deepEqual(probe, {
    from: "external",
    to: "shop/deployment/web",
    port: "http",
    protocol: "TCP",
    allowed: false,
  });
  assert.match(because, /isolated by web/);
});

test("without questions there are no probes in the report", async () => {
  assert.equal("probes" in (await evaluateObjects(SHOP)).report, false);
});

test("the text output has a line for each answer", async () => {
  const probe = [
    "shop/deployment/client -> shop/deployment/web:8080/TCP",
    "external -> shop/deployment/web:80",
  ];
  const { output } = await run(["-"], { format: "text", probe }, toList(SHOP));
  assert.match(output, /allowed +shop\/deployment\/client -> shop\/deployment\/web:8080\/TCP: /);
  assert.match(output, /denied +external -> shop\/deployment\/web:80\/TCP: /);
});

test("who can reach a port: everyone who can, and nobody else", async () => {
  const who = async (target: string): Promise<readonly string[]> =>
    (await evaluateObjects(SHOP, { whoCanReach: [target] })).probes.map(
      ({ from, to, port, protocol }) => `${from} ${to}:${port}/${protocol}`,
    );
  assert.deepEqual(await who("shop/deployment/web:8080/TCP"), [
    "shop/Deployment/client shop/deployment/web:8080/TCP",
    "shop/Deployment/web shop/deployment/web:8080/TCP",
  ]);
  assert.deepEqual(await who("other/deployment/stranger"), [
    "external other/deployment/stranger:8080/TCP",
    "other/Deployment/stranger other/deployment/stranger:8080/TCP",
    "shop/Deployment/web other/deployment/stranger:8080/TCP",
  ]);
  assert.deepEqual(await who("shop/deployment/web:9/UDP"), ["shop/Deployment/web shop/deployment/web:9/UDP"]);
});

test("a target whose containers declare no port needs one in the question", async () => {
  const quiet = pod("quiet", { spec: { containers: [{ name: "main", image: "web" }] } });
  await assert.rejects(evaluateObjects([quiet], { whoCanReach: ["default/pod/quiet"] }), /declare no port/);
  const { probes } = await evaluateObjects([quiet], { whoCanReach: ["default/pod/quiet:80/TCP"] });
  assert.deepEqual(
    probes.map(({ from }) => from),
    ["external", "default/Pod/quiet"],
  );
});

test("a pod that is asked for by its name answers for itself alone", async () => {
  const owned = (name: string, role: string): object =>
    pod(name, { labels: { role }, ownerReferences: controlledBy("apps/v1", "StatefulSet", "db") });
  const objects = [
    object("apps/v1", "StatefulSet", "db", { spec: { template: template({}) } }),
    owned("db-0", "primary"),
    owned("db-1", "replica"),
    policy("primary", { podSelector: { matchLabels: { role: "primary" } }, policyTypes: ["Ingress"] }),
  ];
  const { probes } = await evaluateObjects(objects, {
    probe: ["external -> default/pod/db-0:80/TCP", "external -> default/pod/db-1:80/TCP"],
  });
  assert.deepEqual(
    probes.map(({ allowed }) => allowed),
    [false, true],
  );
  const { probes: whole } = await evaluateObjects(objects, {
    probe: ["external -> default/statefulset/db:80/TCP"],
  });
  assert.deepEqual(
    whole.map(({ allowed }) => allowed),
    [false],
  );
  // Asked in one go, the workload keeps the pods that were asked for by name.
  const { probes: mixed } = await evaluateObjects(objects, {
    probe: [
      "external -> default/pod/db-0:80/TCP",
      "external -> default/statefulset/db:80/TCP",
      "external -> default/pod/db-1:80/TCP",
      "default/pod/db-1 -> default/pod/db-1:80/TCP",
      "default/pod/db-0 -> default/pod/db-0:80/TCP",
      "default/pod/db-1 -> default/statefulset/db:80/TCP",
    ],
  });
  assert.deepEqual(
    mixed.map(({ allowed }) => allowed),
    [false, false, true, true, true, false],
  );
});

test("what is not in the input is told all at once, with what was perhaps meant", async () => {
  const probe = [
    "shop/deployment/clinet -> shop/deployment/web:80/TCP",
    "shop/deployment/client -> other/deployment/web:80/TCP",
    "external -> shop/deployment/nothing-like-it:80/TCP",
  ];
  await assert.rejects(evaluateObjects(SHOP, { probe, whoCanReach: ["shop/pod/web"] }), (error: Error) => {
    assert.equal(error.name, "ConfigurationError");
    assert.match(error.message, /4 problems/);
    assert.match(error.message, /did you mean shop\/Deployment\/client\?/);
    assert.match(error.message, /other\/deployment\/web[^?]*did you mean shop\/Deployment\/web\?/);
    assert.match(error.message, /nothing-like-it/);
    return true;
  });
});

test("questions that are not by the grammar are told all at once", async () => {
  await assert.rejects(
    evaluateObjects(SHOP, { probe: ["nonsense", "external -> x:80/TCP"], whoCanReach: ["10.0.0.1"] }),
    /3 problems[\s\S]*FROM -> TO:PORT\/PROTOCOL/,
  );
});

for (const text of [
  "",
  "a/b/c",
  "a/b/c -> d/e/f",
  "a/b/c -> d/e/f:0/TCP",
  "a/b/c -> d/e/f:65536/TCP",
  "a/b/c -> d/e/f:80/ICMP",
  "a/b/c -> d/e/f:80/TCP/x",
  "a/b/c -> d/e/f:UPPER/TCP",
  "a/b -> d/e/f:80/TCP",
  "a/b/c/d -> d/e/f:80/TCP",
  "a//c -> d/e/f:80/TCP",
  "999.0.0.1 -> d/e/f:80/TCP",
  "a/b/c -> d/e/f:80/TCP -> g/h/i:80/TCP",
  "a/b/c -> :80/TCP",
])
  test(`no probe: ${JSON.stringify(text)}`, () => assert.equal(parseProbe(text), null));

for (const text of ["", "a/b", "external", "10.0.0.1", "a/b/c:", "a/b/c:80/ICMP", "a/b/c:80/TCP:1"])
  test(`no target: ${JSON.stringify(text)}`, () => assert.equal(parseTarget(text), null));

function file(t: TestContext, name: string, content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "ringfence-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const LINE = "external -> shop/deployment/web:8080/TCP";

for (const [name, content] of [
  ["lines", `# who gets in?\r\n\r\n${LINE}\r\n  ${LINE}  \n`],
  ["a YAML list", `# who gets in?\n- ${LINE}\n- "${LINE}"\n`],
  ["a YAML document", `---\n- ${LINE}\n- ${LINE}\n`],
  ["a JSON list", JSON.stringify([LINE, LINE])],
] as const)
  test(`probes from a file: ${name}`, async (t) => {
    const probes = file(t, "probes", content);
    assert.deepEqual(
      (await evaluateObjects(SHOP, { probes })).probes.map(({ allowed }) => allowed),
      [false, false],
    );
  });

test("a wrong probe of a file is told with its line", async (t) => {
  const probes = file(t, "probes.txt", `${LINE}\n\nnonsense\n`);
  await assert.rejects(evaluateObjects(SHOP, { probes }), /probes\.txt \(line 3\)\s+seen: +nonsense/);
});

test("a probe file that is none is refused", async (t) => {
  await assert.rejects(
    evaluateObjects(SHOP, { probes: file(t, "a", "- a: b\n") }),
    /a list of something else/,
  );
  await assert.rejects(evaluateObjects(SHOP, { probes: "/does/not/exist" }), /cannot be read/);
});
