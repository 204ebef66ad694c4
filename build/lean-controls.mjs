// An esbuild plugin: a control is a page, and what of it only people and documents read is left out of the Lambda
// bundles. That no scan reads it the compiler sees: lib/scan takes a JudgingControl.

import { readFile } from "node:fs/promises";
import { ONLY_IN_DOCUMENTS } from "../lib/model/control.ts";

/** A member of the object in `defineControl`, up to the next one: the formatter keeps them two spaces from the left. */
const MEMBER = new RegExp(`^  (?:${ONLY_IN_DOCUMENTS.join("|")}):[\\s\\S]*?,\\n(?=  \\w|\\}\\);)`, "gm");

export const leanControls = {
  name: "lean-controls",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lib[\\/]controls[\\/]netpol-\d+\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, "utf8");
      const found = text.match(MEMBER)?.length ?? 0;
      if (found !== ONLY_IN_DOCUMENTS.length)
        throw new Error(
          `build/lean-controls.mjs finds ${found} of ${ONLY_IN_DOCUMENTS.join(", ")} in ${path}`,
        );
      return { contents: text.replace(MEMBER, ""), loader: "ts" };
    });
  },
};
