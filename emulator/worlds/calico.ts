// Calico as it lies in a cluster, installed by manifest or by the operator (eks.md 4).

import type { Labels, RawObject } from "../../lib/model/kubernetes.ts";
import type { ClusterPart } from "./cluster-part.ts";
import { part } from "./cluster-part.ts";
import { ON_LINUX, PRIVILEGED } from "./engine-placement.ts";
import { customObject, daemonSet, deployment, namespace } from "./objects.ts";

const STORED = "crd.projectcalico.org/v1";
const NATIVE = "projectcalico.org/v3";

export interface CalicoOptions {
  /** manifest: all in kube-system; operator: calico-system with Installation and TigeraStatus. */
  readonly install?: "manifest" | "operator";
  readonly version?: string;
  readonly image?: string;
  readonly nodeSelector?: Labels;
  /** Where it keeps its objects; projectcalico.org/v3 without an API server of its own, from 3.32 on. */
  readonly api?: typeof STORED | typeof NATIVE;
  /** From crd.projectcalico.org to native v3: what was there before is still served until somebody cleans up. */
  readonly isMigrated?: boolean;
  /** TigeraStatus `calico`; operator install only. */
  readonly available?: boolean;
}

/** Policy-only beside the VPC CNI, the usual make on EKS. */
export function calico(options: CalicoOptions = {}): ClusterPart {
  const operator = options.install === "operator";
  const home = operator ? "calico-system" : "kube-system";
  const image = options.image ?? `quay.io/calico/node:${options.version ?? "v3.32.1"}`;
  const env = {
    CALICO_NETWORKING_BACKEND: "none",
    CALICO_MANAGE_CNI: "false",
    FELIX_INTERFACEPREFIX: "eni",
    WAIT_FOR_DATASTORE: "true",
    ...(options.isMigrated === true ? { CALICO_API_GROUP: NATIVE } : {}),
  };
  const apis = options.isMigrated === true ? [STORED, NATIVE] : [options.api ?? STORED];
  return part([
    ...(operator ? tigera(options.available ?? true) : []),
    daemonSet(home, "calico-node", {
      ...ON_LINUX,
      labels: { "k8s-app": "calico-node" },
      nodeSelector: { ...ON_LINUX.nodeSelector, ...options.nodeSelector },
      containers: [{ name: "calico-node", image, env, securityContext: PRIVILEGED }],
    }),
    calicoDeployment(home, "calico-typha", image, true),
    calicoDeployment(home, "calico-kube-controllers", image, false),
    ...apis.map((api) =>
      customObject(api, "Tier", { name: "default" }, { spec: { order: 1_000_000, defaultAction: "Deny" } }),
    ),
  ]);
}

function calicoDeployment(home: string, name: string, nodeImage: string, hostNetwork: boolean): RawObject {
  const component = name.replace(/^calico-/u, "");
  const image = nodeImage.replace(/calico\/node/u, `calico/${component}`);
  return deployment(home, name, {
    replicas: 1,
    labels: { "k8s-app": name },
    hostNetwork,
    nodeSelector: { "kubernetes.io/os": "linux" },
    containers: [{ name, image }],
  });
}

function tigera(available: boolean): readonly RawObject[] {
  const status = (isTrue: boolean): string => (isTrue ? "True" : "False");
  const conditions = [
    { type: "Available", status: status(available) },
    { type: "Progressing", status: "False" },
    { type: "Degraded", status: status(!available) },
  ];
  return [
    namespace("tigera-operator"),
    namespace("calico-system"),
    customObject(
      "operator.tigera.io/v1",
      "Installation",
      { name: "default" },
      { spec: { kubernetesProvider: "EKS", cni: { type: "AmazonVPC" }, variant: "Calico" } },
    ),
    customObject("operator.tigera.io/v1", "TigeraStatus", { name: "calico" }, { status: { conditions } }),
  ];
}
