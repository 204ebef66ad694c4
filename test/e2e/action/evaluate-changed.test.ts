// The script of action.yml on real repositories: what changed is judged, hostile names do nothing, and what could
// not be compared is never "nothing changed".

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { sarifErrors } from "../../report/formats/foreign-schema.ts";
import { createRepository, root, runAction } from "./changed-manifests.ts";

interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly locations: readonly {
        readonly physicalLocation?: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: { readonly startLine: number };
        };
      }[];
    }[];
  }[];
}

const deployment = (namespace: string): string => `# one
apiVersion: apps/v1
kind: Deployment
metadata: { name: api, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { containers: [{ name: api, image: example.com/api:1 }] }
`;
const policy = (namespace: string, ingress: string): string => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: ${namespace} }
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: ${ingress}
`;

test("changed manifests are judged; what was deleted, is no manifest or did not change is not", () => {
  const repository = createRepository();
  repository.write("k8s/old.yaml", deployment("old"));
  repository.write("k8s/gone.yaml", deployment("gone"));
  const base = repository.commit();
  repository.git("rm", "--quiet", "k8s/gone.yaml");
  repository.write("k8s/new.yaml", `${deployment("new")}---\n${policy("new", "[{}]")}`);
  repository.write("package.json", "{}");
  repository.write("notes.txt", "apiVersion: v1");
  repository.commit();
  const { exitCode, log, summary, outputs } = runAction(repository, { BASE: base, SARIF: "true" });
  assert.equal(exitCode, 1, log);
  assert.match(log, /Left out, because it has no apiVersion: package\.json/);
  assert.match(log, /Judging 1 changed manifests/);
  assert.match(log, /HIGH +NETPOL\.26 +namespace new +k8s\/new\.yaml:11/);
  assert.doesNotMatch(log, /gone|namespace old/);
  assert.match(summary, /^## ❌ Ringfence: /);
  assert.equal(outputs.get("changed"), "1");
  assert.equal(readFileSync(outputs.get("markdown-file") ?? "", "utf8"), summary);
  assert.match(readFileSync(outputs.get("report-file") ?? "", "utf8"), /NETPOL\.26/);
  const sarif = JSON.parse(readFileSync(outputs.get("sarif-file") ?? "", "utf8")) as Sarif;
  assert.deepEqual(sarifErrors(sarif), []);
  const places = sarif.runs[0]?.results.map(({ locations }) => locations[0]?.physicalLocation);
  assert.ok(
    places?.every((place) => place !== undefined),
    "GitHub refuses a file with a result that has none",
  );
  assert.ok(
    places.some((place) => place?.artifactLocation.uri === "k8s/new.yaml" && place.region.startLine === 11),
  );
});

test("hostile names of files are names: nothing is run, written or obeyed", () => {
  const repository = createRepository();
  const base = repository.commit();
  const names = [
    "--output=owned.yaml",
    "-",
    "$(touch owned).yaml",
    "a;touch owned;.yaml",
    "b\n::error::owned.yaml",
    "c d'\"`touch owned`.yaml",
  ];
  for (const name of names) repository.write(name, policy("safe", "[]"));
  symlinkSync("/etc/passwd", join(repository.folder, "link.yaml"));
  repository.commit();
  const before = readdirSync(repository.folder).toSorted();
  const { exitCode, log, outputs } = runAction(repository, { BASE: base, NAMESPACE: "team-a" });
  assert.equal(exitCode, 0, log);
  assert.equal(outputs.get("changed"), "5", "all but the one without an ending");
  assert.match(log, /no regular file: link\.yaml/);
  assert.deepEqual(readdirSync(repository.folder).toSorted(), before);
  const [first = "", ...rest] = log.trimEnd().split("\n");
  const token = /^::stop-commands::([0-9a-f]{32})$/.exec(first)?.[1];
  assert.equal(rest.at(-1), `::${token}::`, "between the two lines the runner obeys nothing");
});

test("hostile inputs are refused, and run nothing", () => {
  const repository = createRepository();
  const base = repository.commit();
  repository.write("a.yaml", policy("a", "[]"));
  repository.commit();
  for (const inputs of [
    { NAMESPACE: "$(touch owned)" },
    { FAIL_ON: "high; touch owned" },
    { FORMAT: "../../owned" },
    { BASE: "--output=owned" },
    { BASE: "$(touch owned)" },
  ]) {
    const { exitCode, log } = runAction(repository, { BASE: base, ...inputs });
    assert.equal(exitCode, 2, `${JSON.stringify(inputs)}: ${log}`);
    assert.ok(!existsSync(join(repository.folder, "owned")), JSON.stringify(inputs));
  }
});

test("context is read beside what changed, so that a policy which did not change is not taken for absent", () => {
  const repository = createRepository();
  repository.write("k8s/policy.yaml", policy("shop", "[]"));
  const base = repository.commit();
  repository.write("k8s/api.yaml", deployment("shop"));
  repository.commit();
  const alone = runAction(repository, { BASE: base, FAIL_ON: "medium" });
  assert.equal(alone.exitCode, 1, alone.log);
  assert.match(alone.log, /NETPOL\.20 +namespace shop/);
  const together = runAction(repository, { BASE: base, FAIL_ON: "medium", CONTEXT: "k8s\n" });
  assert.equal(together.exitCode, 0, together.log);
  assert.equal(together.outputs.get("changed"), "1");
});

test("no manifest changed: says so, and is fine", () => {
  const repository = createRepository();
  repository.write("k8s/a.yaml", deployment("a"));
  const base = repository.commit();
  repository.write("README.md", "apiVersion: v1");
  repository.write("other/b.yaml", deployment("b"));
  repository.commit();
  const { exitCode, log, summary, outputs } = runAction(repository, { BASE: base, PATHS: "k8s\n*.md\n" });
  assert.equal(exitCode, 0, log);
  assert.match(log, /No Kubernetes manifest changed/);
  assert.match(summary, /No Kubernetes manifest changed/);
  assert.deepEqual([...outputs], [["changed", "0"]]);
});

test("a pull request is compared with where it left its base, and a new branch with nothing", () => {
  const repository = createRepository();
  repository.write("a.yaml", policy("a", "[]"));
  repository.commit();
  repository.git("checkout", "--quiet", "-b", "feature");
  repository.write("b.yaml", policy("b", "[]"));
  repository.commit();
  repository.git("checkout", "--quiet", "main");
  repository.write("a.yaml", policy("a", "[{}]"));
  const main = repository.commit();
  repository.git("checkout", "--quiet", "feature");
  assert.equal(runAction(repository, { BASE: main }).outputs.get("changed"), "1");
  assert.equal(runAction(repository, { BASE: "0".repeat(40) }).outputs.get("changed"), "2");
});

test("what cannot be compared is told, and is never 'nothing changed'", () => {
  const repository = createRepository();
  repository.write("a.yaml", policy("a", "[]"));
  repository.commit();
  for (const [base, sentence] of [
    ["", /give the input base/],
    ["f".repeat(40), /fetch-depth: 0/],
    ["no-such-branch", /fetch-depth: 0/],
  ] as const) {
    const { exitCode, log } = runAction(repository, { BASE: base });
    assert.equal(exitCode, 2, log);
    assert.match(log, sentence);
  }
  const head = repository.git("rev-parse", "HEAD");
  assert.notEqual(runAction(repository, { BASE: head, PATHS: ":(nonsense)x" }).exitCode, 0);
});

test("the script is one that bash reads, and nothing in it is an expression of GitHub's", () => {
  assert.doesNotMatch(readFileSync(join(root, "action/evaluate-changed.sh"), "utf8"), /\$\{\{/);
});
