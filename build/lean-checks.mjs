// An esbuild plugin: of the schemas by which lib/ checks what it is given, a Lambda carries those that it uses, without the
// words that only the docs and the JSON Schemas have. esbuild keeps what calls build, where it does not know them as pure.

import { readFile } from "node:fs/promises";

/** Calls of valibot, but those that check something and may throw. */
const OF_VALIBOT = /\bv\.(?!(?:parse|safeParse|assert)\()\w+\(/g;
/** Calls of lib/config/config-values.ts, and not its definitions. */
const OF_OURS =
  /(?<![\w.$]|function )(?:described|optional|withDefault|text|wholeNumber|oneOf|listOf|includeList)\(/g;
const DESCRIPTION = /((?<![\w.$])(?:described|optional|withDefault|v\.description)\(\s*)(?:"[^"]*"|'[^']*')/g;

export const leanChecks = {
  name: "lean-checks",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lib[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      if (!text.includes('from "valibot"')) return null;
      const pure = text.replace(OF_VALIBOT, "/* @__PURE__ */ $&");
      const contents = takesOurs(text) ? pure.replace(OF_OURS, "/* @__PURE__ */ $&") : pure;
      return { contents: contents.replace(DESCRIPTION, '$1""'), loader: "ts" };
    });
  },
};

function takesOurs(text) {
  return text.includes("/config-values.ts") || text.includes("export function described");
}
