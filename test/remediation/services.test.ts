// What a suggested default deny keeps open for a namespace's Services, asked of the evaluator itself: the policies
// are applied to the manifests, and probes say who still gets where.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as v from "valibot";
import { admissionWebhook, ingress } from "../../emulator/worlds/entrances.ts";
import { deployment, namespace, service } from "../../emulator/worlds/objects.ts";
import { allowAll, denyByDefault } from "../../emulator/worlds/policies.ts";
import type { Finding } from "../../lib/model/finding.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { evaluateText, toList } from "../offline/evaluate-text.ts";
import { parseYaml } from "./apply-remedy.ts";
import { NetworkPolicySchema } from "./network-policy-schema.ts";

const AWS = "service.beta.kubernetes.io/aws-load-balancer-";

function app(name: string, containerPort = 8080): RawObject {
  const ports = [{ name: "http", containerPort }];
  return deployment("orders", name, { containers: [{ name, image: `${name}:1`, ports }] });
}

const ORDERS: readonly RawObject[] = [
  namespace("orders"),
  ...["web", "partner", "lan", "node", "api", "site", "hook", "lonely"].map((name) => app(name)),
  service("orders", "web", {
    selector: { app: "web" },
    type: "LoadBalancer",
    ports: [{ port: 443, targetPort: 8080 }],
  }),
  service("orders", "partner", {
    selector: { app: "partner" },
    type: "LoadBalancer",
    sourceRanges: ["203.0.113.0/24"],
    ports: [{ port: 443, targetPort: 8080 }],
  }),
  service("orders", "lan", {
    selector: { app: "lan" },
    type: "LoadBalancer",
    annotations: { [`${AWS}scheme`]: "internal" },
    ports: [{ port: 443, targetPort: 8080 }],
  }),
  service("orders", "node", {
    selector: { app: "node" },
    type: "NodePort",
    ports: [{ port: 80, targetPort: 8080 }],
  }),
  service("orders", "api", { selector: { app: "api" }, ports: [{ port: 80, targetPort: "http" }] }),
  service("orders", "api-headless", {
    selector: { app: "api" },
    clusterIP: "None",
    ports: [{ port: 9090, targetPort: 9090 }],
  }),
  service("orders", "site", {
    selector: { app: "site" },
    ports: [
      { name: "http", port: 80, targetPort: 8080 },
      { name: "admin", port: 81, targetPort: 8081 },
    ],
  }),
  service("orders", "hook", { selector: { app: "hook" }, ports: [{ port: 443, targetPort: 8443 }] }),
  service("orders", "elsewhere", { ports: [{ port: 5432 }] }),
  ingress("orders", "front", { site: 80 }),
  admissionWebhook("ValidatingWebhookConfiguration", "guard", { namespace: "orders", name: "hook" }),
  namespace("other"),
  deployment("other", "client"),
];

async function suggest(
  objects: readonly RawObject[],
  controlId: string,
): Promise<{ readonly finding: Finding; readonly policies: readonly RawObject[] }> {
  const { report } = await evaluateText(toList(objects));
  const finding = report.findings.find((one) => one.controlId === controlId && one.subject.name === "orders");
  assert.equal(finding?.status, "fail");
  const policies = finding.remediation.files.flatMap(({ content }) => parseYaml(content));
  for (const policy of policies)
    assert.deepEqual(v.safeParse(NetworkPolicySchema, policy).issues, undefined, policy.metadata.name);
  return { finding, policies };
}

function applied(objects: readonly RawObject[], policies: readonly RawObject[]): readonly RawObject[] {
  const isReplaced = ({ kind, metadata }: RawObject): boolean =>
    policies.some((policy) => policy.kind === kind && policy.metadata.name === metadata.name);
  return [...objects.filter((object) => !isReplaced(object)), ...policies];
}

async function answersTo(
  objects: readonly RawObject[],
  probe: readonly string[],
): Promise<Readonly<Record<string, boolean | null>>> {
  const { probes } = await evaluateText(toList(objects), { probe });
  return Object.fromEntries(probes.map((one, index) => [probe[index] ?? "", one.allowed]));
}

