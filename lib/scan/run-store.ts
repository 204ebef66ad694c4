// Where the stages of a run leave their results for each other: one prefix of the bucket per run. Only the
// keys and the JSON are here; what is in them is each stage's own.

import type { ObjectStore } from "./sources.ts";

/** Keys of one run. Account, Region and cluster names come from AWS and hold no `/`. */
export function runKeys(runId: string) {
  const root = `runs/${runId}`;
  return {
    root: `${root}/`,
    accounts: `${root}/accounts.jsonl`,
    accountCoverage: `${root}/account-coverage.json`,
    discoveredPrefix: `${root}/discovered/`,
    discovered: (account: string) => `${root}/discovered/${account}.json`,
    chunks: `${root}/chunks.jsonl`,
    scannedPrefix: `${root}/scanned/`,
    scanned: (account: string, region: string, cluster: string) =>
      `${root}/scanned/${account}/${region}/${cluster}.json`,
    wide: `${root}/wide.json`,
    report: `${root}/report.json`,
    page: `${root}/report.html`,
    missed: `${root}/missed.jsonl`,
  };
}

export async function putJson(store: ObjectStore, key: string, value: unknown): Promise<void> {
  await store.putObject(key, JSON.stringify(value));
}

export async function putJsonLines(
  store: ObjectStore,
  key: string,
  values: readonly unknown[],
): Promise<void> {
  await store.putObject(key, values.map((value) => `${JSON.stringify(value)}\n`).join(""));
}
