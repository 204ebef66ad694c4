// The files of remedies with foreign names in them: exact for every reader of YAML, and harmless as paths.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allowAll, networkPolicy, tcp } from "../../emulator/worlds/policies.ts";
import type { Finding } from "../../lib/model/finding.ts";
import { seen, unseen } from "../../lib/model/observed.ts";
import { closePaths } from "../../lib/remediation/close-paths.ts";
import { remedyDefaultDeny } from "../../lib/remediation/default-deny.ts";
import { toPathSegment, toReplacementName } from "../../lib/remediation/file-name.ts";
import { toFixPlan } from "../../lib/remediation/fix-plan.ts";
import { toManifestFile, type PolicyManifest } from "../../lib/remediation/policy-manifest.ts";
import { withoutMetadata } from "../../lib/remediation/remedy-metadata-egress.ts";
import { remedyNullification } from "../../lib/remediation/remedy-nullification.ts";
import { namespace, unselected, workload } from "../controls/posture-builders.ts";
import { parseYaml } from "./apply-remedy.ts";

const HOSTILE = [
  "on",
  "0123",
  "1e3",
  "null",
  "~",
  "a: b",
  "#",
  "- x",
  "__proto__",
  "{}",
  "2026-11-21",
  "1:30",
];
const blind = unseen("access-denied", "the server said 403");
const noDns = { cluster: blind, daemonSets: blind };

test("labels and names that YAML takes for something else come back as they were", () => {
  const labels = Object.fromEntries(
    HOSTILE.flatMap((key) => HOSTILE.map((value) => [`${key}${value}`, value])),
  );
  const object = { metadata: { name: "on", labels: { ...labels, on: "yes", ["__proto__"]: "y" } } };
  const [parsed] = parseYaml(toManifestFile("x.yaml", [object], ["first", "", "second"]).content);
  assert.deepEqual(JSON.parse(JSON.stringify(parsed)), JSON.parse(JSON.stringify(object)));
});

test("a policy with a hostile name is replaced under that name, in a file that stays in its folder", () => {
  for (const name of ["../../etc/passwd", "-rf", ".bashrc", "a b; id", "x".repeat(5_000), "", "on"]) {
    const remedy = remedyNullification(
      { namespace: "shop", policies: [name], directions: ["ingress", "egress"] },
      { ...noDns, networkPolicies: seen([allowAll("shop", name)]) },
    );
    const [file] = remedy.files;
    assert.ok(file !== undefined);
    assert.match(file.name, /^replace-[A-Za-z0-9._-]{1,120}\.yaml$/);
    const [object] = parseYaml(file.content);
    assert.equal(object?.metadata.name, name);
  }
});

test("names stay distinct as paths", () => {
  const names = ["a/b", "a_b", "a b", "a\\b", "A", "a", "..", ".", ""];
  assert.equal(new Set(names.map(toPathSegment)).size, names.length);
  assert.notEqual(toReplacementName("default-deny-ingress"), "default-deny-ingress.yaml");
});

test("a policy of the namespace that has our name is left alone", () => {
  const taken = namespace("shop", {
    policies: ["ringfence-default-deny-ingress", "ringfence-default-deny-ingress-2"],
    workloads: [workload("web", { ingress: unselected })],
  });
  const [file] = remedyDefaultDeny(taken, ["ingress"], noDns).files;
  assert.equal(parseYaml(file?.content ?? "")[0]?.metadata.name, "ringfence-default-deny-ingress-3");
});

test("DNS fits the cluster: NodeLocal DNSCache and Auto Mode have addresses of their own", () => {
  const nodeLocal = { namespace: "kube-system", name: "node-local-dns" } as never;
  const reads = {
    cluster: seen({ autoMode: true, serviceCidr: "172.20.0.0/16" } as never),
    daemonSets: seen([nodeLocal]),
  };
  const [file] = remedyDefaultDeny(namespace("shop"), ["egress"], reads).files;
  assert.match(file?.content ?? "", /k8s-app: kube-dns/);
  assert.match(file?.content ?? "", /cidr: 169\.254\.20\.10\/32/);
  assert.match(file?.content ?? "", /cidr: 172\.20\.0\.10\/32/);
});