describe("after the default deny that NETPOL.20 suggests", async () => {
  const { finding, policies } = await suggest(ORDERS, "NETPOL.20");
  const EXPECTED: Readonly<Record<string, boolean>> = {
    // The namespace's own pods go on using its Services, and nothing else of each other.
    "orders/deployment/lonely -> orders/deployment/api:8080/TCP": true,
    "orders/deployment/lonely -> orders/deployment/api:9090/TCP": true,
    "orders/deployment/lonely -> orders/deployment/api:22/TCP": false,
    "orders/deployment/web -> orders/deployment/lonely:8080/TCP": false,
    // Other namespaces had no permission beyond the missing of policies.
    "other/deployment/client -> orders/deployment/api:8080/TCP": false,
    "orders/deployment/web -> other/deployment/client:8080/TCP": false,
    // Every address, the named ones, private ones.
    "external -> orders/deployment/web:8080/TCP": true,
    "external -> orders/deployment/web:443/TCP": false,
    "external -> orders/deployment/node:8080/TCP": true,
    "external -> orders/deployment/partner:8080/TCP": false,
    "203.0.113.7 -> orders/deployment/partner:8080/TCP": true,
    "198.51.100.7 -> orders/deployment/partner:8080/TCP": false,
    "10.1.2.3 -> orders/deployment/partner:8080/TCP": true,
    "10.1.2.3 -> orders/deployment/lan:8080/TCP": true,
    "external -> orders/deployment/lan:8080/TCP": false,
    // The Ingress leads to one port of two, the webhook to its own.
    "other/deployment/client -> orders/deployment/site:8080/TCP": true,
    "10.1.2.3 -> orders/deployment/site:8080/TCP": true,
    "other/deployment/client -> orders/deployment/site:8081/TCP": false,
    "orders/deployment/lonely -> orders/deployment/site:8081/TCP": true,
    "10.1.2.3 -> orders/deployment/hook:8443/TCP": true,
    "other/deployment/client -> orders/deployment/hook:8443/TCP": false,
    "external -> orders/deployment/hook:8443/TCP": false,
    "orders/deployment/web -> external:443/TCP": false,
  };

  test("who gets where", async () => {
    const questions = Object.keys(EXPECTED);
    assert.deepEqual(await answersTo(applied(ORDERS, policies), questions), EXPECTED);
  });

  test("the text says what is kept, for whom, and what is cut off", () => {
    const { text } = finding.remediation;
    for (const part of [
      "Pods of the namespace go on using its Services (api, api-headless, hook, lan, node, partner, site, web).",
      "load balancer of Service web (every address)",
      "load balancer of Service partner (the addresses that it names and private addresses)",
      "internal load balancer of Service lan (private addresses)",
      "Ingress front (every namespace and private addresses)",
      "admission webhook guard (private addresses)",
      "NETPOL.26 names it",
    ])
      assert.ok(text.includes(part), `${part}\n${text}`);
  });

  test("each policy says why it is there", () => {
    const reasons = policies.flatMap(({ metadata }) => Object.values(metadata.annotations ?? {}));
    assert.ok(reasons.includes("Service hook; admission webhook guard"), reasons.join("\n"));
    assert.ok(reasons.includes("Service api, api-headless"), reasons.join("\n"));
  });

  test("what is open to every address NETPOL.26 goes on naming, with less weight", async () => {
    const { report } = await evaluateText(toList(applied(ORDERS, policies)));
    const failed = report.findings.filter(
      ({ status, subject }) => status === "fail" && subject.name === "orders",
    );
    assert.deepEqual(
      failed.map(({ controlId, severity }) => `${controlId} ${severity}`),
      ["NETPOL.26 medium"],
    );
    assert.match(failed[0]?.because ?? "", /Deployment\/node for ingress; .*Deployment\/web for ingress/);
  });
});

test("an allow-all is narrowed, and the internal load balancer keeps its way in", async () => {
  const objects = [
    namespace("orders"),
    app("lan"),
    ...ORDERS.filter(({ kind, metadata }) => kind === "Service" && metadata.name === "lan"),
    denyByDefault("orders"),
    allowAll("orders"),
  ];
  const { finding, policies } = await suggest(objects, "NETPOL.26");
  assert.deepEqual(
    finding.remediation.files.map(({ name }) => name),
    ["allow-entrances.yaml", "replace-allow-all.yaml"],
  );
  const after = applied(objects, policies);
  assert.deepEqual(
    await answersTo(after, [
      "10.1.2.3 -> orders/deployment/lan:8080/TCP",
      "10.1.2.3 -> orders/deployment/lan:9/TCP",
      "198.51.100.7 -> orders/deployment/lan:8080/TCP",
    ]),
    {
      "10.1.2.3 -> orders/deployment/lan:8080/TCP": true,
      "10.1.2.3 -> orders/deployment/lan:9/TCP": false,
      "198.51.100.7 -> orders/deployment/lan:8080/TCP": false,
    },
  );
  const { report } = await evaluateText(toList(after));
  const healed = report.findings.find(({ id }) => id === finding.id);
  assert.equal(healed?.status, "pass");
});
