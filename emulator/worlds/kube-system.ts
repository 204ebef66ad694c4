// What EKS puts into every cluster beside the network engine: namespaces, CoreDNS, kube-proxy, storage driver.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import { daemonSet, deployment, namespace, service } from "./objects.ts";

const EKS_REGISTRY = "602401143452.dkr.ecr.us-west-2.amazonaws.com";
const CLUSTER_DNS_ADDRESS = "172.20.0.10";
const EVERYWHERE = [{ operator: "Exists" }];
const ON_OWN_NODES = {
  nodeAffinity: {
    requiredDuringSchedulingIgnoredDuringExecution: {
      nodeSelectorTerms: [
        {
          matchExpressions: [
            { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
            { key: "eks.amazonaws.com/compute-type", operator: "NotIn", values: ["fargate", "auto"] },
          ],
        },
      ],
    },
  },
};

export function defaultNamespaces(): readonly RawObject[] {
  return [
    namespace("default"),
    namespace("kube-node-lease"),
    namespace("kube-public"),
    namespace("kube-system"),
    service("default", "kubernetes", {
      clusterIP: "172.20.0.1",
      labels: { component: "apiserver", provider: "kubernetes" },
      ports: [{ name: "https", port: 443 }],
    }),
  ];
}

/** An Auto Mode cluster runs all of this inside its nodes, outside Kubernetes. */
export function kubeSystem(): readonly RawObject[] {
  return [...coreDns(), kubeProxy(), podIdentityAgent(), ...ebsCsiDriver(), ...metricsServer()];
}

function coreDns(): readonly RawObject[] {
  const labels = { "eks.amazonaws.com/component": "coredns", "k8s-app": "kube-dns" };
  return [
    deployment("kube-system", "coredns", {
      labels,
      matchLabels: labels,
      tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
      containers: [
        {
          name: "coredns",
          image: `${EKS_REGISTRY}/eks/coredns:v1.12.3-eksbuild.1`,
          args: ["-conf", "/etc/coredns/Corefile"],
          ports: [
            { containerPort: 53, name: "dns", protocol: "UDP" },
            { containerPort: 53, name: "dns-tcp" },
            { containerPort: 9153, name: "metrics" },
          ],
          securityContext: { capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] } },
        },
      ],
    }),
    service("kube-system", "kube-dns", {
      clusterIP: CLUSTER_DNS_ADDRESS,
      selector: { "k8s-app": "kube-dns" },
      labels: { "k8s-app": "kube-dns", "kubernetes.io/name": "CoreDNS" },
      ports: [
        { name: "dns", port: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53 },
      ],
    }),
  ];
}

function kubeProxy(): RawObject {
  return daemonSet("kube-system", "kube-proxy", {
    labels: { "k8s-app": "kube-proxy" },
    hostNetwork: true,
    tolerations: EVERYWHERE,
    affinity: ON_OWN_NODES,
    containers: [
      {
        name: "kube-proxy",
        image: `${EKS_REGISTRY}/eks/kube-proxy:v1.34.0-minimal-eksbuild.2`,
        command: ["kube-proxy", "--v=2", "--config=/var/lib/kube-proxy-config/config"],
        securityContext: { privileged: true },
      },
    ],
  });
}

function podIdentityAgent(): RawObject {
  return daemonSet("kube-system", "eks-pod-identity-agent", {
    labels: {
      "app.kubernetes.io/instance": "eks-pod-identity-agent",
      "app.kubernetes.io/name": "eks-pod-identity-agent",
    },
    hostNetwork: true,
    tolerations: EVERYWHERE,
    affinity: ON_OWN_NODES,
    containers: [
      {
        name: "eks-pod-identity-agent",
        image: `${EKS_REGISTRY}/eks/eks-pod-identity-agent:v0.1.33`,
        ports: [{ containerPort: 80, name: "proxy" }],
        securityContext: { capabilities: { add: ["CAP_NET_BIND_SERVICE"] } },
      },
    ],
  });
}

function ebsCsiDriver(): readonly RawObject[] {
  const labels = { "app.kubernetes.io/name": "aws-ebs-csi-driver" };
  return [
    deployment("kube-system", "ebs-csi-controller", {
      labels: { ...labels, app: "ebs-csi-controller" },
      containers: [
        {
          name: "ebs-plugin",
          image: `${EKS_REGISTRY}/eks/aws-ebs-csi-driver:v1.48.0`,
          args: ["controller", "--endpoint=unix:///var/lib/csi/sockets/pluginproxy/csi.sock"],
          ports: [{ containerPort: 9808, name: "healthz" }],
        },
      ],
    }),
    daemonSet("kube-system", "ebs-csi-node", {
      labels: { ...labels, app: "ebs-csi-node" },
      tolerations: EVERYWHERE,
      affinity: ON_OWN_NODES,
      containers: [
        {
          name: "ebs-plugin",
          image: `${EKS_REGISTRY}/eks/aws-ebs-csi-driver:v1.48.0`,
          args: ["node", "--endpoint=unix:/csi/csi.sock"],
          securityContext: { privileged: true },
        },
      ],
    }),
  ];
}

export function metricsServer(): readonly RawObject[] {
  const labels = { "app.kubernetes.io/name": "metrics-server" };
  return [
    deployment("kube-system", "metrics-server", {
      labels,
      containers: [
        {
          name: "metrics-server",
          image: `${EKS_REGISTRY}/eks/metrics-server:v0.8.0-eksbuild.2`,
          args: ["--secure-port=10251", "--kubelet-use-node-status-port"],
          ports: [{ containerPort: 10251, name: "https" }],
        },
      ],
    }),
    service("kube-system", "metrics-server", {
      selector: labels,
      ports: [{ name: "https", port: 443, targetPort: "https" }],
    }),
  ];
}
