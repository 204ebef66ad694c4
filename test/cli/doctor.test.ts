// `ringfence doctor` as a process, against emulated clouds: a world where all is well, and one for each thing that
// can be missing, which has to be named with what to do.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type * as v from "valibot";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
import type { World, WorldAccount, WorldCluster } from "../../emulator/world.ts";
import { account, world } from "../../emulator/worlds/build.ts";
import {
  healthyCluster,
  HUB_ACCOUNT,
  hubAccount,
  MEMBER_ACCOUNT,
  memberAccount,
  organizationOfTwo,
  REGION,
} from "../../emulator/worlds/scenarios/small-company.ts";
import type { ConfigurationSchema } from "../../lib/config/config.ts";
import { KUBERNETES_PERMISSIONS } from "../../lib/kubernetes/permissions.ts";
import type { CheckRow, Preflight } from "../../lib/model/preflight.ts";
import { makeFolder, run, type Finished } from "./run-ringfence.ts";

const EXTERNAL_ID = "a-long-random-text";
const TOPIC = `arn:aws:sns:${REGION}:${HUB_ACCOUNT}:ringfence-findings`;
const folder = makeFolder();
let files = 0;

function writeConfiguration(content: object): string {
  const file = join(folder, `${++files}.json`);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

const SCOPE = {
  organization: {},
  role: { externalId: EXTERNAL_ID },
  regions: [REGION],
  limits: { requestTimeoutMs: 30_000 },
};

function company(
  member: readonly WorldCluster[],
  more: Partial<World> = {},
  of: Partial<WorldAccount> = {},
): World {
  return world({
    name: "company",
    description: "Made for these tests.",
    organization: organizationOfTwo,
    scanner: { accountId: HUB_ACCOUNT, region: REGION, externalId: EXTERNAL_ID },
    accounts: [hubAccount([]), memberAccount(member, of)],
    ...more,
  });
}

type Content = v.InferInput<typeof ConfigurationSchema>;

interface Diagnosed extends Finished {
  readonly rows: readonly CheckRow[];
  readonly fine: boolean;
  readonly cloud: Cloud;
}

async function diagnose(
  of: World,
  content: Content = SCOPE,
  args: readonly string[] = [],
): Promise<Diagnosed> {
  // No more than the policy that we ship for people at a terminal.
  const operator = { TopicArn: content.publish?.sns?.topicArn ?? "", BucketName: "ringfence-state" };
  const cloud = await startCloud(of, { operator });
  try {
    const config = ["--config", writeConfiguration(content)];
    const finished = await run(["doctor", "--format", "json", ...config, ...args], {
      environment: { ...cloud.environment },
    });
    assert.notEqual(finished.stdout, "", finished.stderr);
    const { rows, fine } = JSON.parse(finished.stdout) as Preflight;
    return { ...finished, rows, fine, cloud };
  } finally {
    await cloud.close();
  }
}

function told({ rows }: Diagnosed, status: CheckRow["status"]): readonly string[] {
  return rows
    .filter((row) => row.status === status)
    .map(({ check, account: id, region, cluster }) =>
      [check, cluster ?? region ?? id].filter((part) => part !== null).join(" "),
    );
}

function rowOf({ rows }: Diagnosed, check: CheckRow["check"], status: CheckRow["status"]): CheckRow {
  return (
    rows.find((row) => row.check === check && row.status === status) ??
    assert.fail(`no ${status} row of ${check}: ${JSON.stringify(rows, null, 1)}`)
  );
}

describe("all is well", () => {
  test("every check passes, exit 0, with what the shipped roles allow and nothing else", async () => {
    const publish = { securityHub: { enabled: true }, sns: { topicArn: TOPIC } };
    const content = { ...SCOPE, publish, state: { bucket: "ringfence-state" } };
    const found = await diagnose(company([healthyCluster()]), content, ["--deployment"]);
    assert.equal(found.exitCode, 0, found.stdout);
    assert.equal(found.fine, true);
    assert.deepEqual(told(found, "fail"), []);
    assert.deepEqual(told(found, "unknown"), []);
    assert.deepEqual(told(found, "not-asked"), ["exemptions"]);
    const { calls, clusters, stores } = found.cloud;
    const refused = calls.filter(({ status }) => status === null || status >= 400);
    assert.deepEqual(refused, []);
    assert.equal(stores.messages.size, 0, "nothing is published");
    const requests = [...clusters.values()].flatMap((server) => server.requests);
    assert.deepEqual([...new Set(requests.map(({ method, path }) => `${method} ${path}`))].toSorted(), [
      "GET /apis",
      "POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    ]);
  });

  test("text: marks, one line per check, and what it is worth at the end", async () => {
    const cloud = await startCloud(company([healthyCluster()]));
    const config = writeConfiguration(SCOPE);
    const finished = await run(["doctor", "--config", config], { environment: { ...cloud.environment } });
    await cloud.close();
    const { stdout, stderr, exitCode } = finished;
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^✓ credentials {9}you are/m);
    assert.match(stdout, /^✓ RBAC {16}shop \(222222222222, eu-central-1\): \d+ kinds of object/m);
    assert.match(stdout, /^– Security Hub/m);
    assert.match(stdout, /\n✓ \d+ checks: a scan can look at all of this\.\n$/);
    assert.match(stderr, /^accounts 2\/2 {2}clusters 1\/1$/m, "progress");
  });
});

describe("what is missing is named, with what to do", { concurrency: 3 }, () => {
  test("no credentials anywhere: nobody was refused, so no right is asked for", async () => {
    const config = writeConfiguration({ publish: { sns: { topicArn: TOPIC } } });
    const { exitCode, stdout } = await run(["doctor", "--deployment", "--config", config]);
    assert.equal(exitCode, 3);
    assert.match(stdout, /^✗ credentials .*CredentialsProviderError/m);
    assert.match(stdout, /→ Sign in first/);
    assert.doesNotMatch(stdout, /→ Allow/);
  });

  test("no way to AWS: nobody was refused, so neither a right nor a credential is asked for", async () => {
    const state = { bucket: "ringfence-state" };
    const config = writeConfiguration({ publish: { sns: { topicArn: TOPIC } }, state });
    const { exitCode, stdout } = await run(["doctor", "--deployment", "--config", config], {
      environment: {
        AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "example",
        AWS_REGION: REGION,
        // Port 9, discard: nobody listens.
        AWS_ENDPOINT_URL: "http://127.0.0.1:9",
      },
    });
    assert.equal(exitCode, 3);
    assert.equal(stdout.match(/→ See that the service's endpoint can be reached/g)?.length, 4, stdout);
    assert.doesNotMatch(stdout, /→ (?:Allow|Give)/);
  });

  test("the organization may not be listed", async () => {
    const fault = { kind: "error", status: 400, code: "AccessDeniedException", message: "no" } as const;
    const faults = [{ service: "organizations", operation: "ListRoots", answer: fault }];
    const found = await diagnose(company([], { faults }));
    assert.deepEqual([found.exitCode, told(found, "fail")], [3, ["organization"]]);
    assert.match(rowOf(found, "organization", "fail").fix, /delegated administrator/);
  });

  test("a wrong external id", async () => {
    const found = await diagnose(company([]), { ...SCOPE, role: { externalId: "another-text" } });
    assert.deepEqual(told(found, "fail"), [`role ${HUB_ACCOUNT}`, `role ${MEMBER_ACCOUNT}`]);
    const { detail, fix } = rowOf(found, "role", "fail");
    assert.match(detail, /AccessDenied .* sts:AssumeRole/);
    assert.match(
      fix,
      /role\.externalId.*OperatorRoleArn \(arn:aws:iam::111111111111:role\/ringfence-operator\)/,
    );
    assert.ok(!(found.stdout + found.stderr).includes("another-text"), "the external id is not repeated");
  });

  test("a missing role, in one account of two", async () => {
    const memberRole = { deployed: false, withoutActions: [] };
    const found = await diagnose(company([], {}, { memberRole }));
    assert.deepEqual(told(found, "fail"), [`role ${MEMBER_ACCOUNT}`]);
    assert.match(rowOf(found, "role", "fail").fix, /^Deploy deploy\/member-role\.yaml/);
  });

  test("a Region that is not enabled", async () => {
    const found = await diagnose(company([]), { ...SCOPE, regions: [REGION, "ap-east-1"] });
    assert.deepEqual(told(found, "fail"), ["regions ap-east-1", "regions ap-east-1"]);
    assert.match(rowOf(found, "regions", "fail").commands.join(), /enable-region --region-name ap-east-1/);
  });

  for (const action of [
    "account:ListRegions",
    "eks:ListClusters",
    "eks:DescribeCluster",
    "eks:DescribeAddon",
    "eks:ListCapabilities",
  ])
    test(`the role lacks ${action}`, async () => {
      const memberRole = { deployed: true, withoutActions: [action] };
      const found = await diagnose(company([healthyCluster()], {}, { memberRole }));
      assert.equal(found.exitCode, 3);
      const denied = found.rows.filter(({ status }) => status === "fail");
      assert.deepEqual(
        denied.map(({ account: id, detail }) => [id, detail.includes(action)]),
        [[MEMBER_ACCOUNT, true]],
      );
    });

  test("a private endpoint, seen from outside", async () => {
    const hidden = healthyCluster({ privateEndpoint: true, endpoint: "unreachable" });
    // It is waited for.
    const found = await diagnose(company([hidden]), { ...SCOPE, limits: { requestTimeoutMs: 4_000 } });
    assert.deepEqual([found.exitCode, told(found, "fail")], [3, ["endpoint-certificate shop"]]);
    assert.match(
      rowOf(found, "endpoint-certificate", "fail").fix,
      /private only: run it from inside its VPC/,
    );
    assert.deepEqual(told(found, "unknown"), ["access-entry shop"]);
  });

  test("an endpoint with another authority's certificate gets no token", async () => {
    const found = await diagnose(company([healthyCluster({ endpoint: "wrong-ca" })]));
    const { detail, fix } = rowOf(found, "endpoint-certificate", "fail");
    assert.match(detail, /not signed by the cluster's certificate authority/);
    assert.match(fix, /No token was sent/);
    const requests = [...found.cloud.clusters.values()].flatMap((server) => server.requests);
    assert.deepEqual(requests, []);
  });

  test("authentication mode CONFIG_MAP, where the role is not in aws-auth", async () => {
    const closed = healthyCluster({ authenticationMode: "CONFIG_MAP", access: "none" });
    const found = await diagnose(company([closed]));
    assert.deepEqual(told(found, "fail"), ["authentication-mode shop", "access-entry shop"]);
    const { fix, commands } = rowOf(found, "authentication-mode", "fail");
    assert.match(fix, /cannot be taken back; or map the role in aws-auth/);
    assert.match(commands[0] ?? "", /--access-config authenticationMode=API_AND_CONFIG_MAP$/);
  });

  test("CONFIG_MAP, where the role is in aws-auth, is fine", async () => {
    const found = await diagnose(company([healthyCluster({ authenticationMode: "CONFIG_MAP" })]));
    assert.equal(found.exitCode, 0, found.stdout);
    assert.match(rowOf(found, "authentication-mode", "pass").detail, /aws-auth/);
  });

  test("no access entry", async () => {
    const found = await diagnose(company([healthyCluster({ access: "none" })]));
    assert.deepEqual(told(found, "fail"), ["access-entry shop"]);
    const { commands } = rowOf(found, "access-entry", "fail");
    assert.match(
      commands[0] ?? "",
      /create-access-entry .* --principal-arn arn:aws:iam::222222222222:role\/RingfenceReader /,
    );
  });

  test("access level 1 is a choice, and says what level 2 would add", async () => {
    const found = await diagnose(company([healthyCluster({ access: "view" })]));
    assert.equal(found.exitCode, 0, found.stdout);
    assert.match(rowOf(found, "rbac", "pass").detail, /access level 1$/);
    assert.match(rowOf(found, "rbac", "not-asked").detail, /nodes and custom resources stay unseen/);
  });

  test("Security Hub is off: the scanner's own, and one that the scanner's own stands in for", async () => {
    const publish = { securityHub: { enabled: true } };
    const off = { securityHubRegions: [] };
    const [own, member] = await Promise.all([
      diagnose(company([], { accounts: [hubAccount([], off), memberAccount([healthyCluster()], off)] }), {
        ...SCOPE,
        publish,
      }),
      diagnose(company([healthyCluster()], {}, off), { ...SCOPE, publish }),
    ]);
    assert.deepEqual(told(own, "fail"), [`security-hub ${REGION}`, `security-hub ${REGION}`]);
    assert.match(rowOf(own, "security-hub", "fail").commands.join(), /aws securityhub enable-security-hub/);
    assert.equal(member.exitCode, 0);
    assert.match(
      member.rows.map(({ detail }) => detail).join("\n"),
      /off here: the findings go to the scanner's own hub/,
    );
  });

  test("a topic that is not there", async () => {
    const topicArn = `arn:aws:sns:${REGION}:${HUB_ACCOUNT}:other-findings`;
    const found = await diagnose(company([]), { ...SCOPE, publish: { sns: { topicArn } } });
    assert.deepEqual([found.exitCode, told(found, "fail")], [3, ["sns"]]);
    assert.match(rowOf(found, "sns", "fail").detail, /there is no topic .*:other-findings/);
  });

  test("topics that nobody listens to: of the digest, and of the alarms", async () => {
    const topicSubscriptions = new Map([
      ["ringfence-findings", { confirmed: 0, pending: 0 }],
      ["ringfence-prod-alarms", { confirmed: 0, pending: 1 }],
    ]);
    const content = { ...SCOPE, publish: { sns: { topicArn: TOPIC } } };
    const found = await diagnose(company([], { topicSubscriptions }), content, ["--deployment"]);
    assert.deepEqual([found.exitCode, told(found, "fail")], [3, ["sns", "sns"]]);
    const [digest, alarms] = found.rows.filter(({ check }) => check === "sns");
    assert.equal(
      digest?.detail,
      `digest: nobody is subscribed to ${TOPIC}, so no digest of a run reaches anybody`,
    );
    assert.match(digest?.commands.join() ?? "", new RegExp(`^aws sns subscribe .* --region ${REGION} `));
    assert.match(
      alarms?.detail ?? "",
      /:ringfence-prod-alarms \(1 subscription not confirmed yet\), so nobody hears/,
    );
    assert.match(alarms?.fix ?? "", /has to confirm it/);
  });

  test("the alarms of a deployment by another name than the policy has", async () => {
    const found = await diagnose(company([]), SCOPE, ["--deployment=ringfence-test"]);
    const { detail, fix } = rowOf(found, "sns", "fail");
    assert.match(detail, /^alarms: arn:aws:sns:.*:ringfence-test-alarms: /);
    assert.match(fix, /DeploymentName of deploy\/operator-policy\.yaml.*--deployment NAME/);
  });

  test("a Lambda quota of 10", async () => {
    const found = await diagnose(company([], { lambdaConcurrency: 10 }), SCOPE, ["--deployment"]);
    assert.deepEqual([found.exitCode, told(found, "fail")], [3, ["lambda"]]);
    assert.match(rowOf(found, "lambda", "fail").detail, /10 of 10 functions/);
  });

  test("an expired exemption, and one for a control that does not exist", async () => {
    const exemption = {
      controls: ["NETPOL.20"],
      reason: "known",
      owner: "platform team",
      until: "2020-01-31",
    };
    const unknown = { ...exemption, controls: ["NETPOL.999"], until: "2999-01-31" };
    const found = await diagnose(company([]), { ...SCOPE, exemptions: [exemption, unknown] });
    assert.deepEqual(told(found, "fail"), ["exemptions", "exemptions"]);
    const { detail, fix } = rowOf(found, "exemptions", "fail");
    assert.match(detail, /^exemptions\[0\] expired after 2020-01-31/);
    assert.match(fix, /platform team/);
  });

  test("a configuration that is wrong ends in exit 2 with all its problems", async () => {
    const file = writeConfiguration({ regions: "nowhere", limits: { concurrency: 0 } });
    const { exitCode, stdout, stderr } = await run(["doctor", "--config", file]);
    assert.deepEqual([exitCode, stdout], [2, ""]);
    assert.match(stderr, /has 2 problems/);
  });

  test("--cluster that matches nothing", async () => {
    const found = await diagnose(company([healthyCluster()]), SCOPE, ["--cluster", "shpo"]);
    assert.deepEqual([found.exitCode, told(found, "fail")], [3, ["eks-clusters"]]);
    assert.match(rowOf(found, "eks-clusters", "fail").detail, /matches shpo/);
  });
});

/** Every group that a rule of ours is about is served, so that every rule counts. */
const EVERY_GROUP = [
  "policy.networking.k8s.io/v1alpha1",
  "policy.networking.k8s.io/v1alpha2",
  "argoproj.io/v1alpha1",
  "cilium.io/v2",
  "crd.projectcalico.org/v1",
  "projectcalico.org/v3",
  "crd.antrea.io/v1beta1",
  "operator.tigera.io/v1",
  "eks.amazonaws.com/v1",
];

/** One cluster per rule, which lacks just that. */
const lacking = KUBERNETES_PERMISSIONS.map(({ apiGroup, resource }, index) => ({
  name: `lacks-${index}`,
  rule: apiGroup === "" ? resource : `${resource}.${apiGroup}`,
}));

function clustersWithout(): readonly WorldCluster[] {
  return lacking.map(({ name, rule }) =>
    healthyCluster({ name, withoutResources: [rule], extraApiVersions: EVERY_GROUP }),
  );
}

describe("each rule of the shipped role", { concurrency: 2 }, () => {
  const forbidden = { kind: "error", status: 403, code: "Forbidden", message: "no" } as const;
  const review = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
  for (const [how, faults] of [
    ["by review", []],
    [
      "by trying, where reviews are refused",
      [{ service: "kubernetes", operation: review, answer: forbidden }],
    ],
  ] as const)
    test(`is missed by its name: ${how}`, async () => {
      const found = await diagnose(company(clustersWithout(), { faults }));
      assert.equal(found.exitCode, 3);
      for (const { name, rule } of lacking) {
        const rows = found.rows.filter(({ cluster }) => cluster === name);
        const failed = rows.filter(({ check, status }) => check === "rbac" && status === "fail");
        assert.deepEqual(
          failed.map(({ detail }) => /may not (?:get|list) ([^,]+),/.exec(detail)?.[1]),
          [rule],
          `${name} without ${rule}: ${JSON.stringify(rows)}`,
        );
        assert.match(
          failed[0]?.commands.at(-1) ?? "",
          /kubectl apply -f deploy\/kubernetes\/ringfence-reader\.yaml/,
        );
      }
    });
});

test("an organization of 1,000 accounts: equal failures stand together, and the names are not all printed", async () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => String(300_000_000_000 + index));
  const many = ids.map((id, index) =>
    account({
      id,
      name: `a-${index}`,
      parentId: organizationOfTwo.rootId,
      memberRole: { deployed: index >= 37, withoutActions: [] },
    }),
  );
  const cloud = await startCloud(company([], { accounts: [hubAccount([]), ...many] }));
  const config = writeConfiguration(SCOPE);
  const { exitCode, stdout, stderr } = await run(["doctor", "--config", config, "--concurrency", "40"], {
    environment: { ...cloud.environment },
  });
  await cloud.close();
  assert.equal(exitCode, 3, stderr);
  assert.match(stdout, /^✗ role {16}37 accounts: AccessDenied/m);
  assert.match(stdout, /^✓ role {16}964 accounts: the role RingfenceReader can be assumed/m);
  assert.ok(stdout.split("\n").length < 40, `${stdout.split("\n").length} lines`);
  assert.equal(stderr.trim().split("\n").length, 10, "a line after each tenth");
});