describe("edits of somebody's policy", () => {
  const egress = (...rules: readonly object[]) =>
    networkPolicy("shop", "out", { podSelector: {}, policyTypes: ["Egress"], egress: rules });
  const specMember = (edited: PolicyManifest | null, name: string): unknown =>
    (edited?.spec as Record<string, unknown> | undefined)?.[name];
  const specOf = (edited: PolicyManifest | null): unknown => specMember(edited, "egress");

  test("the metadata service is excepted once, and only where a rule can reach it", () => {
    const block = (cidr: string, ...except: string[]) => ({ ipBlock: { cidr, except } });
    assert.deepEqual(specOf(withoutMetadata(egress({ to: [block("0.0.0.0/0", "10.0.0.0/8")] }))), [
      { to: [block("0.0.0.0/0", "10.0.0.0/8", "169.254.169.254/32")] },
    ]);
    assert.equal(withoutMetadata(egress({ to: [block("0.0.0.0/0", "169.254.0.0/16")] })), null);
    assert.equal(withoutMetadata(egress({ to: [block("0.0.0.0/0")], ports: [tcp(443)] })), null);
    assert.equal(withoutMetadata(egress({ to: [block("10.0.0.0/8")] })), null);
    assert.deepEqual(
      specOf(withoutMetadata(egress({ to: [block("::/0")], ports: [{ port: 1, endPort: 100 }] }))),
      [{ to: [block("::/0", "fd00:ec2::254/128")], ports: [{ port: 1, endPort: 100 }] }],
    );
  });

  test("a rule that is left without peers goes; it would allow everyone", () => {
    const rule = { to: [{ ipBlock: { cidr: "169.254.169.254/32" } }] };
    const edited = withoutMetadata(egress(rule));
    assert.deepEqual(edited?.spec, { podSelector: {}, policyTypes: ["Egress"], egress: [] });
  });

  test("a policy without policyTypes keeps its directions when its last egress rule goes", () => {
    const raw = networkPolicy("shop", "out", {
      podSelector: {},
      egress: [{ to: [{ ipBlock: { cidr: "169.254.169.254/32" } }] }],
    });
    const edited = withoutMetadata(raw);
    assert.deepEqual(specMember(edited, "policyTypes"), ["Ingress", "Egress"]);
  });

  test("closing a path keeps the open ports of the same rule and the other peers", () => {
    const others = { podSelector: { matchLabels: { app: "ui" } } };
    const raw = networkPolicy("argocd", "redis", {
      podSelector: {},
      ingress: [{ from: [{ namespaceSelector: {} }, others], ports: [tcp(6379), tcp(9121)] }],
    });
    const closed = closePaths(raw, ["spec.ingress[0].from[0]"], [6379]);
    assert.deepEqual(specMember(closed, "ingress"), [
      { from: [{ namespaceSelector: {} }, others], ports: [tcp(9121)] },
      { from: [{ podSelector: {} }, others], ports: [tcp(6379)] },
    ]);
  });

  test("what the server keeps for itself is not written, and neither is a status", () => {
    const raw = {
      ...allowAll("shop"),
      metadata: {
        ...allowAll("shop").metadata,
        uid: "u",
        finalizers: ["networking.k8s.aws/resources"],
        annotations: { "kubectl.kubernetes.io/last-applied-configuration": "{}", note: "keep" },
      },
      status: {},
    };
    const { files } = remedyNullification(
      { namespace: "shop", policies: ["allow-all"], directions: ["ingress"] },
      { ...noDns, networkPolicies: seen([raw]) },
    );
    const [object] = parseYaml(files[0]?.content ?? "");
    assert.deepEqual(Object.keys(object ?? {}), ["apiVersion", "kind", "metadata", "spec"]);
    assert.deepEqual(object?.metadata, {
      namespace: "shop",
      name: "allow-all",
      annotations: { note: "keep" },
    });
  });
});

test("two remedies that change one policy differently: the first is written, the second is named", () => {
  const finding = (controlId: string, content: string): Finding => ({
    id: controlId,
    controlId,
    title: "",
    status: "fail",
    severity: "high",
    account: null,
    region: null,
    cluster: "c",
    subject: { kind: "namespace", name: "../shop" },
    because: "It fails.",
    evidence: [],
    remediation: { text: "Do.", commands: ["kubectl apply -f a.yaml"], files: [{ name: "a.yaml", content }] },
  });
  const { files } = toFixPlan([finding("NETPOL.26", "1"), finding("NETPOL.28", "2")], {
    cluster: "c",
    namespace: null,
  });
  const [readme, ...others] = files;
  assert.match(readme?.content ?? "", /NETPOL\.28 changes a policy that is changed above already/);
  assert.deepEqual(
    others.map(({ content }) => content),
    ["1"],
  );
  assert.doesNotMatch(others[0]?.path ?? "", /\.\./);
});
