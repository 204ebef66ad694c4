// Commands are there to be copied into a terminal: whatever the objects of a cluster are called, a shell runs the
// program that the line begins with, and nothing else. A real shell is the judge.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import type { World } from "../../emulator/world.ts";
import { demo } from "../../emulator/worlds/demo.ts";
import { allStatuses } from "../../emulator/worlds/scenarios/all-statuses.ts";
import { gitOps } from "../../emulator/worlds/scenarios/gitops.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { evaluateObjects } from "../offline/evaluate-text.ts";

/** Each way in which a name could become a command of its own. */
const HOSTILE = '\'; intrude "$(intrude)" `intrude` | intrude & intrude\n intrude #';

const PROGRAMS = ["aws", "flux", "helm", "kubectl"];

/** Names of the API's own, by which engines and their settings are found. */
const KEPT = /^(?:kube-system|amazon-vpc-cni|cilium-config|antrea-config|calico|default)$/;

function withHostileNames(objects: readonly RawObject[]): readonly unknown[] {
  const names = new Set(
    objects.flatMap(({ metadata: { name, namespace = name } }) =>
      [name, namespace].filter((text) => !KEPT.test(text)),
    ),
  );
  const replace = (value: unknown): unknown => {
    if (typeof value === "string") return names.has(value) ? `${value}${HOSTILE}` : value;
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner)]));
  };
  return objects.map((object) => replace(withExemption(object)));
}

/** A namespace's own words, which are in the evidence of NETPOL.29. */
function withExemption(object: RawObject): RawObject {
  if (object.kind !== "Namespace") return object;
  const annotations = { ...object.metadata.annotations, "ringfence.dev/exempt": `NETPOL.20,${HOSTILE}` };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function objectsOf({ accounts }: World): readonly (readonly RawObject[])[] {
  return accounts.flatMap(({ clusters }) => clusters.map(({ objects }) => objects));
}

/** What ran, one line each: `ran` for a program of ours, `INTRUDED` for what a name brought along. */
function run(command: string): readonly string[] {
  const stubs = PROGRAMS.map((program) => `${program}() { echo ran; }`);
  const input = ["intrude() { echo INTRUDED; }", ...stubs, command].join("\n");
  // No command of the machine is found, none by its path runs, and no file is written.
  const shell = spawnSync("/bin/bash", ["--norc", "-r", "-s"], {
    input,
    encoding: "utf8",
    env: { PATH: "" },
  });
  return `${shell.stdout}${shell.stderr}`.split("\n").filter((line) => line !== "");
}

test("no name in a cluster can add a command to those that people copy", async () => {
  const lists = [demo(), allStatuses(), gitOps()].flatMap(objectsOf);
  const reports = await Promise.all(lists.map((objects) => evaluateObjects(withHostileNames(objects))));
  const findings = reports.flatMap(({ report }) => report.findings);
  const commands = new Set(
    findings.flatMap(({ evidence, remediation }) => [
      ...evidence.map(({ command }) => command),
      ...remediation.commands,
    ]),
  );
  commands.delete("");
  const withNames = [...commands].filter((command) => command.includes("intrude"));
  assert.ok(withNames.length >= 50, `${withNames.length} commands name something hostile`);
  for (const command of commands) assert.deepEqual(run(command), ["ran"], command);
});
