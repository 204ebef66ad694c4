// `ringfence scan` as a process, against the emulated cloud: credentials from the environment, what the flags
// narrow, a kubeconfig without AWS, and what a person who presses Ctrl-C gets.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import type { ClusterServer } from "../../emulator/kubernetes/server.ts";
import { world } from "../../emulator/worlds/build.ts";
import {
  healthyCluster,
  HUB_ACCOUNT,
  hubAccount,
  MEMBER_ACCOUNT,
  memberAccount,
  organizationOfTwo,
  REGION,
} from "../../emulator/worlds/scenarios/small-company.ts";
import { createEksToken } from "../../lib/aws/eks-token.ts";
import type { Report } from "../../lib/model/report.ts";
import { makeFolder, run, type Finished } from "./run-ringfence.ts";

const folder = makeFolder();

/** `shop` and `spare` in the caller's account, `other` in a second one; `hanging` takes requests for ever. */
const company = world({
  name: "company",
  description: "Made for these tests.",
  organization: organizationOfTwo,
  accounts: [
    hubAccount([healthyCluster(), healthyCluster({ name: "spare", vpcOctet: 21 })]),
    memberAccount([
      healthyCluster({ name: "other", vpcOctet: 22 }),
      healthyCluster({ name: "hanging", vpcOctet: 23 }),
    ]),
  ],
  faults: [{ service: "kubernetes", operation: "/", cluster: "hanging", answer: { kind: "hang" } }],
});

let cloud: Cloud;
before(async () => {
  cloud = await startCloud(company);
});
after(() => cloud.close());

function scan(args: readonly string[]): Promise<Finished> {
  return run(["scan", "--format", "json", ...args], { environment: { ...cloud.environment } });
}

function coverageOf({ stdout }: Finished): readonly string[] {
  const { coverage } = JSON.parse(stdout) as Report;
  return coverage.map(({ account, cluster, outcome }) => `${cluster ?? account} ${outcome}`);
}

function serverOf(cluster: string): ClusterServer {
  const found = [...cloud.clusters].find(([key]) => key.endsWith(`/${cluster}`));
  if (found === undefined) throw new Error(`there is no cluster ${cluster}`);
  return found[1];
}

function writeFile(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

describe("the caller's account, and what narrows it", { concurrency: 3 }, () => {
  test("without configuration: the caller's own account, with the caller's own credentials", async () => {
    const finished = await scan([]);
    assert.equal(finished.exitCode, 0, finished.stderr);
    assert.deepEqual(coverageOf(finished), ["shop scanned", "spare scanned"]);
  });

  test("--clusters: the others are named as skipped", async () => {
    const finished = await scan(["--clusters", "sh*"]);
    assert.equal(finished.exitCode, 0);
    assert.deepEqual(coverageOf(finished), ["shop scanned", "spare skipped"]);
  });

  test("--accounts and --regions: by the member role, and the denied Region is a gap", async () => {
    const args = ["--accounts", MEMBER_ACCOUNT, "--clusters", "other", "--regions", `${REGION},ap-east-1`];
    const finished = await scan(args);
    assert.equal(finished.exitCode, 3);
    assert.deepEqual(coverageOf(finished), [`${MEMBER_ACCOUNT} missed`, "hanging skipped", "other scanned"]);
  });

  test("--config: the organization, with exclusions, and no secret in the most talkative output", async () => {
    const file = writeFile("organization.yaml", "organization: {}\nclusters: {exclude: [hanging]}\n");
    const args = ["scan", "--config", file, "--verbose", "--stats"];
    const { exitCode, stdout, stderr } = await run(args, { environment: { ...cloud.environment } });
    assert.equal(exitCode, 0, stderr);
    for (const name of ["shop", "spare", "other", "hanging"]) assert.ok(stdout.includes(name), name);
    assert.deepEqual(
      cloud.issuedSecrets.filter((secret) => (stdout + stderr).includes(secret)),
      [],
    );
    assert.doesNotMatch(stdout + stderr, /k8s-aws-v1\.|X-Amz-Signature/);
  });

  test("no credentials anywhere: exit 3 and a reason, not a stack", async () => {
    const { exitCode, stdout, stderr } = await run(["scan"]);
    assert.equal(exitCode, 3);
    assert.match(stdout, /no usable AWS credentials were found \(CredentialsProviderError\)/);
    // What to do next, and not what would help somebody who is signed in.
    assert.match(stdout, /aws sso login.*AWS_PROFILE/s);
    assert.doesNotMatch(stdout, /management account/);
    assert.doesNotMatch(stdout + stderr, /^\s+at .*:\d+:\d+/m);
  });
});

const SECRET = "not-a-token-of-this-cluster-but-a-secret";

async function createToken(): Promise<string> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = cloud.environment;
  return createEksToken({
    partition: "aws",
    region: REGION,
    clusterId: "shop",
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      sessionToken: AWS_SESSION_TOKEN,
    },
    now: new Date(),
  });
}

function writeKubeconfig(name: string, token: string, cluster: object = {}): string {
  const { endpoint, certificateAuthorityData } = serverOf("shop");
  const server = { server: endpoint, "certificate-authority-data": certificateAuthorityData, ...cluster };
  return writeFile(name, {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "prod",
    contexts: [{ name: "prod", context: { cluster: "shop-by-file", user: "me" } }],
    clusters: [{ name: "shop-by-file", cluster: server }],
    users: [{ name: "me", user: { token } }],
  });
}

describe("scan --kubeconfig", { concurrency: 3 }, () => {
  test("one cluster, without any AWS around it", async () => {
    const calls = cloud.calls.length;
    const file = writeKubeconfig("good", await createToken());
    const { exitCode, stdout, stderr } = await run(["scan", "--kubeconfig", file, "--format", "json"]);
    assert.equal(exitCode, 0, stderr);
    const { coverage, clusters } = JSON.parse(stdout) as Report;
    const target = { account: null, region: null, cluster: "shop-by-file" };
    assert.deepEqual(coverage, [{ ...target, outcome: "scanned" }]);
    assert.equal(clusters[0]?.enforcement.verdict, "enforced");
    const own = cloud.calls.slice(calls).filter(({ operation }) => operation === "DescribeAddon");
    assert.deepEqual(
      own.filter(({ accountId }) => accountId !== HUB_ACCOUNT && accountId !== MEMBER_ACCOUNT),
      [],
    );
  });

  test("insecure-skip-tls-verify is refused with what to do instead, and nothing is sent", async () => {
    const file = writeKubeconfig("insecure", SECRET, { "insecure-skip-tls-verify": true });
    const { exitCode, stdout, stderr } = await run(["scan", "--kubeconfig", file]);
    assert.deepEqual([exitCode, stdout], [2, ""]);
    assert.match(stderr, /insecure-skip-tls-verify would send the token .*certificate-authority-data/);
    assert.ok(!stderr.includes(SECRET));
  });

  test("a token that the cluster refuses: exit 3, and the token is nowhere", async () => {
    const file = writeKubeconfig("refused", SECRET);
    const { exitCode, stdout, stderr } = await run(["scan", "--kubeconfig", file, "--verbose"]);
    assert.equal(exitCode, 3);
    assert.match(stdout, /401 Unauthorized/);
    assert.ok(!(stdout + stderr).includes(SECRET));
  });
});
