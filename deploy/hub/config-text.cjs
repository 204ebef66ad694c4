// The text of the file that the parameter configFile names, for serverless.yml: osls would read a YAML file as data,
// and cuts a parameter of several lines short.

const { readFileSync } = require("node:fs");

module.exports = async ({ resolveVariable }) => {
  const path = await resolveVariable("param:configFile");
  return path === "" ? "" : readFileSync(path, "utf8");
};
