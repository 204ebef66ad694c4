// Services are read where a suggested policy could have to know them, and only there.

import assert from "node:assert/strict";
import { test } from "node:test";
import { allowAll, allowIngress, denyByDefault, podsOf, tcp } from "../../emulator/worlds/policies.ts";
import type { Labels, Pod, RawObject } from "../../lib/model/kubernetes.ts";
import { callsForServices } from "../../lib/scan/calls-for-services.ts";

const settings = { unjudgedNamespaces: [{ glob: "kube-*", reason: "the cluster's own" }] };

function pod(namespace: string, labels: Labels = {}, hostNetwork = false): Pod {
  return {
    namespace,
    name: "p",
    labels,
    annotations: {},
    owner: null,
    createdAt: null,
    terminating: false,
    hostNetwork,
    finished: false,
    detail: null,
  };
}

const narrow = allowIngress("shop", "narrow", { pods: {}, peers: [podsOf({ app: "x" })], ports: [tcp(80)] });

const ROWS: readonly (readonly [string, readonly Pod[], readonly RawObject[], boolean])[] = [
  ["no pods", [], [], false],
  ["a pod, no policy", [pod("shop")], [], true],
  ["a pod of a namespace that nobody judges", [pod("kube-system")], [], false],
  ["only pods of the host's network", [pod("shop", {}, true)], [], false],
  ["denied both ways", [pod("shop")], [denyByDefault("shop")], false],
  ["denied both ways, narrow rules beside", [pod("shop")], [denyByDefault("shop"), narrow], false],
  ["denied one way", [pod("shop")], [denyByDefault("shop", ["Ingress"])], true],
  ["denied one way by each of two", [pod("shop")], [denyByDefault("shop", ["Ingress"]), egressDeny()], false],
  ["denied both ways, and opened again", [pod("shop")], [denyByDefault("shop"), allowAll("shop")], true],
  ["denied elsewhere", [pod("shop")], [denyByDefault("orders")], true],
  ["a GitOps controller", [pod("argocd", argoCdLabels())], [denyByDefault("argocd")], true],
  ["a policy that is none", [pod("shop")], [{ ...denyByDefault("shop"), spec: 7 }], true],
];

function egressDeny(): RawObject {
  const deny = denyByDefault("shop", ["Egress"]);
  return { ...deny, metadata: { ...deny.metadata, name: "other" } };
}

function argoCdLabels(): Labels {
  return { "app.kubernetes.io/part-of": "argocd" };
}

for (const [name, pods, policies, expected] of ROWS)
  test(name, () => assert.equal(callsForServices(pods, policies, settings), expected));
