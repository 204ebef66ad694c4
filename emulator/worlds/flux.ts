// Flux as `flux bootstrap` installs it: four controllers and three policies, of which the first closes ingress
// to other namespaces and leaves all egress open (eks.md 10).

import type { ClusterPart } from "./cluster-part.ts";
import { part } from "./cluster-part.ts";
import type { Labels, RawObject } from "../../lib/model/kubernetes.ts";
import { customObject, deployment, namespace as namespaceObject, service } from "./objects.ts";
import { ANY_NAMESPACE, networkPolicy, podsOf, tcp } from "./policies.ts";

export interface FluxOptions {
  readonly namespace?: string;
  /** False: bootstrapped with --network-policy=false. */
  readonly networkPolicies?: boolean;
  /** Rewritten by a platform team: own names, one label of its own, images from a mirror. */
  readonly renamed?: { readonly prefix: string; readonly mirror: string };
}

const CONTROLLERS = [
  { name: "source-controller", version: "v1.9.3", ports: { http: 9090, "http-prom": 8080 } },
  { name: "kustomize-controller", version: "v1.9.2", ports: { "http-prom": 8080 } },
  { name: "helm-controller", version: "v1.6.1", ports: { "http-prom": 8080 } },
  {
    name: "notification-controller",
    version: "v1.9.1",
    ports: { http: 9090, "http-webhook": 9292, "http-prom": 8080 },
  },
] as const;

export function flux(options: FluxOptions = {}): ClusterPart {
  const namespace = options.namespace ?? "flux-system";
  const labels = options.renamed === undefined ? partLabels(namespace) : {};
  const sources = toName("source-controller", options);
  const notifications = toName("notification-controller", options);
  return part([
    namespaceObject(namespace, { ...labels, "pod-security.kubernetes.io/warn": "restricted" }),
    ...CONTROLLERS.map((controller) => toDeployment(namespace, controller, options)),
    ...CONTROLLERS.map(({ name }) => toLease(namespace, name)),
    service(namespace, sources, {
      selector: { app: sources },
      ports: [{ name: "http", port: 80, targetPort: "http" }],
    }),
    service(namespace, notifications, {
      selector: { app: notifications },
      ports: [{ name: "http", port: 80, targetPort: "http" }],
    }),
    service(namespace, "webhook-receiver", {
      selector: { app: notifications },
      ports: [{ name: "http", port: 80, targetPort: "http-webhook" }],
    }),
    ...(options.networkPolicies === false ? [] : policies(namespace, labels, notifications)),
    customObject(
      "source.toolkit.fluxcd.io/v1",
      "GitRepository",
      { namespace, name: "flux-system", labels },
      { spec: { interval: "1m0s", url: "ssh://git@git.example.com/platform/fleet" } },
    ),
  ]);
}

function partLabels(namespace: string) {
  return {
    "app.kubernetes.io/instance": namespace,
    "app.kubernetes.io/part-of": "flux",
    "app.kubernetes.io/version": "v2.9.4",
  };
}

/** `delivery-source` for source-controller. */
function toName(name: string, { renamed }: FluxOptions): string {
  return renamed === undefined ? name : `${renamed.prefix}-${name.replace("-controller", "")}`;
}

/** Its name is compiled into the controller. */
function toLease(namespace: string, name: string): RawObject {
  return customObject(
    "coordination.k8s.io/v1",
    "Lease",
    { namespace, name: `${name}-leader-election` },
    { spec: { leaseDurationSeconds: 35, leaseTransitions: 0 } },
  );
}

function toDeployment(
  namespace: string,
  controller: (typeof CONTROLLERS)[number],
  options: FluxOptions,
): RawObject {
  const { name: component, version, ports } = controller;
  const { renamed } = options;
  const name = toName(component, options);
  const labels =
    renamed === undefined
      ? { ...partLabels(namespace), app: name, "app.kubernetes.io/component": component }
      : { app: name };
  return deployment(namespace, name, {
    replicas: 1,
    labels,
    matchLabels: { app: name },
    objectLabels: { ...labels, "control-plane": "controller" },
    nodeSelector: { "kubernetes.io/os": "linux" },
    containers: [
      {
        name: "manager",
        image: `${renamed?.mirror ?? "ghcr.io/fluxcd"}/${component}:${version}`,
        args: [
          "--watch-all-namespaces=true",
          "--log-level=info",
          "--log-encoding=json",
          "--enable-leader-election",
        ],
        ports: Object.entries(ports).map(([portName, containerPort]) => ({ name: portName, containerPort })),
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
      },
    ],
  });
}

function policies(namespace: string, labels: Labels, notifications: string): readonly RawObject[] {
  return [
    networkPolicy(
      namespace,
      "allow-egress",
      {
        podSelector: {},
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: [podsOf({})] }],
        egress: [{}],
      },
      labels,
    ),
    networkPolicy(
      namespace,
      "allow-scraping",
      { podSelector: {}, policyTypes: ["Ingress"], ingress: [{ from: [ANY_NAMESPACE], ports: [tcp(8080)] }] },
      labels,
    ),
    networkPolicy(
      namespace,
      "allow-webhooks",
      {
        podSelector: { matchLabels: { app: notifications } },
        policyTypes: ["Ingress"],
        ingress: [{ from: [ANY_NAMESPACE], ports: [tcp(9292)] }],
      },
      labels,
    ),
  ];
}
