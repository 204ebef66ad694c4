// What Fernwood's teams deploy: small applications with the policies that each team wrote, or did not write.

import type { RawObject } from "../../../lib/model/kubernetes.ts";
import { cronJob, deployment, job, namespace, pod, service } from "../objects.ts";
import {
  addresses,
  allowAll,
  allowEgress,
  allowIngress,
  denyByDefault,
  networkPolicy,
  podsOf,
  podsOfNamespace,
  tcp,
} from "../policies.ts";
import { app, appLabels, closed, container, database, team } from "./team-namespace.ts";

/** Isolated both ways: the shop window, reached from the ingress controller only. */
export function storefront(): readonly RawObject[] {
  const home = "storefront";
  return [
    team(home, "web"),
    ...app(home, "web", { replicas: 3, port: 3000 }),
    ...app(home, "bff"),
    ...closed(home),
    allowIngress(home, "web-from-ingress", {
      pods: appLabels(home, "web"),
      peers: [podsOfNamespace("ingress-nginx")],
      ports: [tcp("http")],
    }),
    allowEgress(home, "web-to-bff", {
      pods: { app: "web" },
      peers: [podsOf({ app: "bff" })],
      ports: [tcp(8080)],
    }),
    allowIngress(home, "bff-from-web", {
      pods: { app: "bff" },
      peers: [podsOf({ app: "web" })],
      ports: [tcp(8080)],
    }),
    allowEgress(home, "bff-to-backends", {
      pods: { app: "bff" },
      peers: [podsOfNamespace("checkout"), podsOfNamespace("catalog")],
      ports: [tcp(8080)],
    }),
  ];
}

/** Isolated both ways. */
export function checkout(): readonly RawObject[] {
  const home = "checkout";
  return [
    team(home, "orders"),
    ...app(home, "checkout-api", { replicas: 3 }),
    ...database(home, "cart-redis", "public.ecr.aws/docker/library/redis:8.10.1-alpine", 6379),
    ...closed(home),
    allowIngress(home, "api-from-storefront", {
      pods: { app: "checkout-api" },
      peers: [podsOfNamespace("storefront", { app: "bff" })],
      ports: [tcp(8080)],
    }),
    allowEgress(home, "api-to-redis-and-payments", {
      pods: { app: "checkout-api" },
      peers: [podsOf({ app: "cart-redis" }), podsOfNamespace("payments", { app: "payments-api" })],
      ports: [tcp(6379), tcp(8080)],
    }),
    allowIngress(home, "redis-from-api", {
      pods: { app: "cart-redis" },
      peers: [podsOf({ app: "checkout-api" })],
      ports: [tcp(6379)],
    }),
  ];
}

/** Isolated both ways; egress only to the payment provider. The nightly settlement has finished. */
export function payments(): readonly RawObject[] {
  const home = "payments";
  return [
    team(home, "orders"),
    ...app(home, "payments-api"),
    ...database(home, "ledger", "public.ecr.aws/docker/library/postgres:17.6", 5432),
    cronJob(home, "settlement", {
      labels: appLabels(home, "settlement"),
      containers: [container("settlement", 8080)],
    }),
    ...closed(home),
    allowIngress(home, "api-from-checkout", {
      pods: { app: "payments-api" },
      peers: [podsOfNamespace("checkout", { app: "checkout-api" })],
      ports: [tcp(8080)],
    }),
    allowEgress(home, "api-to-provider", {
      pods: { app: "payments-api" },
      peers: [addresses("203.0.113.64/27")],
      ports: [tcp(443)],
    }),
    allowEgress(home, "api-to-ledger", {
      pods: { app: "payments-api" },
      peers: [podsOf({ app: "ledger" })],
      ports: [tcp(5432)],
    }),
    allowIngress(home, "ledger-from-api", {
      pods: { app: "ledger" },
      peers: [podsOf({ app: "payments-api" })],
      ports: [tcp(5432)],
    }),
  ];
}

