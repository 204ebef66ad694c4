import assert from "node:assert/strict";
import { test } from "node:test";
import { configurationFromEnvironment, parseConfiguration } from "../../lib/config/config.ts";
import { ENVIRONMENT_VARIABLES } from "../../lib/config/config-environment.ts";
import { ConfigurationError } from "../../lib/model/configuration-error.ts";

function errorOf(environment: Record<string, string>): ConfigurationError {
  try {
    configurationFromEnvironment(environment);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error;
  }
  return assert.fail("the environment was accepted");
}

test("an environment without our variables is the defaults", () => {
  assert.deepEqual(
    configurationFromEnvironment({ PATH: "/bin", AWS_REGION: "x", RINGFENCE_REGIONS: " " }),
    parseConfiguration("", "the defaults"),
  );
});

const TOPIC = "arn:aws:sns:eu-central-1:111122223333:ringfence";
const SECRET = "arn:aws:secretsmanager:eu-central-1:111122223333:secret:slack-AbCdEf";

/** Every variable once, with a value and where it must arrive. */
const arrivals: Readonly<Record<string, readonly [value: string, arrives: unknown]>> = {
  RINGFENCE_ORGANIZATION: [
    "true",
    { accounts: { include: ["*"], exclude: [] }, organizationalUnits: { include: ["*"], exclude: [] } },
  ],
  RINGFENCE_EXCLUDE_ACCOUNTS: ["111122223333, 012345678901", ["111122223333", "012345678901"]],
  RINGFENCE_ACCOUNTS: ["012345678901", ["012345678901"]],
  RINGFENCE_ROLE_NAME: ["Reader", "Reader"],
  RINGFENCE_EXTERNAL_ID: ["12345", "12345"],
  RINGFENCE_SESSION_POLICY: ["false", false],
  RINGFENCE_REGIONS: ["eu-central-1,eu-west-1", ["eu-central-1", "eu-west-1"]],
  RINGFENCE_CLUSTERS: ["prod-*", ["prod-*"]],
  RINGFENCE_EXCLUDE_CLUSTERS: ["a , b", ["a", "b"]],
  RINGFENCE_SECURITY_HUB: ["true", true],
  RINGFENCE_SECURITY_HUB_REGION: ["eu-central-1", "eu-central-1"],
  RINGFENCE_SECURITY_HUB_INCLUDE: ["all", "all"],
  RINGFENCE_TOPIC_ARN: [TOPIC, TOPIC],
  RINGFENCE_SLACK_SECRET_ARN: [SECRET, SECRET],
  RINGFENCE_SLACK_PARAMETER: ["/ringfence/slack", "/ringfence/slack"],
  RINGFENCE_BUCKET: ["ringfence-runs", "ringfence-runs"],
  RINGFENCE_SPOKE_ACCOUNTS: ["012345678901", ["012345678901"]],
  RINGFENCE_CONCURRENCY: ["7", 7],
  RINGFENCE_DEADLINE_SECONDS: ["840", 840],
  RINGFENCE_REQUEST_TIMEOUT_MS: ["9000", 9000],
};

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, step) : undefined),
    value,
  );
}

for (const variable of ENVIRONMENT_VARIABLES) {
  if (variable.name === "RINGFENCE_TOPIC_FORMAT") continue;
  // Spokes need the bucket into which they write.
  const besides = variable.name === "RINGFENCE_SPOKE_ACCOUNTS" ? { RINGFENCE_BUCKET: "ringfence-runs" } : {};
  test(`${variable.name} arrives at ${variable.path.join(".")}`, () => {
    const [value = "", expected] = arrivals[variable.name] ?? [];
    assert.notEqual(value, "", "the table of this test lacks the variable");
    const configuration = configurationFromEnvironment({ [variable.name]: value, ...besides });
    assert.deepEqual(at(configuration, variable.path), expected);
  });
}

test("what is no such number or section is told in the words of a variable, not of a file", () => {
  for (const [environment, told] of [
    [{ RINGFENCE_CONCURRENCY: "-1" }, ["RINGFENCE_CONCURRENCY", "the number -1", null]],
    [{ RINGFENCE_CONCURRENCY: "1e21" }, ["RINGFENCE_CONCURRENCY", "the number 1e+21", null]],
    [{ RINGFENCE_DEADLINE_SECONDS: "9.5" }, ["RINGFENCE_DEADLINE_SECONDS", "the number 9.5", null]],
    [{ RINGFENCE_ORGANIZATION: "maybe" }, ["RINGFENCE_ORGANIZATION", '"maybe"', null]],
    [{ RINGFENCE_CONFIG: "[1]" }, ["RINGFENCE_CONFIG", "a list of 1", null]],
  ] as const) {
    const { problems } = errorOf(environment);
    assert.deepEqual(
      problems.map(({ path, seen, hint }) => [path, seen, hint]),
      [told],
    );
  }
  assert.equal(errorOf({ RINGFENCE_ORGANIZATION: "maybe" }).problems[0]?.expected, "true or false");
});

