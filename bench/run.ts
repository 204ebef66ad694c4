// Runs the benches that are named, or all but those that say why not, and writes bench/results.md.
// Run: npm run bench [NAME…]

import { join } from "node:path";
import { listBenches } from "./benches.ts";
import { runBenches } from "./run-benches.ts";

const root = join(import.meta.dirname, "..");
const benches = listBenches(root);
const names = process.argv.slice(2);
const unknown = names.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  const known = benches.map(({ name }) => name).join(", ");
  console.error(`There is no bench ${unknown.join(", ")}. There are: ${known}.`);
  process.exit(2);
}
const wanted = benches.filter(({ name, onlyByName }) =>
  names.length === 0 ? onlyByName === null : names.includes(name),
);
if (names.length === 0)
  for (const { name, onlyByName } of benches)
    if (onlyByName !== null) console.error(`Not run: ${name}, because ${onlyByName}. npm run bench ${name}`);
const { failed, skipped } = await runBenches(wanted, {
  root,
  resultsPath: join(root, "bench/results.md"),
  benches,
  say: (text) => process.stdout.write(text),
});
for (const [name, because] of skipped) console.error(`\nSKIPPED: ${name}. ${because}`);
for (const [name, because] of failed)
  console.error(`\nFAILED: ${name}, ${because}; bench/results.md has what it printed.`);
const wasAskedFor = names.length > 0 && skipped.size > 0;
if (failed.size > 0 || wasAskedFor) process.exitCode = 1;
