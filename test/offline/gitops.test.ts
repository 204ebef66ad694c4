// The GitOps controls over what Argo CD, Flux and Fleet really install, and over what somebody did to it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { argoCd, flux } from "../../emulator/worlds/gitops.ts";
import { deployment, namespace } from "../../emulator/worlds/objects.ts";
import { allowAll, allowIngress, ANY_NAMESPACE, tcp } from "../../emulator/worlds/policies.ts";
import type { Finding } from "../../lib/model/finding.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { evaluateObjects } from "./evaluate-text.ts";

async function judge(controlId: string, objects: readonly RawObject[]): Promise<Finding> {
  const { report } = await evaluateObjects(objects);
  const found = report.findings.filter((finding) => finding.controlId === controlId);
  assert.equal(found.length, 1);
  const [finding] = found;
  assert.ok(finding !== undefined);
  // Where it stands in the input is not what these tests are about.
  return { ...finding, evidence: finding.evidence.filter(({ file }) => file === undefined) };
}

const FLEET = [
  namespace("cattle-fleet-system"),
  deployment("cattle-fleet-system", "fleet-agent", {
    labels: { app: "fleet-agent" },
    containers: [{ name: "fleet-agent", image: "mirror.example.com/rancher/fleet-agent:v0.14.0" }],
  }),
  allowAll("cattle-fleet-system", "default-allow-all"),
];

test("fleet-agent's default-allow-all is a policy, and closes nothing", async () => {
  const ingress = await judge("NETPOL.40", FLEET);
  assert.equal(ingress.status, "fail");
  assert.match(ingress.because, /Deployment\/fleet-agent on every port \(policies default-allow-all\)/);
  assert.equal((await judge("NETPOL.41", FLEET)).status, "fail");
});

test("argocd-server, the webhooks and metrics of the stock policies are meant to be reached", async () => {
  const argo = await judge("NETPOL.40", argoCd().manifests);
  assert.equal(argo.status, "pass", argo.because);
  const stockFlux = await judge("NETPOL.40", flux().manifests);
  assert.equal(stockFlux.status, "pass", stockFlux.because);
});

test("a stock Redis that a debug policy opens fails with the exact path and the command that shows it", async () => {
  const debug = allowIngress("argocd", "debug", {
    pods: { "app.kubernetes.io/name": "argocd-redis" },
    peers: [ANY_NAMESPACE],
    ports: [tcp(6379)],
  });
  const { status, because, evidence } = await judge("NETPOL.40", [...argoCd().manifests, debug]);
  assert.equal(status, "fail");
  assert.match(because, /Deployment\/argocd-redis:6379, .* \(policy debug spec\.ingress\[0\]\.from\[0\]: /);
  assert.deepEqual(
    evidence.map(({ command }) => command),
    ["kubectl get networkpolicies.networking.k8s.io debug -n argocd -o yaml"],
  );
});

test("the sentence names five open paths and how many more; the evidence lists fifty, and says how many more", async () => {
  const pods = { "app.kubernetes.io/name": "argocd-redis" };
  const opened = (amount: number): readonly RawObject[] =>
    Array.from({ length: amount }, (_, index) =>
      allowIngress("argocd", `debug-${index}`, { pods, peers: [ANY_NAMESPACE], ports: [tcp(6379)] }),
    );
  const few = await judge("NETPOL.40", [...argoCd().manifests, ...opened(7)]);
  assert.match(few.because, /; and 2 more, which the evidence lists\.$/);
  assert.equal(few.evidence.length, 7);
  const many = await judge("NETPOL.40", [...argoCd().manifests, ...opened(60)]);
  assert.equal(many.evidence.length, 51);
  assert.equal(many.evidence.at(-1)?.observed, "10 more open paths");
});

const RENAMED = { prefix: "delivery", mirror: "mirror.example.com/platform" };

test("a sidecar for plugins does not make the repo-server an argocd-server", async () => {
  const server = deployment("delivery", "renderer", {
    containers: [
      { name: "plugin", image: "mirror.example.com/cmp:1", command: ["/var/run/argocd/argocd-cmp-server"] },
      { name: "main", image: "mirror.example.com/cd:3", args: ["/usr/local/bin/argocd-repo-server"] },
    ],
  });
  const { status, because } = await judge("NETPOL.40", [namespace("delivery"), server]);
  assert.equal(status, "fail");
  assert.match(because, /Deployment\/renderer:8081/);
});

test("a shell that starts the program is looked through", async () => {
  const server = deployment("delivery", "renderer", {
    containers: [
      {
        name: "main",
        image: "mirror.example.com/cd:3",
        command: ["sh", "-c", "ulimit -n 9; exec argocd-repo-server"],
      },
    ],
  });
  assert.match((await judge("NETPOL.40", [namespace("delivery"), server])).because, /renderer:8081/);
});

test("renamed installations have all of their components, Redis by its image", async () => {
  const { manifests } = argoCd({ namespace: "delivery", networkPolicies: false, renamed: RENAMED });
  const { because } = await judge("NETPOL.41", manifests);
  assert.match(because, /^7 of 7 components of Argo CD in namespace delivery .*Deployment\/delivery-redis/);
  const renamedFlux = flux({ namespace: "sync", networkPolicies: false, renamed: RENAMED });
  assert.match(
    (await judge("NETPOL.41", renamedFlux.manifests)).because,
    /^4 of 4 components of Flux in namespace sync /,
  );
});