test("spokes need the bucket into which they write", () => {
  const { problems } = errorOf({ RINGFENCE_SPOKE_ACCOUNTS: "012345678901" });
  assert.deepEqual(
    problems.map(({ expected }) => expected),
    ["state.bucket too: the bucket into which the spokes write"],
  );
});

test("the topic's format needs its topic", () => {
  assert.deepEqual(
    configurationFromEnvironment({ RINGFENCE_TOPIC_ARN: TOPIC, RINGFENCE_TOPIC_FORMAT: "json" }).publish.sns,
    { topicArn: TOPIC, format: "json" },
  );
  assert.deepEqual(
    errorOf({ RINGFENCE_TOPIC_FORMAT: "json" }).problems.map(({ path }) => path),
    ["RINGFENCE_CONFIG: publish.sns.topicArn"],
  );
});

test("Regions may be the word enabled, and organization may be switched off", () => {
  const configuration = configurationFromEnvironment({
    RINGFENCE_CONFIG: "organization: {accounts: {exclude: ['111122223333']}}",
    RINGFENCE_REGIONS: "enabled",
    RINGFENCE_ORGANIZATION: "false",
  });
  assert.equal(configuration.regions, "enabled");
  assert.equal(configuration.organization, undefined);
});

test("RINGFENCE_CONFIG is a whole file, and a single variable is stronger than its key there", () => {
  const configuration = configurationFromEnvironment({
    RINGFENCE_CONFIG:
      "organization: {accounts: {exclude: ['111122223333']}}\nrole: {name: A, sessionPolicy: false}",
    RINGFENCE_ORGANIZATION: "true",
    RINGFENCE_ROLE_NAME: "B",
  });
  assert.deepEqual(configuration.role, { name: "B", sessionPolicy: false });
  assert.deepEqual(configuration.organization?.accounts.exclude, ["111122223333"]);
});

test("every mistake is told at once and names the variable that it came from", () => {
  const error = errorOf({
    RINGFENCE_TOPIC_ANR: TOPIC,
    RINGFENCE_REGIONS: "eu-central-1,nowhere",
    RINGFENCE_CONCURRENCY: "many",
    RINGFENCE_SESSION_POLICY: "yes",
    RINGFENCE_ORGANIZATION: "maybe",
    RINGFENCE_CONFIG: "limits: {requestTimeoutMs: 1}",
  });
  assert.deepEqual(error.problems.map(({ path, hint }) => `${path} ${hint ?? ""}`.trim()).toSorted(), [
    "RINGFENCE_CONCURRENCY Write the number without quotes.",
    "RINGFENCE_CONFIG: limits.requestTimeoutMs",
    "RINGFENCE_ORGANIZATION",
    "RINGFENCE_REGIONS [1]",
    "RINGFENCE_SESSION_POLICY",
    "RINGFENCE_TOPIC_ANR Did you mean RINGFENCE_TOPIC_ARN?",
  ]);
});

test("a secret in the environment is not shown", () => {
  const error = errorOf({
    RINGFENCE_EXTERNAL_ID: "s3cr3t !",
    RINGFENCE_TOPIC_ARN: "https://hooks.slack.com/s3cr3t",
  });
  assert.equal(error.problems.length, 2);
  assert.doesNotMatch(error.message, /s3cr3t/);
});

test("a text where RINGFENCE_CONFIG should have a map is refused, not overwritten", () => {
  const error = errorOf({ RINGFENCE_CONFIG: "role: Reader", RINGFENCE_ROLE_NAME: "B" });
  assert.deepEqual(
    error.problems.map(({ path }) => path),
    ["RINGFENCE_CONFIG: role"],
  );
});

test("__proto__ in RINGFENCE_CONFIG stays an unknown key", () => {
  const error = errorOf({ RINGFENCE_CONFIG: "__proto__: {regions: [eu-west-1]}", RINGFENCE_ROLE_NAME: "B" });
  assert.deepEqual(
    error.problems.map(({ path }) => path),
    ["RINGFENCE_CONFIG: __proto__"],
  );
});
