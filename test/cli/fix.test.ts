// `ringfence fix` as a process: what it writes for a cluster and for manifests, and what it never overwrites.

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { parseAllDocuments } from "yaml";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import { vpcCni, vpcCniAddon } from "../../emulator/worlds/addons.ts";
import { world } from "../../emulator/worlds/build.ts";
import { deployment, namespace } from "../../emulator/worlds/objects.ts";
import { allowAll, denyByDefault } from "../../emulator/worlds/policies.ts";
import {
  healthyCluster,
  hubAccount,
  memberAccount,
  organizationOfTwo,
  shop,
} from "../../emulator/worlds/scenarios/small-company.ts";
import { makeFolder, run, type Finished } from "./run-ringfence.ts";

const folder = makeFolder();

const company = world({
  name: "company",
  description: "Made for these tests.",
  accounts: [
    hubAccount([
      healthyCluster({
        parts: [vpcCni({ controller: false, agent: false })],
        addons: [vpcCniAddon('{"env":{"WARM_IP_TARGET":"2"}}')],
        manifests: [
          ...shop(),
          namespace("orders"),
          deployment("orders", "api"),
          denyByDefault("orders"),
          allowAll("orders"),
          namespace("bare"),
          deployment("bare", "api"),
        ],
      }),
      healthyCluster({ name: "fine", vpcOctet: 21 }),
    ]),
  ],
});

let cloud: Cloud;
before(async () => {
  cloud = await startCloud(company);
});
after(() => cloud.close());

function fix(...args: readonly string[]): Promise<Finished> {
  return run(["fix", ...args], { environment: { ...cloud.environment } });
}

function read(...path: readonly string[]): string {
  return readFileSync(join(folder, ...path), "utf8");
}