/** Isolated for ingress; egress has a range that covers the instance metadata service. */
export function catalog(): readonly RawObject[] {
  const home = "catalog";
  return [
    team(home, "search"),
    ...app(home, "catalog-api"),
    ...app(home, "image-resizer"),
    ...closed(home),
    allowIngress(home, "api-from-storefront", {
      pods: { app: "catalog-api" },
      peers: [podsOfNamespace("storefront", { app: "bff" })],
      ports: [tcp(8080)],
    }),
    // Anything on HTTP, so also 169.254.169.254.
    allowEgress(home, "resizer-to-suppliers", {
      pods: { app: "image-resizer" },
      peers: [addresses("0.0.0.0/0", "10.0.0.0/8")],
      ports: [tcp(80), tcp(443)],
    }),
  ];
}

/** Nullified: a default deny, and a forgotten allow-all that undoes it. */
export function reviews(): readonly RawObject[] {
  const home = "reviews";
  return [
    team(home, "community"),
    ...app(home, "reviews-api"),
    ...closed(home),
    allowAll(home, "tmp-debug-inc-2291"),
  ];
}

/** One direction: ingress is denied by default, egress was never thought of. */
export function notifications(): readonly RawObject[] {
  const home = "notifications";
  return [
    team(home, "community"),
    ...app(home, "mailer"),
    ...app(home, "push-gateway"),
    denyByDefault(home, ["Ingress"]),
  ];
}

/** No policy at all. */
export function promoLanding(): readonly RawObject[] {
  const home = "promo-landing";
  return [team(home, "marketing"), ...app(home, "landing")];
}

/** Empty: made for the sale in November, nothing deployed yet. */
export function blackFriday(): readonly RawObject[] {
  return [team("black-friday", "marketing")];
}

/** A policy that selects nothing: the pods were relabelled from `search-api` to `search`. */
export function search(): readonly RawObject[] {
  const home = "search";
  return [
    team(home, "search"),
    ...app(home, "search"),
    networkPolicy(home, "search-api-ingress", {
      podSelector: { matchLabels: { app: "search-api" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [podsOfNamespace("storefront")], ports: [tcp(8080)] }],
    }),
  ];
}

/** Open on purpose: the ingress controller takes the internet's traffic, and reaches the storefront only. */
export function ingressNginx(): readonly RawObject[] {
  const home = "ingress-nginx";
  const labels = { "app.kubernetes.io/component": "controller", "app.kubernetes.io/name": "ingress-nginx" };
  const image = "registry.k8s.io/ingress-nginx/controller:v1.13.3";
  const ports = [
    { containerPort: 80, name: "http" },
    { containerPort: 443, name: "https" },
  ];
  return [
    namespace(home, { "app.kubernetes.io/name": "ingress-nginx" }),
    deployment(home, "ingress-nginx-controller", {
      labels,
      containers: [{ name: "controller", image, ports }],
    }),
    service(home, "ingress-nginx-controller", {
      selector: labels,
      type: "LoadBalancer",
      ports: [
        { name: "http", port: 80, targetPort: "http" },
        { name: "https", port: 443, targetPort: "https" },
      ],
    }),
    ...closed(home),
    allowIngress(home, "from-internet", {
      pods: labels,
      peers: [addresses("0.0.0.0/0")],
      ports: [tcp("http"), tcp("https")],
    }),
    allowEgress(home, "to-storefront", {
      pods: labels,
      peers: [podsOfNamespace("storefront", { app: "web" })],
      ports: [tcp(3000)],
    }),
  ];
}

/** Machine learning: a notebook that somebody started by hand, and a training run at work. */
export function notebooks(): readonly RawObject[] {
  const home = "notebooks";
  return [
    team(home, "ml"),
    // A bare pod belongs to no workload; engines treat it differently.
    pod(home, "notebook-mira", { labels: { app: "notebook", user: "mira" } }),
    job(home, "train-recommender-41", { labels: { app: "train-recommender" }, running: true }),
    networkPolicy(home, "notebooks-ingress", {
      podSelector: { matchLabels: { app: "notebook" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [podsOf({ app: "notebook-proxy" })] }],
    }),
  ];
}
