// Every remedy is true: what a failing finding says is done to the world, the world is scanned again, and the
// finding passes, while no other finding is worse than before.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { argoCd } from "../../emulator/worlds/argo-cd.ts";
import { AUTO_MODE_DESCRIPTION } from "../../emulator/worlds/auto-mode.ts";
import { world } from "../../emulator/worlds/build.ts";
import { calico } from "../../emulator/worlds/calico.ts";
import { flux } from "../../emulator/worlds/flux.ts";
import { admissionWebhook, ingress } from "../../emulator/worlds/entrances.ts";
import { deployment, namespace, service } from "../../emulator/worlds/objects.ts";
import {
  addresses,
  allowAll,
  allowDns,
  allowEgress,
  allowIngress,
  ANY_NAMESPACE,
  denyByDefault,
  networkPolicy,
  podsOf,
  tcp,
} from "../../emulator/worlds/policies.ts";
import { hubAccount, shop } from "../../emulator/worlds/scenarios/small-company.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { SEVERITIES, type Finding } from "../../lib/model/finding.ts";
import { scanWorld } from "../scenarios/scan-world.ts";
import { apply, build, type Plan } from "./apply-remedy.ts";

const ENFORCING = { cni: { controller: true, agent: true }, addonValues: '{"enableNetworkPolicy":"true"}' };
const OFF = { cni: { controller: false, agent: false } };

/** A namespace with one workload and these policies. */
function home(...policies: readonly RawObject[]): readonly RawObject[] {
  return [namespace("orders"), deployment("orders", "api"), ...policies];
}

