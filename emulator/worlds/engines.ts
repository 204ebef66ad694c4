// Antrea, kube-router, Weave and kube-network-policies as they lie in a cluster, with the labels and
// containers of each project's own manifests (eks.md 4). Off-switches are options.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { ClusterPart } from "./cluster-part.ts";
import { part } from "./cluster-part.ts";
import { ON_LINUX, PRIVILEGED } from "./engine-placement.ts";
import { toFieldsAt } from "./fields.ts";
import { configMap, customObject, daemonSet, deployment } from "./objects.ts";

export interface AntreaOptions {
  readonly version?: string;
  /** Places of the nodes whose agent reports itself unhealthy. */
  readonly unhealthyOn?: readonly number[];
}

export function antrea(options: AntreaOptions = {}): ClusterPart {
  const version = options.version ?? "v2.4.1";
  const image = `antrea/antrea-agent-ubuntu:${version}`;
  const manifests = [
    configMap("kube-system", "antrea-config", {
      "antrea-agent.conf": "trafficEncapMode: networkPolicyOnly\n",
      "antrea-controller.conf": "featureGates: {}\n",
    }),
    daemonSet("kube-system", "antrea-agent", {
      ...ON_LINUX,
      labels: { app: "antrea", component: "antrea-agent" },
      containers: [
        {
          name: "antrea-agent",
          image,
          command: ["antrea-agent"],
          args: ["--config=/etc/antrea/antrea-agent.conf"],
          ports: [{ containerPort: 10350, name: "api" }],
          securityContext: PRIVILEGED,
        },
        {
          name: "antrea-ovs",
          image,
          command: ["start_ovs"],
          securityContext: { capabilities: { add: ["SYS_NICE", "NET_ADMIN", "SYS_ADMIN", "IPC_LOCK"] } },
        },
      ],
    }),
    deployment("kube-system", "antrea-controller", {
      replicas: 1,
      hostNetwork: true,
      labels: { app: "antrea", component: "antrea-controller" },
      containers: [{ name: "antrea-controller", image: `antrea/antrea-controller-ubuntu:${version}` }],
    }),
  ];
  return part(manifests, (objects) => [...objects, ...antreaAgentInfos(objects, options.unhealthyOn ?? [])]);
}

function antreaAgentInfos(
  objects: readonly RawObject[],
  unhealthyOn: readonly number[],
): readonly RawObject[] {
  const agents = objects.filter(
    (object) => object.kind === "Pod" && object.metadata.labels?.["component"] === "antrea-agent",
  );
  return agents.map((agent, index) =>
    customObject(
      "crd.antrea.io/v1beta1",
      "AntreaAgentInfo",
      {
        name: String(toFieldsAt(agent, "spec")["nodeName"]),
        uid: `${(agent.metadata.uid ?? "").slice(0, -4)}a9e7`,
      },
      {
        version: "v2.4.1",
        podRef: { kind: "Pod", namespace: "kube-system", name: agent.metadata.name },
        agentConditions: [
          {
            type: "AgentHealthy",
            status: unhealthyOn.includes(index) ? "False" : "True",
            lastHeartbeatTime: "2026-11-20T08:00:00Z",
          },
        ],
      },
    ),
  );
}

/** `firewall` null leaves `--run-firewall` out, which is its default: on. */
export function kubeRouter(options: { readonly firewall?: boolean | null } = {}): ClusterPart {
  const firewall = options.firewall === undefined ? true : options.firewall;
  const args = [
    "--run-router=false",
    ...(firewall === null ? [] : [`--run-firewall=${firewall}`]),
    "--run-service-proxy=false",
  ];
  const image = "docker.io/cloudnativelabs/kube-router:v2.6.1";
  return part([
    daemonSet("kube-system", "kube-router", {
      ...ON_LINUX,
      labels: { "k8s-app": "kube-router" },
      containers: [{ name: "kube-router", image, args, securityContext: PRIVILEGED }],
    }),
  ]);
}

/** `npc` false: installed without the network policy controller. */
export function weave(options: { readonly npc?: boolean } = {}): ClusterPart {
  const npc = { name: "weave-npc", image: "rajchaudhuri/weave-npc:2.9.0", securityContext: PRIVILEGED };
  const router = { name: "weave", image: "rajchaudhuri/weave-kube:2.9.0", securityContext: PRIVILEGED };
  return part([
    daemonSet("kube-system", "weave-net", {
      ...ON_LINUX,
      labels: { name: "weave-net" },
      containers: options.npc === false ? [router] : [router, npc],
    }),
  ]);
}

export function kubeNetworkPolicies(): ClusterPart {
  const labels = { app: "kube-network-policies", "k8s-app": "kube-network-policies", tier: "node" };
  return part([
    daemonSet("kube-system", "kube-network-policies", {
      ...ON_LINUX,
      labels,
      matchLabels: { app: "kube-network-policies" },
      containers: [
        {
          name: "kube-network-policies",
          image: "registry.k8s.io/networking/kube-network-policies:v1.1.1",
          args: ["/bin/netpol", "--v=2", "--nfqueue-id=98"],
          securityContext: { privileged: true, capabilities: { add: ["NET_ADMIN"] } },
        },
      ],
    }),
  ]);
}
