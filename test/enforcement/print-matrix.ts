// Prints the matrix as a Markdown table: what each make-up of a cluster is judged to be, and the sentence.
// Run: npx node test/enforcement/print-matrix.ts

import { assessEnforcement } from "./assess.ts";
import { NOW } from "./facts.ts";
import { ROWS } from "./rows.ts";

const lines = ROWS.map(({ name, facts }) => {
  const { verdict, engine, mode, unselectedPods, because } = assessEnforcement(facts, "prod", NOW);
  const cells = [name, verdict, engine, mode, unselectedPods, because];
  return `| ${cells.map((cell) => (cell ?? "–").replaceAll("|", "\\|")).join(" | ")} |`;
});

console.log("| cluster | verdict | engine | mode | unselected pods | sentence |");
console.log("|---|---|---|---|---|---|");
console.log(lines.join("\n"));
