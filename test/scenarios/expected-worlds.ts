// What a scan of each named world must say, in words: what was looked at, whether policies are enforced, and the
// findings that the world was made for. Other findings are not listed here; test/controls judges those.

import type { worlds } from "../../emulator/worlds/index.ts";

export interface ExpectedWorld {
  /** `regions` of the configuration; absent: the enabled ones. */
  readonly regions?: readonly string[];
  /** Exactly these, in the report's order: what, outcome, and why where there is a reason. */
  readonly coverage: readonly string[];
  /** Verdict on enforcement of every cluster that was judged. */
  readonly enforcement: Readonly<Record<string, string>>;
  /** `status  control  cluster[ subject]`, the subject where it is not the cluster itself. */
  readonly findings: readonly string[];
}

/** Enforced, and both of its namespaces isolated both ways: an ordinary cluster beside the odd one. */
const SHOP_IS_FINE = [
  ...["1", "2", "3", "4", "5", "6", "7", "9"].map((id) => `pass NETPOL.${id} shop`),
  ...["20", "22", "23", "24", "25", "26"].flatMap((id) => [
    `pass NETPOL.${id} shop api`,
    `pass NETPOL.${id} shop web`,
  ]),
];

/** Nothing of the cluster's own API was seen: one finding says so, and what would need it decides nothing. */
function dark(cluster: string): readonly string[] {
  return [
    `fail NETPOL.9 ${cluster}`,
    ...["2", "3", "20", "24", "25", "40"].map((id) => `unknown NETPOL.${id} ${cluster}`),
  ];
}

function besideShop(cluster: string, why: string): ExpectedWorld {
  const coverage = [`${cluster}: missed, ${why}`, "shop: scanned"];
  return {
    coverage: coverage.toSorted(),
    enforcement: { [cluster]: "unknown", shop: "enforced" },
    findings: [...SHOP_IS_FINE, ...dark(cluster)],
  };
}

/** What the add-on's configurationValues declare. The clusters themselves all enforce. */
const DECLARED: Readonly<Record<string, string>> = {
  absent: "fail",
  array: "unknown",
  boolean: "pass",
  "empty-string": "fail",
  garbage: "unknown",
  nested: "fail",
  "no-addon": "not-applicable",
  number: "unknown",
  "other-keys": "fail",
  scalar: "unknown",
  "string-capital-true": "unknown",
  "string-false": "fail",
  yaml: "pass",
  "yaml-boolean": "pass",
};
const ADDON_CLUSTERS = Object.keys(DECLARED);

const HOSTILE_NAMESPACES = ["__proto__", "constructor", "hasOwnProperty", "prototype", "tostring", "valueof"];