/** Who is let in on purpose, each of the kinds that say so. */
const ENTERED: readonly RawObject[] = [
  service("orders", "api", {
    selector: { app: "api" },
    type: "LoadBalancer",
    annotations: { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" },
    ports: [{ port: 443, targetPort: "https" }],
  }),
  service("orders", "site", { selector: { app: "api" }, ports: [{ port: 80, targetPort: 8080 }] }),
  ingress("orders", "front", { site: 80 }),
  admissionWebhook("MutatingWebhookConfiguration", "guard", { namespace: "orders", name: "api" }),
];

interface Row {
  readonly name: string;
  readonly plan: Plan;
  /** The finding that fails and whose remedy is done. */
  readonly control: string;
  readonly subject: string;
  /** The finding that says what to do, where it is another one. */
  readonly remedyOf?: { readonly control: string; readonly subject: string };
  /** Controls that may be worse afterwards, each with the reason above it. */
  readonly worse?: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    name: "an add-on without the key, with values that must stay",
    plan: { ...OFF, addonValues: 'env:\n  WARM_IP_TARGET: "2"\n', manifests: shop() },
    control: "NETPOL.1",
    subject: "shop",
  },
  {
    name: "an add-on whose values were never set",
    plan: { ...OFF, addonValues: null, manifests: shop() },
    control: "NETPOL.2",
    subject: "shop",
  },
  {
    name: "a self-managed VPC CNI that is off",
    plan: { ...OFF, manifests: shop() },
    control: "NETPOL.2",
    subject: "shop",
  },
  {
    name: "a VPC CNI that Helm owns and that is off",
    plan: {
      cni: { ...OFF.cni, helmRelease: { release: "cni", namespace: "kube-system" } },
      manifests: shop(),
    },
    control: "NETPOL.2",
    subject: "shop",
  },
  {
    name: "a self-managed VPC CNI without the ConfigMap, and an agent that waits",
    plan: { cni: { controller: null, agent: true, configMap: false }, manifests: shop() },
    control: "NETPOL.2",
    subject: "shop",
  },
  {
    name: "Auto Mode without the ConfigMap",
    plan: {
      ...OFF,
      autoMode: { controller: null, configMap: false },
      manifests: shop(),
      options: { describe: AUTO_MODE_DESCRIPTION },
    },
    control: "NETPOL.2",
    subject: "shop",
  },
  {
    name: "an add-on that declares what somebody switched off beside it",
    plan: {
      cni: { controller: true, agent: false },
      addonValues: '{"enableNetworkPolicy":"true"}',
      manifests: shop(),
    },
    control: "NETPOL.4",
    subject: "shop",
  },
  {
    name: "a cluster without an access entry",
    plan: { ...ENFORCING, manifests: shop(), options: { access: "none" } },
    control: "NETPOL.9",
    subject: "shop",
  },
  {
    name: "an add-on whose agent has known bypasses",
    plan: {
      cni: { controller: true, agent: true, version: "v1.21.2", agentVersion: "v1.3.5" },
      addonValues: '{"enableNetworkPolicy":"true","env":{"WARM_IP_TARGET":"2"}}',
      manifests: shop(),
    },
    control: "NETPOL.6",
    subject: "shop",
  },
  {
    name: "Calico beside the VPC CNI's engine",
    plan: { ...ENFORCING, manifests: shop(), parts: [calico()] },
    control: "NETPOL.7",
    subject: "shop",
    // The benchmark's literal question to the add-on, whose answer is now no, because another engine enforces.
    worse: ["NETPOL.1"],
  },
  {
    name: "the same without an add-on",
    plan: { cni: { controller: true, agent: true }, manifests: shop(), parts: [calico()] },
    control: "NETPOL.7",
    subject: "shop",
  },
  {
    name: "an add-on in standard mode",
    plan: { ...ENFORCING, manifests: shop() },
    control: "NETPOL.8",
    subject: "shop",
  },
  {
    name: "a self-managed VPC CNI in standard mode",
    plan: { cni: { controller: true, agent: true }, manifests: shop() },
    control: "NETPOL.8",
    subject: "shop",
  },
  {
    name: "policies that nothing enforces, by what NETPOL.2 of the cluster says",
    plan: { ...OFF, addonValues: null, manifests: shop() },
    control: "NETPOL.21",
    subject: "web",
    remedyOf: { control: "NETPOL.2", subject: "shop" },
  },
  {
    name: "a podSelector with a typing error",
    plan: {
      ...ENFORCING,
      manifests: [
        ...shop(),
        ...home(
          denyByDefault("orders"),
          allowIngress("orders", "api", {
            pods: { app: "apy" },
            peers: [podsOf({ app: "api" })],
            ports: [tcp(80)],
          }),
        ),
      ],
    },
    control: "NETPOL.27",
    subject: "orders",
  },
  {
    name: "a podSelector that kept the name of an old release",
    plan: {
      ...ENFORCING,
      manifests: [
        namespace("orders"),
        deployment("orders", "api", { labels: { app: "api", release: "blue" } }),
        denyByDefault("orders"),
        allowIngress("orders", "api", {
          pods: { app: "api", release: "legacy" },
          peers: [podsOf({ app: "api" })],
          ports: [tcp(80)],
        }),
      ],
    },
    control: "NETPOL.27",
    subject: "orders",
  },
  {
    name: "a namespace without policies",
    plan: { ...ENFORCING, manifests: [...shop(), ...home()] },
    control: "NETPOL.20",
    subject: "orders",
  },
  {
    name: "a namespace without policies that is entered on purpose",
    plan: { ...ENFORCING, manifests: [...shop(), ...home(...ENTERED)] },
    control: "NETPOL.20",
    subject: "orders",
  },
  {
    name: "an allow-all in a namespace that is entered on purpose",
    plan: {
      ...ENFORCING,
      manifests: [...shop(), ...home(...ENTERED, denyByDefault("orders"), allowAll("orders"))],
    },
    control: "NETPOL.26",
    subject: "orders",
  },
  {
    name: "a namespace with Services whose policies are for ingress only",
    plan: { ...ENFORCING, manifests: [...shop(), ...home(...ENTERED, denyByDefault("orders", ["Ingress"]))] },
    control: "NETPOL.25",
    subject: "orders",
  },
  {
    name: "a namespace whose policies are for single workloads, ingress",
    plan: {
      ...ENFORCING,
      manifests: [
        ...shop(),
        ...home(
          allowIngress("orders", "api", { pods: { app: "api" }, peers: [podsOf({ app: "x" })], ports: [] }),
        ),
      ],
    },
    control: "NETPOL.22",
    subject: "orders",
  },
  {
    name: "the same for egress",
    plan: { ...ENFORCING, manifests: [...shop(), ...home(denyByDefault("orders", ["Ingress"]))] },
    control: "NETPOL.23",
    subject: "orders",
  },
  {
    name: "a second workload that nothing selects, ingress",
    plan: {
      ...ENFORCING,
      manifests: [
        ...shop(),
        ...home(
          deployment("orders", "forgotten"),
          networkPolicy("orders", "api", {
            podSelector: { matchLabels: { app: "api" } },
            policyTypes: ["Ingress"],
          }),
        ),
      ],
    },
    control: "NETPOL.24",
    subject: "orders",
  },
  {
    name: "the same for egress",
    plan: { ...ENFORCING, manifests: [...shop(), ...home(denyByDefault("orders", ["Ingress"]))] },
    control: "NETPOL.25",
    subject: "orders",
  },
  {
    name: "an allow-all beside a default deny",
    plan: { ...ENFORCING, manifests: [...shop(), ...home(denyByDefault("orders"), allowAll("orders"))] },
    control: "NETPOL.26",
    subject: "orders",
  },
  {
    name: "every namespace allowed in",
    plan: {
      ...ENFORCING,
      manifests: [
        ...shop(),
        ...home(
          denyByDefault("orders"),
          allowIngress("orders", "open", { pods: {}, peers: [ANY_NAMESPACE], ports: [] }),
        ),
      ],
    },
    control: "NETPOL.26",
    subject: "orders",
  },
  {
    name: "an address range that holds the instance metadata service",
    plan: {
      ...ENFORCING,
      manifests: [
        ...shop(),
        ...home(
          denyByDefault("orders"),
          allowDns("orders"),
          allowEgress("orders", "links", {
            pods: {},
            peers: [addresses("169.254.0.0/16")],
            ports: [tcp(80)],
          }),
        ),
      ],
    },
    control: "NETPOL.28",
    subject: "orders",
  },
  {
    name: "the instance metadata service itself",
    plan: {
      ...ENFORCING,
      manifests: [
        ...shop(),
        ...home(
          denyByDefault("orders"),
          allowEgress("orders", "imds", {
            pods: {},
            peers: [addresses("169.254.169.254/32")],
            ports: [tcp(80)],
          }),
        ),
      ],
    },
    control: "NETPOL.28",
    subject: "orders",
  },
  {
    name: "Argo CD without policies",
    plan: { ...ENFORCING, manifests: shop(), parts: [argoCd({ networkPolicies: false })] },
    control: "NETPOL.40",
    subject: "argocd",
  },
  {
    name: "Argo CD of a renamed Helm release without policies",
    plan: {
      ...ENFORCING,
      manifests: shop(),
      parts: [
        argoCd({
          namespace: "gitops",
          networkPolicies: false,
          helm: { release: "deploy", nameOverride: "cd" },
        }),
      ],
    },
    control: "NETPOL.40",
    subject: "gitops",
  },
  {
    name: "Argo CD whose Redis somebody opened",
    plan: {
      ...ENFORCING,
      manifests: [
        ...shop(),
        allowIngress("argocd", "debug", {
          pods: { "app.kubernetes.io/name": "argocd-redis" },
          peers: [ANY_NAMESPACE],
          ports: [tcp(6379), tcp(9121)],
        }),
      ],
      parts: [argoCd()],
    },
    control: "NETPOL.40",
    subject: "argocd",
  },
  {
    name: "Flux without policies",
    plan: { ...ENFORCING, manifests: shop(), parts: [flux({ networkPolicies: false })] },
    control: "NETPOL.40",
    subject: "flux-system",
  },
  {
    name: "Argo CD with its stock policies, which leave egress open",
    plan: { ...ENFORCING, manifests: shop(), parts: [argoCd()] },
    control: "NETPOL.41",
    subject: "argocd",
  },
  {
    name: "Flux with its stock policies, which allow all egress",
    plan: { ...ENFORCING, manifests: shop(), parts: [flux()] },
    control: "NETPOL.41",
    subject: "flux-system",
  },
];

