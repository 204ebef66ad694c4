// The projects' own manifests, unmodified, give the verdict that a human gives. They are not ours to commit:
// where the folder is absent this says so and skips.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { parseAllDocuments } from "yaml";

import { readMember } from "../../lib/enforcement/select-pods.ts";
import { toConfigMap, toDaemonSet } from "../../lib/kubernetes/schema.ts";
import type { ConfigMap, DaemonSet } from "../../lib/model/kubernetes.ts";
import type { Enforcement } from "../../lib/model/posture.ts";
import { assessEnforcement } from "./assess.ts";
import { NOW, awsNode, node } from "./facts.ts";
import { collect } from "./row.ts";

const FOLDER = join(import.meta.dirname, "../../../shared/realistic");
const isThere = existsSync(FOLDER);
if (!isThere) console.warn("SKIPPED: no ../shared/realistic, the upstream manifests were not judged.");

const OFF = awsNode({ args: ["--enable-network-policy=false"] });

interface Case {
  readonly file: string;
  /** What else runs in the cluster. */
  readonly beside?: DaemonSet;
  readonly verdict: Enforcement["verdict"];
  readonly engine: Enforcement["engine"];
  readonly says: RegExp;
}

const CASES: readonly Case[] = [
  { file: "aws-vpc-cni.yaml", verdict: "not-enforced", engine: null, says: /--enable-network-policy=false/ },
  { file: "calico.yaml", verdict: "enforced", engine: "calico", says: /calico is configured to enforce/ },
  {
    file: "calico-policy-only.yaml",
    verdict: "enforced",
    engine: "calico",
    says: /calico is configured to enforce/,
  },
  {
    file: "calico-policy-only.yaml",
    beside: OFF,
    verdict: "unknown",
    engine: null,
    says: /FELIX_INTERFACEPREFIX/,
  },
  {
    file: "antrea-eks.yaml",
    beside: OFF,
    verdict: "enforced",
    engine: "antrea",
    says: /antrea is configured to enforce/,
  },
  {
    file: "kube-router-firewall.yaml",
    beside: OFF,
    verdict: "enforced",
    engine: "kube-router",
    says: /kube-router is/,
  },
  {
    file: "kube-router-proxy-only.yaml",
    beside: OFF,
    verdict: "not-enforced",
    engine: null,
    says: /--run-firewall=false/,
  },
  { file: "weave.yaml", verdict: "enforced", engine: "weave", says: /weave is configured to enforce/ },
  {
    file: "kube-network-policies.yaml",
    beside: OFF,
    verdict: "enforced",
    engine: "kube-network-policies",
    says: /is configured/,
  },
];

for (const { file, beside, verdict, engine, says } of CASES) {
  const name = `${file}${beside === undefined ? "" : " beside aws-node without policy"}: ${verdict}`;
  test(name, { skip: !isThere }, () => {
    const { daemonSets, configMaps } = load(file);
    const sets = beside === undefined ? daemonSets : [...daemonSets, beside];
    const facts = collect({
      nodes: [node("a"), node("b")],
      agents: sets.map((set) => ({ set })),
      more: {
        vpcCniConfigMap: configMaps.find(({ name }) => name === "amazon-vpc-cni") ?? null,
        antreaConfigMap: configMaps.find(({ name }) => name === "antrea-config") ?? null,
      },
    });
    const found = assessEnforcement(facts, "upstream", NOW);
    assert.equal(found.verdict, verdict, found.because);
    assert.equal(found.engine, engine);
    assert.match(found.because, says);
  });
}

function load(file: string): { daemonSets: readonly DaemonSet[]; configMaps: readonly ConfigMap[] } {
  const documents = parseAllDocuments(readFileSync(join(FOLDER, file), "utf8"));
  const objects = documents.map((document): unknown => document.toJS()).flatMap(unwrapList);
  const ofKind = (kind: string) => objects.filter((object) => readMember(object, "kind") === kind);
  return {
    daemonSets: ofKind("DaemonSet").map(toDaemonSet),
    configMaps: ofKind("ConfigMap").map(toConfigMap),
  };
}

function unwrapList(object: unknown): readonly unknown[] {
  const items = readMember(object, "items");
  return Array.isArray(items) ? items : [object];
}
