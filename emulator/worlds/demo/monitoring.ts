// Prometheus as most platform teams run it: node-exporter on the host network, egress open for scraping.

import type { RawObject } from "../../../lib/model/kubernetes.ts";
import { daemonSet, namespace, statefulSet } from "../objects.ts";
import { networkPolicy, podsOf, tcp } from "../policies.ts";
import { app } from "./team-namespace.ts";

export function monitoring(): readonly RawObject[] {
  const home = "monitoring";
  const prometheus = { "app.kubernetes.io/name": "prometheus" };
  return [
    namespace(home, { "fernwood.example/team": "platform" }),
    statefulSet(home, "prometheus-k8s", {
      replicas: 2,
      labels: prometheus,
      containers: [
        {
          name: "prometheus",
          image: "quay.io/prometheus/prometheus:v3.6.0",
          ports: [{ containerPort: 9090, name: "web" }],
        },
      ],
    }),
    ...app(home, "grafana", { replicas: 1, port: 3000 }),
    // hostNetwork pods are out of reach of NetworkPolicies and out of every count.
    daemonSet(home, "node-exporter", {
      labels: { "app.kubernetes.io/name": "node-exporter" },
      hostNetwork: true,
      tolerations: [{ operator: "Exists" }],
      containers: [{ name: "node-exporter", image: "quay.io/prometheus/node-exporter:v1.12.1" }],
    }),
    networkPolicy(home, "prometheus-k8s", {
      podSelector: { matchLabels: prometheus },
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [podsOf({ app: "grafana" })], ports: [tcp(9090)] }],
      egress: [{}],
    }),
    networkPolicy(home, "grafana", {
      podSelector: { matchLabels: { app: "grafana" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [podsOf(prometheus)], ports: [tcp(3000)] }],
    }),
  ];
}
