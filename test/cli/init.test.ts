// `ringfence init`: from flags without a terminal, by asking on one, and never over a file that is there.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { parseTemplate, toFields } from "../../emulator/aws/cloud-formation.ts";
import { parseConfiguration } from "../../lib/config/config.ts";
import { makeFolder, ROOT, run } from "./run-ringfence.ts";

const execute = promisify(execFile);
const read = (...path: string[]): string => readFileSync(join(...path), "utf8");

const ORGANIZATION = ["--organization-id", "o-abcd123456"];
const WEBHOOK = "https://hooks.slack.com/services/T000/B000/XXXX";

describe("from flags", { concurrency: 3 }, () => {
  test("an organization: a configuration that we take, and a deployment", async () => {
    const folder = makeFolder();
    const topic = "arn:aws:sns:eu-central-1:111122223333:findings";
    const more = [
      "--external-id",
      "a-long-random-text",
      "--regions",
      "eu-central-1,eu-west-1",
      "--security-hub",
    ];
    const place = ["--topic-arn", topic, "--state-bucket", "our-state", "--scanner-account", "111122223333"];
    const { exitCode, stdout, stderr } = await run(["init", ...ORGANIZATION, ...more, ...place], { folder });
    assert.equal(exitCode, 0, stderr);
    assert.match(stdout, /^Written: ringfence\.config\.yaml, ringfence-deploy\.sh\n/);
    const configuration = parseConfiguration(read(folder, "ringfence.config.yaml"), "written");
    assert.deepEqual(configuration.regions, ["eu-central-1", "eu-west-1"]);
    assert.equal(configuration.role.externalId, "a-long-random-text");
    assert.deepEqual(configuration.state, { bucket: "our-state" });
    assert.deepEqual(configuration.publish.sns, { topicArn: topic, format: "text" });
    assert.equal(configuration.publish.securityHub.enabled, true);
    assert.ok(configuration.organization !== undefined);
    await assertDeploys(join(folder, "ringfence-deploy.sh"));
    assert.match(
      read(folder, "ringfence-deploy.sh"),
      /ParameterKey=ScannerAccountId,ParameterValue=111122223333/,
    );
  });

  test("into another folder: the next commands are told with the file, which they would not find", async () => {
    const folder = makeFolder();
    const { stdout } = await run(["init", "--this-account", "--output", "our files"], { folder });
    const file = "'our files/ringfence.config.yaml'";
    assert.match(
      stdout,
      new RegExp(`ringfence doctor --config ${file},.* ringfence scan --config ${file}\\.`),
    );
  });

  test("accounts, with all else by default: the external id is new each time", async () => {
    const [one, other] = [makeFolder(), makeFolder()];
    for (const folder of [one, other]) {
      const { exitCode, stderr } = await run(["init", "--accounts", "111122223333,222233334444"], { folder });
      assert.equal(exitCode, 0, stderr);
      await assertDeploys(join(folder, "ringfence-deploy.sh"));
    }
    const written = [one, other].map((folder) =>
      parseConfiguration(read(folder, "ringfence.config.yaml"), "written"),
    );
    assert.deepEqual(written[0]?.accounts, ["111122223333", "222233334444"]);
    assert.match(written[0]?.role.externalId ?? "", /^[0-9a-f]{48}$/);
    assert.notEqual(written[0]?.role.externalId, written[1]?.role.externalId);
  });

  test("this account alone: nothing to deploy", async () => {
    const folder = makeFolder();
    const { exitCode } = await run(["init", "--this-account", "--output", "new/one"], { folder });
    assert.equal(exitCode, 0);
    const configuration = parseConfiguration(read(folder, "new", "one", "ringfence.config.yaml"), "written");
    assert.deepEqual([configuration.organization, configuration.accounts], [undefined, undefined]);
    assert.equal(existsSync(join(folder, "new", "one", "ringfence-deploy.sh")), false);
  });

  test("what is there stays, unless --force is given", async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "ringfence.config.yaml"), "mine");
    const refused = await run(["init", "--this-account"], { folder });
    assert.equal(refused.exitCode, 2);
    assert.match(
      refused.stderr,
      /ringfence\.config\.yaml would be overwritten: give --force, or another folder/,
    );
    assert.equal(read(folder, "ringfence.config.yaml"), "mine");
    const forced = await run(["init", "--this-account", "--force"], { folder });
    assert.equal(forced.exitCode, 0);
    assert.notEqual(read(folder, "ringfence.config.yaml"), "mine");
  });

  for (const [args, says] of [
    [[], /no terminal to ask on: give --organization-id ID, --accounts IDS or --this-account/],
    [[...ORGANIZATION, "--this-account"], /--this-account is a scope of its own/],
    [["--accounts", "12345"], /--accounts: "12345" is not a 12-digit account id/],
    [["--organization-id", "o-'; rm -rf /"], /is not the id of an organization/],
    [["--this-account", "--regions", "frankfurt"], /"frankfurt" is not an AWS Region/],
    [[...ORGANIZATION, "--external-id", "$(id)"], /is not 2 to 1224 letters/],
    [["--this-account", "--topic-arn", "x"], /--topic-arn: "x" is not the ARN of a standard SNS topic/],
    [[...ORGANIZATION, "--time-zone", "Mars/Phobos"], /--time-zone: "Mars\/Phobos" is not a time zone/],
    [["--this-account", "--slack-secret-arn", WEBHOOK], /--slack-secret-arn: a value that is not shown/],
    [["--this-account", "--topic-arn", WEBHOOK], /--topic-arn: a value that is not shown/],
  ] as const)
    test(`told wrong: ${args.join(" ")}`, async () => {
      const folder = makeFolder();
      const { exitCode, stdout, stderr } = await run(["init", ...args], { folder });
      assert.deepEqual([exitCode, stdout], [2, ""]);
      assert.match(stderr, says);
      assert.doesNotMatch(stderr, /hooks\.slack\.com|\$\(id\)/, "no secret");
      assert.equal(existsSync(join(folder, "ringfence.config.yaml")), false);
    });
});

