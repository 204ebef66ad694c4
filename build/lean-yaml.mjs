// An esbuild plugin: what the package yaml has for others is left out of the Lambda bundles. Theirs are documents that are
// parsed, changed and written without a width, so that no line is folded.

/** Modules by what stands for them. */
const REPLACED = [
  // Folds lines longer than `lineWidth`; with 0 it gives back the text (its own first line).
  [
    /[\\/]yaml[\\/]browser[\\/].*[\\/]foldFlowLines\.js$/,
    `export const FOLD_FLOW = "flow", FOLD_BLOCK = "block", FOLD_QUOTED = "quoted";
    export function foldFlowLines(text, indent, mode, { lineWidth = 80 } = {}) {
      if (lineWidth > 0) throw new Error("build/lean-yaml.mjs left out the folding of lines: write with lineWidth: 0");
      return text;
    }`,
  ],
  // Walks over the tokens of a text, for editors.
  [/[\\/]yaml[\\/]browser[\\/].*[\\/]cst-visit\.js$/, "export const visit = null;"],
];

export const leanYaml = {
  name: "lean-yaml",
  setup({ onLoad }) {
    for (const [filter, contents] of REPLACED) onLoad({ filter }, () => ({ contents }));
  },
};
