// `ringfence scan --publish` as a process, twice: what reaches Security Hub and SNS, what is written anywhere,
// and that the second run, which sees the same, says nothing again.

import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startCloud, type Cloud } from "../../emulator/cloud.ts";
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
import type { Report } from "../../lib/model/report.ts";
import { makeFolder, run, type Finished } from "./run-ringfence.ts";

const CLOSED_ACCOUNT = "333333333333";

/** The member has no Security Hub, and a third account does not let anybody in. */
const company = world({
  name: "publishing-company",
  description: "Made for these tests.",
  organization: organizationOfTwo,
  accounts: [
    hubAccount([healthyCluster()]),
    memberAccount([healthyCluster({ name: "other", vpcOctet: 22 })], { securityHubRegions: [] }),
    account({
      id: CLOSED_ACCOUNT,
      name: "closed",
      parentId: organizationOfTwo.rootId,
      memberRole: { deployed: false, withoutActions: [] },
    }),
  ],
});

const WRITES: ReadonlySet<string> = new Set(["AssumeRole", "BatchImportFindings", "Publish", "PutObject"]);

describe("scan --publish", () => {
  const folder = makeFolder();
  let cloud: Cloud;
  let first: Finished;

  const publish = (): Promise<Finished> =>
    run(["scan", "--config", join(folder, "config.json"), "--format", "json", "--publish"], {
      environment: { ...cloud.environment },
    });

  before(async () => {
    cloud = await startCloud(company);
    const configuration = {
      organization: {},
      publish: { securityHub: { enabled: true }, sns: { topicArn: cloud.topicArn } },
      state: { folder: join(folder, "state") },
    };
    writeFileSync(join(folder, "config.json"), JSON.stringify(configuration));
    first = await publish();
  });
  after(() => cloud.close());

  test("every open finding is in a hub: its own account's, or the scanner's where there is none", () => {
    assert.equal(first.exitCode, 3, first.stderr);
    const { findings } = JSON.parse(first.stdout) as Report;
    const open = findings.filter(({ status }) => status === "fail" || status === "unknown");
    assert.ok(open.some(({ account: id }) => id === CLOSED_ACCOUNT));
    assert.ok(open.some(({ account: id }) => id === MEMBER_ACCOUNT));
    assert.deepEqual([...cloud.stores.findings.keys()], [`${HUB_ACCOUNT}/${REGION}`]);
    const stored = [...(cloud.stores.findings.get(`${HUB_ACCOUNT}/${REGION}`)?.values() ?? [])];
    const ids = new Set(stored.map((finding) => finding["Id"]));
    assert.deepEqual(
      open.filter(({ id }) => !ids.has(id)),
      [],
    );
  });

  test("one digest, which says that the run is incomplete", () => {
    const messages = cloud.stores.messages.get(cloud.topicArn) ?? [];
    assert.equal(messages.length, 1);
    assert.match(messages[0]?.subject ?? "", /^Ringfence: INCOMPLETE/);
    assert.match(messages[0]?.message ?? "", new RegExp(CLOSED_ACCOUNT));
  });

  test("nothing else was written to AWS, nothing to any cluster, and no secret to anywhere", () => {
    const written = cloud.calls.filter(({ operation }) => !/^(Get|List|Describe)/.test(operation ?? ""));
    assert.deepEqual(
      written.filter(({ operation }) => !WRITES.has(operation ?? "")),
      [],
    );
    const requests = [...cloud.clusters.values()].flatMap((server) => server.requests);
    assert.ok(requests.every(({ method }) => method === "GET"));
    const told = JSON.stringify([
      first.stdout,
      first.stderr,
      [...cloud.stores.findings.values()].map((findings) => [...findings.values()]),
      [...cloud.stores.messages.values()],
    ]);
    assert.deepEqual(
      cloud.issuedSecrets.filter((secret) => told.includes(secret)),
      [],
    );
  });

  test("a second run that sees the same leaves the clusters' findings as they are", async () => {
    const sentAt = (): ReadonlyMap<string, unknown> =>
      new Map(
        [...cloud.stores.findings.values()]
          .flatMap((findings) => [...findings.values()])
          .map((finding) => [String(finding["Id"]), finding["UpdatedAt"]] as const)
          .filter(([id]) => /\/(shop|other)\//.test(id)),
      );
    const before = sentAt();
    assert.ok(before.size > 0);
    const second = await publish();
    assert.equal(second.exitCode, 3, second.stderr);
    assert.deepEqual(sentAt(), before);
  });
});