export const expectedWorlds: Readonly<Record<keyof typeof worlds, ExpectedWorld>> = {
  demo: {
    coverage: [
      "111122223333: missed, access-denied",
      "platform-tools: scanned",
      "legacy-erp: missed, unreachable",
      "shop-prod: scanned",
      "fulfilment-prod: scanned",
      "shop-prod-us: scanned",
      "shop-staging: scanned",
      "data-staging: scanned",
      "checkout-next: skipped",
      "ml-sandbox: scanned",
    ],
    enforcement: {
      "platform-tools": "enforced",
      "legacy-erp": "unknown",
      "shop-prod": "enforced",
      "fulfilment-prod": "enforced",
      "shop-prod-us": "configured-not-enforced",
      "shop-staging": "not-enforced",
      "data-staging": "partial",
      "ml-sandbox": "partial",
    },
    findings: [
      // The management account, which StackSets leave out.
      "fail NETPOL.9 - 111122223333",
      // Calico beside a VPC CNI that is off. Stock Argo CD: closed to other namespaces, except the server,
      // whose door is meant to be open; and free to connect anywhere.
      "pass NETPOL.2 platform-tools",
      "pass NETPOL.40 platform-tools argocd",
      "fail NETPOL.26 platform-tools argocd",
      "fail NETPOL.25 platform-tools argocd",
      "fail NETPOL.41 platform-tools argocd",
      "pass NETPOL.25 platform-tools ci-runners",
      ...dark("legacy-erp"),
      // As it should be, with one thing wrong in some of the namespaces.
      "pass NETPOL.2 shop-prod",
      ...["storefront", "checkout", "payments"].flatMap((team) =>
        ["20", "22", "23", "24", "25", "26", "28"].map((id) => `pass NETPOL.${id} shop-prod ${team}`),
      ),
      "fail NETPOL.20 shop-prod promo-landing",
      "fail NETPOL.20 shop-prod search",
      "fail NETPOL.27 shop-prod search",
      "fail NETPOL.26 shop-prod reviews",
      "pass NETPOL.24 shop-prod notifications",
      "fail NETPOL.25 shop-prod notifications",
      "fail NETPOL.28 shop-prod catalog",
      "not-applicable NETPOL.20 shop-prod black-friday",
      "not-applicable NETPOL.20 shop-prod kube-system",
      // Auto Mode, whose agent is part of the node.
      "pass NETPOL.2 fulfilment-prod",
      "pass NETPOL.40 fulfilment-prod flux-system",
      "fail NETPOL.41 fulfilment-prod flux-system",
      // The trap: declared, processed, and not applied.
      "pass NETPOL.1 shop-prod-us",
      "fail NETPOL.2 shop-prod-us",
      "fail NETPOL.4 shop-prod-us",
      "pass NETPOL.20 shop-prod-us storefront",
      "fail NETPOL.20 shop-prod-us promo-landing",
      // Off by default, seen with AmazonEKSViewPolicy alone.
      "fail NETPOL.1 shop-staging",
      "fail NETPOL.2 shop-staging",
      "pass NETPOL.9 shop-staging",
      // Fargate hosts pods, and no engine runs there.
      "pass NETPOL.2 data-staging",
      "fail NETPOL.3 data-staging",
      "pass NETPOL.21 data-staging pipelines",
      "fail NETPOL.21 data-staging reporting",
      // Cilium does not manage the notebook that was there before it.
      "fail NETPOL.1 ml-sandbox",
      "pass NETPOL.2 ml-sandbox",
      "fail NETPOL.3 ml-sandbox",
      "fail NETPOL.21 ml-sandbox notebooks",
      "fail NETPOL.24 ml-sandbox notebooks",
    ],
  },
  "addon-values": {
    coverage: ADDON_CLUSTERS.map((name) => `${name}: scanned`),
    enforcement: Object.fromEntries(ADDON_CLUSTERS.map((name) => [name, "enforced"])),
    findings: [
      ...Object.entries(DECLARED).map(([name, status]) => `${status} NETPOL.1 ${name}`),
      ...ADDON_CLUSTERS.map((name) => `pass NETPOL.2 ${name}`),
    ],
  },
  "all-statuses": {
    coverage: [
      "active: scanned",
      "connected: skipped",
      "creating: skipped",
      "deleting: skipped",
      "failed: skipped",
      "pending: skipped",
      "updating: scanned",
    ],
    enforcement: { active: "enforced", updating: "enforced" },
    findings: ["pass NETPOL.2 active", "pass NETPOL.2 updating"],
  },
  // Without pods nothing is known of workloads, and whether agents run is not known either.
  "blind-pods": {
    coverage: ["shop: partial, access-denied"],
    enforcement: { shop: "unknown" },
    findings: dark("shop"),
  },
  "denied-region": {
    coverage: ["shop: scanned", "111111111111 eu-west-1: missed, access-denied"],
    enforcement: { shop: "enforced" },
    findings: [...SHOP_IS_FINE, "fail NETPOL.9 - eu-west-1"],
  },
  "disabled-region": {
    regions: ["eu-central-1", "ap-east-1"],
    coverage: ["111111111111 ap-east-1: missed, access-denied", "shop: scanned"],
    enforcement: { shop: "enforced" },
    findings: [...SHOP_IS_FINE, "fail NETPOL.9 - ap-east-1"],
  },
  garbage: besideShop("odd", "malformed"),
  // Recognised without a label: reachability decides, installation by installation.
  gitops: {
    coverage: ["managed", "mirrored", "renamed", "rollouts", "unlisted"].map((name) => `${name}: scanned`),
    enforcement: {
      managed: "enforced",
      mirrored: "enforced",
      renamed: "enforced",
      rollouts: "enforced",
      unlisted: "unknown",
    },
    findings: [
      "pass NETPOL.40 renamed argocd",
      "fail NETPOL.40 renamed rollout-blue",
      "pass NETPOL.40 renamed rollout-green",
      ...["argocd", "rollout-blue", "rollout-green"].map((name) => `fail NETPOL.41 renamed ${name}`),
      "fail NETPOL.40 mirrored sync-open",
      "pass NETPOL.40 mirrored sync-closed",
      "fail NETPOL.41 mirrored sync-closed",
      "unknown NETPOL.40 unlisted",
      "unknown NETPOL.41 unlisted",
      "not-applicable NETPOL.40 managed",
      "not-applicable NETPOL.40 rollouts",
    ],
  },
  "hostile-names": {
    coverage: ["shop: scanned"],
    // A bare pod, of the namespace with the longest name, is out of the VPC CNI's reach.
    enforcement: { shop: "partial" },
    findings: [
      "fail NETPOL.3 shop",
      ...HOSTILE_NAMESPACES.flatMap((name) =>
        ["20", "22", "23", "24", "25"].map((id) => `pass NETPOL.${id} shop ${name}`),
      ),
    ],
  },
  "many-namespaces": {
    coverage: ["crowded: scanned"],
    enforcement: { crowded: "enforced" },
    findings: [
      "pass NETPOL.2 crowded",
      "pass NETPOL.20 crowded tenant-00000",
      "pass NETPOL.24 crowded tenant-02499",
      "not-applicable NETPOL.24 crowded tenant-04999",
    ],
  },
  "no-access-entry": besideShop("closed", "access-denied"),
  "private-cluster": besideShop("vault", "unreachable"),
  redirects: besideShop("odd", "unreachable"),
  scp: {
    coverage: ["shop: scanned", "222222222222 eu-central-1: missed, access-denied"],
    enforcement: { shop: "enforced" },
    findings: [...SHOP_IS_FINE, "fail NETPOL.9 - eu-central-1"],
  },
  "single-account": {
    coverage: ["shop: scanned"],
    enforcement: { shop: "enforced" },
    findings: SHOP_IS_FINE,
  },
  // As if nothing had been.
  throttled: {
    coverage: ["shop: scanned", "other: scanned"],
    enforcement: { shop: "enforced", other: "enforced" },
    findings: [...SHOP_IS_FINE, "pass NETPOL.2 other", "pass NETPOL.24 other web"],
  },
  "wrong-ca": besideShop("odd", "unreachable"),
};