describe("ringfence fix", { concurrency: 3 }, () => {
  test("the files of every failure, a README, and the exit code of a scan", async () => {
    const { exitCode, stdout, stderr } = await fix("--cluster", "shop", "--output", join(folder, "all"));
    assert.equal(exitCode, 1, stderr);
    assert.match(stdout, /^Wrote 6 files for \d+ failures of cluster shop to .*\. Nothing was applied/);
    assert.deepEqual(readdirSync(join(folder, "all", "namespaces", "bare")).toSorted(), [
      "default-deny-egress.yaml",
      "default-deny-ingress.yaml",
    ]);
    assert.deepEqual(JSON.parse(read("all", "cluster", "vpc-cni-configuration-values.json")), {
      env: { WARM_IP_TARGET: "2" },
      enableNetworkPolicy: "true",
    });
    assert.match(read("all", "cluster", "what-takes-effect.md"), /## Namespace `web`/);
    const readme = read("all", "README.md");
    assert.match(readme, /kubectl apply -f replace-allow-all\.yaml/);
    assert.match(readme, /aws eks update-addon --cluster-name shop --region eu-central-1/);
    assert.match(readme, /kubectl delete -f namespaces\/bare\/default-deny-ingress\.yaml/);
  });

  test("--namespace: only that namespace's", async () => {
    const output = join(folder, "one");
    const { exitCode } = await fix("--cluster", "shop", "--namespace", "orders", "--output", output);
    assert.equal(exitCode, 1);
    assert.deepEqual(readdirSync(output).toSorted(), [".ringfence-fix.json", "README.md", "namespaces"]);
    assert.deepEqual(readdirSync(join(output, "namespaces")), ["orders"]);
  });

  test("a cluster in which nothing of consequence failed: a README, and exit 0", async () => {
    const output = join(folder, "fine");
    const { exitCode, stderr } = await fix("--cluster", "fine", "--output", output, "--namespace", "web");
    assert.equal(exitCode, 0, stderr);
    assert.match(read("fine", "README.md"), /Nothing failed/);
  });

  test("written again it replaces what it wrote, and only as long as nobody changed it", async () => {
    const output = join(folder, "again");
    const args = ["--cluster", "shop", "--namespace", "bare", "--fail-on", "medium", "--output", output];
    assert.equal((await fix(...args)).exitCode, 1);
    assert.equal((await fix(...args)).exitCode, 1);
    const file = join(folder, "again", "namespaces", "bare", "default-deny-egress.yaml");
    writeFileSync(file, "filled in\n");
    const { exitCode, stderr } = await fix(...args);
    assert.equal(exitCode, 2);
    assert.match(stderr, /default-deny-egress\.yaml was changed since Ringfence wrote it/);
    assert.equal(readFileSync(file, "utf8"), "filled in\n");
  });

  test("a folder that it did not write is refused before anything is asked", async () => {
    const output = join(folder, "foreign");
    mkdirSync(output);
    writeFileSync(join(output, "README.md"), "mine");
    const { exitCode, stderr } = await fix("--cluster", "shop", "--output", output);
    assert.equal(exitCode, 2);
    assert.match(stderr, /is not empty, and Ringfence did not write it/);
    assert.deepEqual(readdirSync(output), ["README.md"]);
  });

  test("a marker that names files elsewhere deletes nothing", async () => {
    const output = join(folder, "forged");
    mkdirSync(output);
    const victim = join(folder, "victim");
    writeFileSync(victim, "");
    const sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    writeFileSync(
      join(output, ".ringfence-fix.json"),
      JSON.stringify({ files: [{ path: "../victim", sha256 }] }),
    );
    const { exitCode, stderr } = await fix("--cluster", "shop", "--output", output);
    assert.equal(exitCode, 2);
    assert.match(stderr, /cannot be read/);
    assert.ok(existsSync(victim));
  });

  test("--manifests: the same offline, without a cloud", async () => {
    const manifests = join(folder, "manifests.json");
    const items = [
      namespace("orders"),
      deployment("orders", "api"),
      denyByDefault("orders"),
      allowAll("orders"),
    ];
    writeFileSync(manifests, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    const output = join(folder, "offline");
    const { exitCode, stderr } = await run(["fix", "--manifests", manifests, "--output", output]);
    assert.equal(exitCode, 1, stderr);
    const [document] = parseAllDocuments(read("offline", "namespaces", "orders", "replace-allow-all.yaml"));
    const policy = document?.toJS() as { spec: { ingress: unknown } };
    assert.deepEqual(policy.spec.ingress, [{ from: [{ podSelector: {} }] }]);
  });

  const WRONG: readonly (readonly [name: string, args: readonly string[], message: RegExp])[] = [
    ["no cluster", [], /--cluster NAME says/],
    ["an unknown cluster", ["--cluster", "nope"], /There is no cluster nope/],
    ["a pattern for a cluster", ["--cluster", "*"], /cannot be the name of a cluster/],
    [
      "two inputs",
      ["--manifests", "a.yaml", "--kubeconfig", "b.yaml"],
      /--manifests and --kubeconfig are two inputs/,
    ],
    [
      "manifests and a cluster",
      ["--manifests", "a.yaml", "--cluster", "shop"],
      /--manifests is the input of one cluster; leave out --cluster/,
    ],
    [
      "a kubeconfig and a cluster",
      ["--kubeconfig", "b.yaml", "--cluster", "shop"],
      /--kubeconfig is the input of one cluster; leave out --cluster/,
    ],
  ];
  for (const [name, args, message] of WRONG)
    test(`${name}: exit 2, and nothing is written`, async () => {
      const output = join(folder, "wrong", name.replaceAll(" ", "-"));
      const { exitCode, stderr } = await fix(...args, "--output", output);
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, message);
      assert.ok(!existsSync(output));
    });
});

describe("the exit code is about what was asked", { concurrency: 3 }, () => {
  const file = join(folder, "organization.yaml");
  writeFileSync(file, "organization: {}\n");
  let fenced: Cloud;
  before(async () => {
    fenced = await startCloud(
      world({
        name: "fenced",
        description: "Made for these tests: a member account is closed, and one cluster is blind.",
        organization: organizationOfTwo,
        accounts: [
          hubAccount([
            healthyCluster({ manifests: [...shop(), namespace("bare"), deployment("bare", "api")] }),
            healthyCluster({ name: "blind", vpcOctet: 21, access: "none" }),
          ]),
          memberAccount([healthyCluster({ name: "other", vpcOctet: 22 })], {
            deniedByServiceControlPolicy: ["eks:*"],
          }),
        ],
      }),
    );
  });
  after(() => fenced.close());

  const ask = (name: string, ...args: readonly string[]): Promise<Finished> =>
    run(["fix", "--config", file, "--output", join(folder, "asked", name), ...args], {
      environment: { ...fenced.environment },
    });
  const isWritten = (name: string): boolean => existsSync(join(folder, "asked", name));

  test("another account that is closed does not count, and is said", async () => {
    const { exitCode, stderr } = await ask("seen", "--cluster", "shop", "--fail-on", "critical");
    assert.equal(exitCode, 0, stderr);
    assert.match(stderr, /Elsewhere .* could not be looked at\..* same name may be there/);
    assert.ok(isWritten("seen"));
  });

  test("failures of other namespaces do not count", async () => {
    const exits = await Promise.all(
      ["bare", "web"].map((one) => ask(one, "--cluster", "shop", "--namespace", one, "--fail-on", "medium")),
    );
    assert.deepEqual(
      exits.map(({ exitCode }) => exitCode),
      [1, 0],
    );
  });

  test("the asked cluster is blind: exit 3, and the way in is written", async () => {
    const { exitCode, stderr } = await ask("blind", "--cluster", "blind");
    assert.equal(exitCode, 3, stderr);
    assert.match(read("asked", "blind", "README.md"), /aws eks create-access-entry --cluster-name blind/);
  });

  test("a namespace of a blind cluster: exit 3, and nothing that reads as fine", async () => {
    const { exitCode, stdout } = await ask("inside", "--cluster", "blind", "--namespace", "web");
    assert.equal(exitCode, 3);
    assert.match(stdout, /Namespace web of cluster blind could not be looked at: .*access entry/s);
    assert.ok(!isWritten("inside"));
  });

  test("a namespace that is not there: exit 2", async () => {
    const { exitCode, stderr } = await ask("typo", "--cluster", "shop", "--namespace", "wbe");
    assert.equal(exitCode, 2);
    assert.match(stderr, /There is no namespace wbe in cluster shop/);
    assert.ok(!isWritten("typo"));
  });

  test("a cluster that may be where nobody could look: exit 3", async () => {
    const { exitCode, stdout } = await ask("hidden", "--cluster", "other");
    assert.equal(exitCode, 3);
    assert.match(stdout, /no cluster other in what could be looked at, but .* could not be looked at/);
    assert.ok(!isWritten("hidden"));
  });

  test("without credentials: exit 3, and how to sign in", async () => {
    const output = join(folder, "asked", "nobody");
    const { exitCode, stdout } = await run(["fix", "--cluster", "shop", "--output", output]);
    assert.equal(exitCode, 3);
    assert.match(stdout, /aws sso login/);
  });
});
