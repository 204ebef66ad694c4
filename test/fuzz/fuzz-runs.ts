// How long and from which seed the fuzzing runs: briefly and always alike in `npm test`; `npm run fuzz` takes
// RINGFENCE_FUZZ_RUNS times as long, from a random seed that it prints (RINGFENCE_FUZZ_SEED repeats it).

import { randomInt } from "node:crypto";

const SEED = 20_261_122;
/** Some three minutes on two busy cores. */
const LONG = "8";

const isLong = process.env["npm_lifecycle_event"] === "fuzz";
const times = Number(process.env["RINGFENCE_FUZZ_RUNS"] ?? (isLong ? LONG : "1"));
const wantedSeed = process.env["RINGFENCE_FUZZ_SEED"];
const seed = wantedSeed === undefined ? (times > 1 ? randomInt(2 ** 31) : SEED) : Number(wantedSeed);
// Ringfence itself refuses variables of its prefix that it does not know.
delete process.env["RINGFENCE_FUZZ_RUNS"];
delete process.env["RINGFENCE_FUZZ_SEED"];
if (times > 1) process.stderr.write(`RINGFENCE_FUZZ_RUNS=${times} RINGFENCE_FUZZ_SEED=${seed}\n`);

/** `briefRuns` in `npm test`: together the files of this folder stay below ten seconds. */
export function fuzzRuns(briefRuns: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns: briefRuns * times, seed };
}
