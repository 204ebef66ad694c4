// Which DaemonSets cannot be a policy engine although they could reach the node's network: known ones, by
// image. Whatever else has that power may be an engine, and then nobody can say that nothing enforces.

import type { Container, DaemonSet } from "../model/kubernetes.ts";
import { hasImagePath } from "./container-image.ts";

/** Repository paths, whole segments from the right; what they are for stands beside them. */
const HARMLESS_IMAGES: readonly string[] = [
  // Amazon EKS and AWS
  "eks/kube-proxy",
  "eks/kube-proxy-minimal-master",
  "eks/aws-ebs-csi-driver",
  "ebs-csi-driver/aws-ebs-csi-driver",
  "eks/aws-efs-csi-driver",
  "efs-csi-driver/amazon/aws-efs-csi-driver",
  "amazon/aws-efs-csi-driver",
  "eks/aws-fsx-csi-driver",
  "fsx-csi-driver/aws-fsx-csi-driver",
  "eks/eks-pod-identity-agent",
  "eks/eks-node-monitoring-agent",
  "eks/observability/cloudwatch-agent",
  "cloudwatch-agent/cloudwatch-agent",
  "amazon/cloudwatch-agent",
  "eks/observability/aws-for-fluent-bit",
  "aws-observability/aws-for-fluent-bit",
  "amazon/aws-for-fluent-bit",
  "aws-guardduty-agent",
  "amazon/aws-node-termination-handler",
  "aws-ec2/aws-node-termination-handler",
  "eks/aws-efa-k8s-device-plugin",
  "neuron/neuron-device-plugin",
  "xray/aws-xray-daemon",
  "aws-secrets-manager/secrets-store-csi-driver-provider-aws",
  // Kubernetes and its projects
  "kube-proxy",
  "dns/k8s-dns-node-cache",
  "k8s-dns-node-cache",
  "sig-storage/csi-node-driver-registrar",
  "sig-storage/livenessprobe",
  "eks/csi-node-driver-registrar",
  "eks/livenessprobe",
  "csi-secrets-store/driver",
  "node-problem-detector/node-problem-detector",
  "nfd/node-feature-discovery",
  "kubereboot/kured",
  // Devices
  "nvidia/k8s-device-plugin",
  "k8s-device-plugin",
  "nvidia/cloud-native/gpu-operator-validator",
  "nvidia/k8s/container-toolkit",
  "nvidia/k8s/dcgm-exporter",
  // Logs, metrics, runtime security: they read the network and do not filter it
  "fluent/fluent-bit",
  "fluent/fluentd-kubernetes-daemonset",
  "prometheus/node-exporter",
  "bitnami/node-exporter",
  "datadog/agent",
  "gcr.io/datadoghq/agent",
  "datadoghq/agent",
  "grafana/alloy",
  "grafana/promtail",
  "grafana/beyla",
  "otel/opentelemetry-collector-contrib",
  "falcosecurity/falco",
  "falcosecurity/falco-no-driver",
  "newrelic/infrastructure-bundle",
  "splunk/fluentd-hec",
  "elastic/filebeat",
  "beats/filebeat",
  "beats/metricbeat",
  "beats/elastic-agent",
  "retina/retina-agent",
  "sysdig/agent",
  "falcon-sensor",
  "dynatrace/dynatrace-oneagent",
  "weaveworks/scope",
  // Networking without policy, and helpers of engines that are judged by their agent
  "cilium/cilium-envoy",
  "cilium/startup-script",
  "cilium/tetragon",
  "linkerd/cni-plugin",
  "k8snetworkplumbingwg/multus-cni",
  "k8snetworkplumbingwg/whereabouts",
  "metallb/speaker",
  "flannel/flannel",
  "flannel-io/flannel",
  // Azure and Google, node plumbing
  "containernetworking/azure-cns",
  "oss/kubernetes/azure-cloud-node-manager",
  "oss/v2/kubernetes/azure-cloud-node-manager",
  "oss/kubernetes-csi/azuredisk-csi",
  "oss/kubernetes-csi/azurefile-csi",
  "oss/v2/kubernetes-csi/azuredisk-csi",
  "oss/v2/kubernetes-csi/azurefile-csi",
  "oss/kubernetes/ip-masq-agent",
  "aks/ip-masq-agent-v2",
  "gke-release/gke-metadata-server",
  "gke-metadata-server",
  "ip-masq-agent",
  "netd-amd64",
  "gke-release/netd",
  "gcp-compute-persistent-disk-csi-driver",
  "gke-release/gcp-compute-persistent-disk-csi-driver",
  "fluent-bit-gke-exporter",
];

export function couldEnforce(daemonSet: DaemonSet): boolean {
  return daemonSet.hostNetwork && powerfulContainers(daemonSet).some((container) => !isHarmless(container));
}

/** On the host's network with the right to change it: what every policy engine needs, and Pod Security refuses to others. */
export function reachesNodeNetwork(daemonSet: DaemonSet): boolean {
  return daemonSet.hostNetwork && powerfulContainers(daemonSet).length > 0;
}

/** Init containers count: what a privileged one leaves in the kernel stays there. */
export function powerfulContainers(daemonSet: DaemonSet): readonly Container[] {
  return [...daemonSet.initContainers, ...daemonSet.containers].filter(hasNetworkPower);
}

function hasNetworkPower({ privileged, addedCapabilities }: Container): boolean {
  return privileged || addedCapabilities.some((capability) => NETWORK_POWERS.has(capability.toUpperCase()));
}

/** Capabilities.add of a container; runtimes take names with and without the prefix. */
const NETWORK_POWERS: ReadonlySet<string> = new Set(["NET_ADMIN", "CAP_NET_ADMIN", "ALL"]);

function isHarmless({ image }: Container): boolean {
  return HARMLESS_IMAGES.some((path) => hasImagePath(image, path));
}

/** Istio's ambient mode: AuthorizationPolicies by identity, no NetworkPolicy. A different control. */
export function isIstioAmbient({ containers, labels, matchLabels }: DaemonSet): boolean {
  return (
    containers.some(
      ({ image }) => hasImagePath(image, "istio/ztunnel") || hasImagePath(image, "istio/install-cni"),
    ) ||
    labels["app"] === "ztunnel" ||
    matchLabels["app"] === "ztunnel" ||
    matchLabels["k8s-app"] === "istio-cni-node"
  );
}
