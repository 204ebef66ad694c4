// What becomes of findings on their way to Security Hub, SNS and Slack: two runs with a change between them, and the
// faults in between, over the wire against the emulated cloud. Run: npm run bench:publishing-scenes [scene…]

import { deniedRegion, twoRuns } from "./publishing/company.ts";
import {
  hubOff,
  killedBetweenImportAndConfirmation,
  onePoisonFinding,
  overlappingRuns,
  tenThousand,
  tooManyRequests,
} from "./publishing/scenes.ts";

const SCENES = {
  "two-runs": twoRuns,
  "denied-region": deniedRegion,
  overlap: overlappingRuns,
  kill: killedBetweenImportAndConfirmation,
  "hub-off": hubOff,
  "429": tooManyRequests,
  poison: onePoisonFinding,
  "10000": tenThousand,
} as const;

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(SCENES, name));
if (unknown.length > 0) {
  console.error(`There is no scene ${unknown.join(", ")}. There are: ${Object.keys(SCENES).join(", ")}.`);
  process.exit(2);
}
for (const [name, play] of Object.entries(SCENES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`== ${name}`);
  const startedMs = performance.now();
  await play((line) => console.log(line));
  console.log(`(${((performance.now() - startedMs) / 1000).toFixed(1)} s)\n`);
}
