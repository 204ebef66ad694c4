// The file that the parameter configFile names, as JSON in one line: for RINGFENCE_CONFIG in serverless.yml. What is
// wrong with its YAML is told here, with the line; osls cuts a parameter of several lines short.

const { readFileSync } = require("node:fs");

module.exports = async ({ resolveVariable }) => {
  const path = await resolveVariable("param:configFile");
  if (path === "") return "";
  const { parseFile } = await import("../../lib/config-yaml.ts");
  return JSON.stringify(parseFile(readFileSync(path, "utf8"), path).value);
};
