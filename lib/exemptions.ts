// Exemptions for one process: what the configuration says, beside the catalogue of controls, applied to a scan and
// to a run. Wires; lib/scan/exempt.ts decides.

import type { Configuration } from "./config/config-schema.ts";
import { knownControls } from "./controls/known-controls.ts";
import { retiredControls } from "./controls/retired.ts";
import type { Finding } from "./model/finding.ts";
import { exempt, type ExemptionRules } from "./scan/exempt.ts";
import { judgeConfiguredExemptions, openWitnesses, type Witnesses } from "./scan/judge-exemptions.ts";
import { concatenate } from "./scan/pack.ts";
import type { ExemptSince } from "./scan/publish.ts";
import type { JudgeRun } from "./scan/to-report.ts";
import type { ClusterScan } from "./scan/scan-cluster.ts";

export interface ScanExemptions {
  /** Those of a scan, or the same with the ids that its publication gave them; `exemptSince` null: stateless. */
  readonly ofScan: (
    scan: ClusterScan,
    findings: readonly Finding[],
    exemptSince: ExemptSince | null,
  ) => readonly Finding[];
  /** The same for later: holds the namespaces of the scan and nothing else of it. */
  readonly forScan: (scan: ClusterScan) => ApplyExemptions;
}

export interface RunExemptions {
  /** Collects, cluster by cluster, what `judgeRun` has to know of a run's findings. */
  readonly openWitnesses: () => Witnesses;
  /** What is wider than a cluster, and whether the configuration's own exemptions are valid. */
  readonly judgeRun: JudgeRun;
}

export type ApplyExemptions = (
  findings: readonly Finding[],
  exemptSince: ExemptSince | null,
) => readonly Finding[];

export function createScanExemptions(configuration: Configuration, now: () => Date): ScanExemptions {
  const rules = toExemptionRules(configuration);
  const forScan: ScanExemptions["forScan"] = ({ snapshot }) => {
    const namespaces = snapshot?.facts.namespaces;
    const seen = namespaces?.seen === true ? namespaces.value : [];
    return (findings, exemptSince) => exempt(findings, { rules, namespaces: seen, exemptSince, now: now() });
  };
  return {
    forScan,
    ofScan: (scan, findings, exemptSince) => forScan(scan)(findings, exemptSince),
  };
}

export function createRunExemptions(configuration: Configuration, now: () => Date): RunExemptions {
  const rules = toExemptionRules(configuration);
  return {
    openWitnesses: () => openWitnesses(rules.configured),
    judgeRun({ wide, ofClusters, complete, isWhole }) {
      const context = { rules, namespaces: [], exemptSince: null, now: now() };
      const judged = exempt(wide, context);
      if (!isWhole) return judged;
      const run = { findings: concatenate([judged, ofClusters]), complete, now: now() };
      const verdict = judgeConfiguredExemptions(rules, run);
      return verdict === null ? judged : [...judged, ...exempt([verdict], context)];
    },
  };
}

function toExemptionRules({ exemptions, namespaceExemptions }: Configuration): ExemptionRules {
  return {
    configured: exemptions,
    allowed: namespaceExemptions.allowed,
    maxDays: namespaceExemptions.maxDays,
    knownControls: new Set([...knownControls, ...retiredControls].map(({ id }) => id)),
  };
}