describe("every remedy, done to the world", { concurrency: 2 }, () => {
  for (const { name, plan, control, subject, remedyOf, worse = [] } of ROWS)
    test(`${control}: ${name}`, async () => {
      const before = await findingsOf(plan);
      const failing = findFailing(before, { control, subject });
      const remedy = remedyOf === undefined ? failing : findFailing(before, remedyOf);
      const after = await findingsOf(apply(plan, remedy));
      const healed = after.find(({ id }) => id === failing.id);
      assert.equal(healed?.status, "pass", healed?.because);
      // Who lets the scanner look in hears what was so all along; only what was known before can get worse by it.
      const comparable =
        control === "NETPOL.9" ? before.filter(({ status }) => status !== "unknown") : before;
      assert.deepEqual(
        worsened(comparable, after).filter((line) => !worse.some((id) => line.startsWith(`${id} `))),
        [],
      );
    });
});

function findFailing(
  findings: readonly Finding[],
  { control, subject }: { readonly control: string; readonly subject: string },
): Finding {
  const found = findings.find((one) => one.controlId === control && one.subject.name === subject);
  assert.equal(found?.status, "fail", found?.because);
  return found;
}

async function findingsOf(plan: Plan): Promise<readonly Finding[]> {
  const made = world({
    name: "remedy",
    description: "Made for this test.",
    accounts: [hubAccount([build(plan)])],
  });
  const { report } = await scanWorld(made);
  assert.equal(report.complete, plan.options?.access !== "none");
  return report.findings;
}

function worsened(before: readonly Finding[], after: readonly Finding[]): readonly string[] {
  const known = new Map(before.map((finding) => [finding.id, finding]));
  return after
    .filter((finding) => rankOf(finding) > rankOf(known.get(finding.id) ?? finding))
    .map(({ controlId, subject, status, because }) => `${controlId} ${subject.name}: ${status}: ${because}`);
}

/**
 * A not-applicable finding that names another control stands behind that one's failure (CONTRACTS, one root cause):
 * when the cause is gone it says what was wrong all along, and that is not worse.
 */
function rankOf({ status, severity, because }: Finding): number {
  if (status === "not-applicable" && /NETPOL\.\d+ (?:says|judges)/.test(because)) return SEVERITIES.length;
  if (status === "fail") return SEVERITIES.length - SEVERITIES.indexOf(severity);
  return status === "unknown" ? 0.5 : 0;
}
