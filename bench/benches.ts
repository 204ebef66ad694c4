// Which benches there are: every script `bench:NAME` of package.json, the long ones first.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";

export interface Bench {
  readonly name: string;
  /** Of its script's opening comment. */
  readonly about: string;
  /** On two quiet cores; null: nobody has said. */
  readonly minutes: number | null;
  /** Why it is not run unless it is named; null: it is. */
  readonly onlyByName: string | null;
}

/** Rounds are the scripts' own; together at most half an hour. */
const MINUTES: Readonly<Record<string, number>> = {
  "small-clusters": 12,
  "big-cluster": 9,
  evaluator: 2,
  "cloud-api": 1,
  "cold-start": 1,
  bundles: 1,
  publishing: 2,
  "publishing-scenes": 1,
  html: 1,
  report: 3,
  organization: 2,
  protobuf: 1,
  mutation: 60,
  terminal: 45,
};

const ONLY_BY_NAME: Readonly<Record<string, string>> = {
  terminal: "it takes three quarters of an hour; docs/operations.md has its figures",
  mutation: "it takes an hour; its result stands in bench/mutation/README.md",
  "publishing-scenes": "it shows what happens, word by word, and measures nothing",
};

const Manifest = v.object({ scripts: v.record(v.string(), v.string()) });

export function listBenches(root: string): readonly Bench[] {
  const { scripts } = v.parse(Manifest, JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  return Object.entries(scripts)
    .flatMap(([script, command]) => {
      const name = /^bench:(.+)$/.exec(script)?.[1];
      return name === undefined ? [] : [toBench(root, name, command)];
    })
    .toSorted((a, b) => toRank(a) - toRank(b));
}

/** The long ones first, and last what runs only by its name. */
function toRank({ minutes, onlyByName }: Bench): number {
  return onlyByName === null ? -(minutes ?? Infinity) : 1;
}

function toBench(root: string, name: string, command: string): Bench {
  const file = /^node (bench\/\S+\.ts)/.exec(command)?.[1];
  const about = file === undefined ? "" : readAbout(readFileSync(join(root, file), "utf8"));
  return { name, about, minutes: MINUTES[name] ?? null, onlyByName: ONLY_BY_NAME[name] ?? null };
}

/** The comment that a script opens with, up to how it is run. */
function readAbout(source: string): string {
  const comment = /^(?:\/\/.*\n)+/.exec(source)?.[0] ?? "";
  const text = comment.replaceAll(/^\/\/ ?/gm, "").replaceAll("\n", " ");
  return text.replace(/\s*Run: .*$/, "").trim();
}
