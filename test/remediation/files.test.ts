// The files of remedies with foreign names in them: exact for every reader of YAML, and harmless as paths.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { allowAll, networkPolicy, tcp } from "../../emulator/worlds/policies.ts";
import { toService } from "../../lib/kubernetes/access-schema.ts";
import type { Finding } from "../../lib/model/finding.ts";
import type { Labels } from "../../lib/model/kubernetes.ts";
import { seen, unseen } from "../../lib/model/observed.ts";
import { closePaths } from "../../lib/remediation/close-paths.ts";
import { toDnsRule } from "../../lib/remediation/cluster-dns.ts";
import { remedyDefaultDeny } from "../../lib/remediation/default-deny.ts";
import type { AccessReads } from "../../lib/remediation/declared-access.ts";
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
const noDns = {
  cluster: blind,
  daemonSets: blind,
  services: blind,
  ingresses: blind,
  admissionWebhooks: blind,
};

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

describe("DNS fits the cluster", () => {
  const address = (cidr: string) => ({ ipBlock: { cidr } });
  const nodeLocal = (...args: readonly string[]) =>
    seen([{ namespace: "kube-system", name: "node-local-dns", containers: [{ args }] } as never]);
  const auto = seen({ autoMode: true, serviceCidr: "172.20.0.0/16", ipFamily: "ipv4" } as never);
  const dnsService = (clusterIPs: readonly string[], selector: object, targetPort: number | string) =>
    seen([
      toService({ metadata: { namespace: "shop", name: "kube-dns" }, spec: { clusterIPs: ["10.9.9.9"] } }),
      toService({
        metadata: { namespace: "kube-system", name: "kube-dns" },
        spec: {
          clusterIPs,
          selector,
          ports: [
            { protocol: "UDP", port: 53, targetPort },
            { port: 9153, targetPort: 9153 },
          ],
        },
      }),
    ]);
  const CASES: readonly (readonly [string, Partial<AccessReads>, readonly object[], readonly unknown[]])[] = [
    ["nothing was seen", {}, [], [53]],
    ["NodeLocal DNSCache", { daemonSets: nodeLocal() }, [address("169.254.20.10/32")], [53]],
    [
      "NodeLocal DNSCache on addresses of its own",
      { daemonSets: nodeLocal("-localip", "169.254.25.10,10.100.0.10") },
      [address("169.254.25.10/32"), address("10.100.0.10/32")],
      [53],
    ],
    ["Auto Mode, Services unseen", { cluster: auto }, [address("172.20.0.10/32")], [53]],
    [
      "Auto Mode, the Service seen",
      { cluster: auto, services: dnsService(["172.20.7.7"], {}, 53) },
      [address("172.20.7.7/32")],
      [53],
    ],
    [
      "IPv6, and pods that listen elsewhere",
      { services: dnsService(["fd5c::a"], { "k8s-app": "kube-dns" }, 5353) },
      [address("fd5c::a/128")],
      [53, 5353],
    ],
    ["no address", { services: dnsService(["None"], {}, "a b") }, [], [53]],
  ];
  for (const [name, reads, addresses, ports] of CASES)
    test(name, () => {
      const rule = toDnsRule({ ...noDns, ...reads }) as { to: object[]; ports: object[] };
      assert.deepEqual(rule.to, [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
          podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
        },
        ...addresses,
      ]);
      const both = ports.flatMap((port) => ["UDP", "TCP"].map((protocol) => ({ protocol, port })));
      assert.deepEqual(rule.ports, both);
    });

  test("pods of another name answer where the Service selects them", () => {
    const services = dnsService(["10.1.0.10"], { app: "coredns" }, 53);
    const { to } = toDnsRule({ ...noDns, services }) as { to: { podSelector?: object }[] };
    assert.deepEqual(to[0]?.podSelector, { matchLabels: { app: "coredns" } });
  });
});

function nodePort(name: string, selector: Labels) {
  return toService({
    metadata: { namespace: "shop", name },
    spec: { type: "NodePort", selector, ports: [{ port: 80 }] },
  });
}

test("a Service with a hostile name: its policy has a name that the API server takes", () => {
  const names = ["../x", "a\nkind: Pod", "x".repeat(300), "A", "ok"];
  const services = seen(names.map((name) => nodePort(name, { app: name, ["__proto__"]: "y" })));
  const report = namespace("shop", { workloads: [workload("web", { ingress: unselected })] });
  const [file] = remedyDefaultDeny(report, ["ingress"], { ...noDns, services }).files;
  const policies = parseYaml(file?.content ?? "");
  assert.equal(policies.length, 6);
  assert.equal(new Set(policies.map(({ metadata }) => metadata.name)).size, 6);
  for (const { kind, metadata } of policies) {
    assert.equal(kind, "NetworkPolicy");
    assert.match(metadata.name, /^ringfence-[-a-z0-9]{1,80}$/);
  }
});

test("what was not seen is said, and nothing is written for it", () => {
  const report = namespace("shop", { workloads: [workload("web", { ingress: unselected })] });
  const { text, files } = remedyDefaultDeny(report, ["ingress"], noDns);
  assert.match(text, /did not see the Services \(access-denied\), so nothing is kept open for them/);
  assert.match(text, /did not see the Ingresses and admission webhooks \(access-denied\)/);
  assert.equal(parseYaml(files[0]?.content ?? "").length, 1);
});

test("of very many Services the first hundred are written, and the others are counted", () => {
  const services = seen(
    Array.from({ length: 130 }, (_, index) => nodePort(`s${index}`, { app: `a${index}` })),
  );
  const report = namespace("shop", { workloads: [workload("web", { ingress: unselected })] });
  const { text, files } = remedyDefaultDeny(report, ["ingress"], { ...noDns, services });
  assert.match(text, /It has 30 more Services, for which nothing is written/);
  assert.equal(parseYaml(files[0]?.content ?? "").length, 101);
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

  test("what has to be narrowed by hand is named in the number that it has", () => {
    const narrow = (...policies: readonly string[]): string =>
      remedyNullification(
        { namespace: "shop", policies, directions: ["ingress"] },
        { ...noDns, networkPolicies: seen([]) },
      ).text;
    assert.match(narrow("a"), /Narrow a of .*, or delete it\.$/);
    assert.match(narrow("a", "b"), /Narrow a, b of .*, or delete them\.$/);
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
