// One namespace: a verdict per distinct kind of pod, and from these the workloads, the default-deny states
// and the posture.

import type { Labels, Pod } from "../model/kubernetes.ts";
import type { NamespaceReport } from "../model/posture.ts";
import type { CompiledCluster, CompiledNamespace } from "./compile-cluster.ts";
import { judgeDefaultDeny } from "./default-deny.ts";
import { joinPosture, type JudgedPods } from "./join-posture.ts";
import { createPodJudge } from "./pod-judge.ts";
import type { PodVerdict } from "./pod-verdict.ts";
import type { Answer } from "./three-valued.ts";
import { isCounted, workloadOfPod, type CronJobs } from "./workload-of-pod.ts";
import type { WorkloadPods } from "./workload-report.ts";

export interface JudgedNamespace {
  readonly compiled: CompiledNamespace;
  /** In code-unit order of kind and name. */
  readonly workloads: readonly WorkloadPods[];
  readonly verdicts: readonly PodVerdict[];
  /** Of the counted pods, each distinct one. */
  readonly labelSets: readonly Labels[];
  readonly posture: NamespaceReport["posture"];
  readonly defaultDeny: NamespaceReport["defaultDeny"];
}

export function judgeNamespace(
  cluster: CompiledCluster,
  compiled: CompiledNamespace,
  isEnforced: (pod: Pod) => Answer,
): JudgedNamespace {
  const judge = createPodJudge(cluster, compiled);
  const workloads = new Map<string, WorkloadPods>();
  const enforcement = new Map<PodVerdict, Set<Answer>>();
  for (const pod of compiled.pods) {
    if (pod.finished || pod.terminating) continue;
    const workload = workloadFor(workloads, pod, cluster.cronJobs);
    if (!isCounted(pod)) {
      workload.hostNetworkPods += 1;
      continue;
    }
    const verdict = judge.judge(pod);
    workload.counts.set(verdict, (workload.counts.get(verdict) ?? 0) + 1);
    const answers = enforcement.get(verdict) ?? new Set();
    enforcement.set(verdict, answers.add(isEnforced(pod)));
  }
  const verdicts = [...enforcement.keys()];
  return {
    compiled,
    workloads: [...workloads.values()].toSorted(byKindAndName),
    verdicts,
    labelSets: judge.labelSets,
    posture: joinPosture(toJudgedPods(enforcement)),
    defaultDeny: {
      ingress: judgeDefaultDeny(compiled.policies, "ingress", verdicts.map(toIngress)),
      egress: judgeDefaultDeny(compiled.policies, "egress", verdicts.map(toEgress)),
    },
  };
}

const toIngress = ({ ingress }: PodVerdict): PodVerdict["ingress"] => ingress;
const toEgress = ({ egress }: PodVerdict): PodVerdict["egress"] => egress;

function workloadFor(workloads: Map<string, WorkloadPods>, pod: Pod, cronJobs: CronJobs): WorkloadPods {
  const { kind, name } = workloadOfPod(pod, cronJobs);
  const key = `${kind}/${name}`;
  const known = workloads.get(key);
  if (known !== undefined) return known;
  const created = { kind, name, counts: new Map(), hostNetworkPods: 0 };
  workloads.set(key, created);
  return created;
}

function toJudgedPods(enforcement: ReadonlyMap<PodVerdict, ReadonlySet<Answer>>): readonly JudgedPods[] {
  return [...enforcement].flatMap(([verdict, answers]) =>
    [...answers].map((enforced) => ({ verdict, enforced })),
  );
}

function byKindAndName(a: WorkloadPods, b: WorkloadPods): number {
  if (a.kind !== b.kind) return a.kind < b.kind ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