/** A shell takes it, and every parameter in it is one that the deployment or the template has. */
async function assertDeploys(file: string): Promise<void> {
  await execute("bash", ["-n", file]);
  const text = read(file);
  const known = toFields(toFields(parseTemplate(read(ROOT, "serverless.yml"))["params"])["default"]);
  const used = [...text.matchAll(/--param (\w+)=/g)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== "configFile");
  assert.ok(used.includes("externalId"));
  assert.deepEqual(
    used.filter((name) => !Object.hasOwn(known, name)),
    [],
  );
  const parameters = toFields(parseTemplate(read(ROOT, "deploy/member-role.yaml"))["Parameters"]);
  const keys = [...text.matchAll(/ParameterKey=(\w+),/g)].map(([, name = ""]) => name);
  assert.ok(keys.includes("ExternalId"));
  assert.deepEqual(
    keys.filter((name) => !Object.hasOwn(parameters, name)),
    [],
  );
}

/** util-linux's `script` gives the process a terminal; each answer is typed when its question is there. */
async function answer(folder: string, answers: readonly (readonly [question: RegExp, typed: string])[]) {
  const launcher = join(ROOT, "bin", "ringfence.mjs");
  const child = spawn("script", ["-qec", `"${process.execPath}" "${launcher}" init`, "/dev/null"], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: folder, TERM: "dumb" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let shown = "";
  let asked = 0;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    shown += chunk;
    for (let next = answers[asked]; next?.[0].test(shown) === true; next = answers[asked]) {
      asked += 1;
      child.stdin.write(`${next[1]}\r`);
      shown = "";
    }
  });
  const exitCode = await new Promise<number | null>((resolve) => void child.once("close", resolve));
  return { exitCode, asked };
}

const hasScript = await execute("script", ["--version"]).then(
  ({ stdout }) => stdout.includes("util-linux"),
  () => false,
);

test(
  "on a terminal it asks, and asks again",
  { skip: hasScript ? false : "no util-linux `script` here" },
  async () => {
    const folder = makeFolder();
    const { exitCode, asked } = await answer(folder, [
      [/Organization id .*: /s, "111122223333"],
      [/organization that they are in.*: /s, "o-abcd123456"],
      [/Regions, .*: /s, "frankfurt"],
      [/That is not an AWS Region.*Enter/s, ""],
      [/Regions, .*: /s, "eu-central-1"],
      [/External id .*: /s, ""],
      [/Security Hub\?.*: /s, "yes"],
      [/SNS topic.*: /s, ""],
      [/Slack.*: /s, ""],
      [/S3 bucket.*: /s, ""],
      [/account that scans.*: /s, ""],
      [/Region that it runs in.*: /s, ""],
      [/Name of the deployment.*: /s, ""],
      [/Time zone.*: /s, "Europe/Berlin"],
      [/E-mail.*: /s, ""],
    ]);
    assert.deepEqual([exitCode, asked], [0, 15]);
    const configuration = parseConfiguration(read(folder, "ringfence.config.yaml"), "written");
    assert.deepEqual([configuration.accounts, configuration.regions], [["111122223333"], ["eu-central-1"]]);
    assert.equal(configuration.publish.securityHub.enabled, true);
    const script = read(folder, "ringfence-deploy.sh");
    assert.match(script, /--param timeZone=Europe\/Berlin/);
    assert.match(
      script,
      /ParameterKey=OrganizationId,ParameterValue=o-abcd123456/,
      "the role trusts the organization",
    );
    assert.doesNotMatch(script, /--param organizationId=/, "and only the named accounts are scanned");
    await assertDeploys(join(folder, "ringfence-deploy.sh"));
  },
);
