// The file that the parameter configFile names, as JSON in one line, packed where it is long: for RINGFENCE_CONFIG in
// serverless.yml. What the functions would refuse is refused here, before anything is deployed.

const { readFileSync } = require("node:fs");

// Lambda developer guide, quotas: 4 KB for all variables of a function together.
const MAX_ENVIRONMENT_BYTES = 4096;

module.exports = async ({ resolveVariable }) => {
  const path = await resolveVariable("param:configFile");
  const text = path === "" ? "" : await toText(path);
  const environment = await toEnvironment(text, async (name) =>
    String(await resolveVariable(`param:${name}`)),
  );
  const { readHandlerConfiguration } = await import("../../lib/config/handler-configuration.ts");
  readHandlerConfiguration(environment);
  refuseTooLong(environment, text);
  return text;
};

async function toText(path) {
  const { parseFile } = await import("../../lib/config/config-yaml.ts");
  const { packConfiguration } = await import("../../lib/config/packed-configuration.ts");
  const { decodeFile, SAVE_AS_UTF_8 } = await import("../../lib/model/decode-file.ts");
  const text = decodeFile(readFileSync(path));
  if (text === null) throw new Error(`${path} is ${SAVE_AS_UTF_8}.`);
  return packConfiguration(JSON.stringify(parseFile(text, path).value));
}

/** As serverless.yml sets it, with names of the usual length where CloudFormation makes them. */
async function toEnvironment(text, param) {
  const organizationId = await param("organizationId");
  return {
    RINGFENCE_CONFIG: text,
    RINGFENCE_ORGANIZATION: organizationId === "" ? "" : "true",
    RINGFENCE_ACCOUNTS: organizationId === "" ? (await param("accounts")) || "111122223333" : "",
    RINGFENCE_EXTERNAL_ID: await param("externalId"),
    RINGFENCE_REGIONS: await param("regions"),
    RINGFENCE_SECURITY_HUB: await param("securityHub"),
    RINGFENCE_SLACK_SECRET_ARN: await param("slackSecretArn"),
    RINGFENCE_SLACK_PARAMETER: await param("slackParameterName"),
    RINGFENCE_SPOKE_ACCOUNTS: await param("spokeAccounts"),
    RINGFENCE_NAME: "ringfence-production",
    RINGFENCE_BUCKET: (await param("existingBucket")) || "ringfence-production-111122223333-ap-southeast-2",
    RINGFENCE_TOPIC_ARN:
      (await param("existingTopicArn")) ||
      "arn:aws:sns:ap-southeast-2:111122223333:ringfence-production-findings",
    RINGFENCE_STATE_MACHINE_ARN:
      "arn:aws:states:ap-southeast-2:111122223333:stateMachine:ringfence-production",
    NODE_OPTIONS: "--max-semi-space-size=16 --max-old-space-size=10240",
    MALLOC_ARENA_MAX: "1",
    MALLOC_MMAP_THRESHOLD_: "131072",
  };
}

function refuseTooLong(environment, text) {
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (bytes <= MAX_ENVIRONMENT_BYTES) return;
  throw new Error(
    `The functions' environment takes ${bytes} bytes, of which ${Buffer.byteLength(text)} are configFile (packed), and ` +
      `Lambda allows ${MAX_ENVIRONMENT_BYTES}. Shorten configFile, accounts or spokeAccounts: a glob in the place of ` +
      "many names, organizational units in the place of accounts.",
  );
}
