// Answers the questions beside the verdict. Projects what the other files decided; decides nothing itself.

import type { EnforcementDetail, Rollout } from "../model/enforcement-detail.ts";
import type { DaemonSet } from "../model/kubernetes.ts";
import type { Engine } from "../model/posture.ts";
import { isSettled } from "./agent-pods.ts";
import type { AssessedCluster } from "./assess-cluster.ts";
import { isAppliedAnywhere, doesAwsEnforce } from "./cluster-verdict.ts";
import { judgeCoexistence } from "./coexistence.ts";
import { powerfulContainers } from "./daemon-set-roles.ts";
import type { Detection } from "./detect-engines.ts";
import type { EngineContext } from "./engine-assessment.ts";
import { clip, nameOf } from "./evidence.ts";
import { judgeProcessing } from "./policy-processing.ts";
import { findPortLimits } from "./port-limits.ts";
import { compareSettings } from "./settings-agreement.ts";
import { judgeVersions } from "./versions.ts";
import { isControllerOn } from "./vpc-cni.ts";

export function describeDetail(
  context: EngineContext,
  clusterName: string,
  { view, detection, exceptions }: AssessedCluster,
): EnforcementDetail {
  const { facts } = context;
  const wanted = view.assessments.filter(({ installed, declared }) => installed && declared === true);
  const awsEnforces = doesAwsEnforce(view);
  return {
    appliesAnywhere: isAppliedAnywhere(view),
    settings: compareSettings(facts, clusterName, detection.installed.get("vpc-cni") ?? []),
    processing: judgeProcessing(context, { controllerOn: isControllerOn(facts), awsEnforces }),
    versions: judgeVersions(
      facts,
      detection,
      wanted.map(({ engine }) => engine),
    ),
    coexistence: judgeCoexistence(view, detection),
    exceptions: [...exceptions.items, ...(awsEnforces === false ? [] : findPortLimits(facts))],
    unrecognised: detection.unrecognised.map(({ namespace, name, ...set }) => ({
      namespace,
      name,
      images: powerfulContainers({ namespace, name, ...set }).map(({ image }) => clip(image)),
    })),
    otherControls: detection.istioAmbient.map((set) => ({
      kind: "istio-ambient",
      daemonSet: nameOf(set),
      because: "Istio ambient applies AuthorizationPolicies by identity, no NetworkPolicies",
    })),
    rollouts: toRollouts(detection),
  };
}

function toRollouts({ installed }: Detection): readonly Rollout[] {
  return [...installed].flatMap(([engine, sets]) =>
    sets.filter((set) => !isSettled(set)).map((set) => toRollout(engine, set)),
  );
}

function toRollout(engine: Engine, { status, ...set }: DaemonSet): Rollout {
  const updated = status.updatedNumberScheduled ?? "an unknown number";
  const desired = status.desiredNumberScheduled ?? "an unknown number";
  const because = `${updated} of ${desired} pods run the newest template`;
  return { engine, daemonSet: nameOf(set), because };
}
