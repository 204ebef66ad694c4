// The definition of the state machine for serverless.yml: deploy/state-machine.asl.json, with the widths of its maps
// where the parameters say so. CloudFormation hands a number on as text, which Step Functions refuses there.

const { readFileSync } = require("node:fs");
const path = require("node:path");

// A Map Run has at most 10,000 children at once; an account has 1,000 Lambda functions at once, unless it asked for more.
const MOST_AT_ONCE = 10_000;

module.exports = async ({ resolveVariable }) => {
  const definition = JSON.parse(readFileSync(path.join(__dirname, "../state-machine.asl.json"), "utf8"));
  const widths = { DiscoverAccounts: "accountsAtOnce", ScanChunks: "chunksAtOnce" };
  for (const [state, parameter] of Object.entries(widths)) {
    const given = String(await resolveVariable(`param:${parameter}`));
    if (given !== "") definition.States[state].MaxConcurrency = toWidth(parameter, given);
  }
  return definition;
};

function toWidth(parameter, given) {
  const width = Number(given);
  if (/^\d+$/.test(given) && width >= 1 && width <= MOST_AT_ONCE) return width;
  throw new Error(
    `--param ${parameter} is ${JSON.stringify(given)}: give a whole number from 1 to ${MOST_AT_ONCE}.`,
  );
}
