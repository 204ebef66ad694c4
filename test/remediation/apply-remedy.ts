// Does to a world's cluster what a person does who follows a finding: applies its files, and lets EKS do what its
// documentation says of UpdateAddon. What comes out is a cluster built anew, with the engine's traces in it.

import assert from "node:assert/strict";
import * as v from "valibot";
import { parseAllDocuments } from "yaml";
import type { VpcCniOptions } from "../../emulator/worlds/addons.ts";
import { vpcCni, vpcCniAddon } from "../../emulator/worlds/addons.ts";
import { autoMode, type AutoModeOptions } from "../../emulator/worlds/auto-mode.ts";
import { cluster, type ClusterOptions } from "../../emulator/worlds/build.ts";
import type { ClusterPart } from "../../emulator/worlds/cluster-part.ts";
import { nodes } from "../../emulator/worlds/nodes.ts";
import { REGION } from "../../emulator/worlds/scenarios/small-company.ts";
import type { WorldCluster } from "../../emulator/world.ts";
import type { Finding } from "../../lib/model/finding.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { NetworkPolicySchema } from "./network-policy-schema.ts";

/** A cluster before it is built: what the remedies change stands apart. */
export interface Plan {
  readonly manifests: readonly RawObject[];
  readonly parts?: readonly ClusterPart[];
  readonly cni: VpcCniOptions;
  /** Undefined: no add-on; null: its values were never set. */
  readonly addonValues?: string | null;
  readonly autoMode?: AutoModeOptions;
  readonly options?: Partial<ClusterOptions>;
}

export function build(plan: Plan): WorldCluster {
  const engine = plan.autoMode === undefined ? vpcCni(plan.cni) : autoMode(plan.autoMode);
  const parts = (plan.parts ?? []).map(({ manifests, adjustments }) => ({
    // What a person changes wins over what was installed.
    manifests: manifests.filter((object) => !plan.manifests.some((other) => isSame(object, other))),
    adjustments,
  }));
  return cluster({
    name: "shop",
    region: REGION,
    nodes: nodes(2, plan.autoMode === undefined ? "ec2" : "auto"),
    addons: plan.addonValues === undefined ? [] : [vpcCniAddon(plan.addonValues)],
    parts: [engine, ...parts],
    manifests: plan.manifests,
    ...plan.options,
  });
}

/** Every kubectl and aws command of the remedy, or a failure that names the one that is not understood. */
export function apply(plan: Plan, { remediation }: Finding): Plan {
  return remediation.commands.reduce((current, command) => applyCommand(current, command, remediation), plan);
}

function applyCommand(plan: Plan, command: string, { files }: Finding["remediation"]): Plan {
  const [tool, verb, object] = command.split(" ");
  const action = `${tool} ${verb}`;
  if (command === "kubectl apply -f deploy/kubernetes/ringfence-reader.yaml")
    return withAccess(plan, "reader");
  if (action === "aws eks" && object === "create-access-entry") {
    assert.match(command, /--principal-arn arn:aws:iam::111111111111:role\/RingfenceReader /);
    assert.match(command, /--kubernetes-groups ringfence-readers$/);
    return plan;
  }
  if (action === "aws eks" && object === "associate-access-policy") {
    assert.match(command, /cluster-access-policy\/AmazonEKSViewPolicy --access-scope type=cluster$/);
    return withAccess(plan, "view");
  }
  if (action === "kubectl apply") {
    const name = command.split(" ").at(-1) ?? "";
    return applyFile(plan, contentOf(files, name));
  }
  if (action === "kubectl rollout" || action === "kubectl get" || command.includes("eks describe-addon"))
    return plan;
  if (action === "kubectl patch" && object === "configmap") {
    const patch = /^kubectl patch configmap amazon-vpc-cni -n kube-system --type merge -p '(.*)'$/.exec(
      command,
    );
    assert.equal(patch?.[1], '{"data":{"enable-network-policy-controller":"false"}}');
    return { ...plan, cni: { ...plan.cni, controller: false } };
  }
  if (action === "kubectl set") {
    assert.match(command, / -c aws-node NETWORK_POLICY_ENFORCING_MODE=strict$/);
    return { ...plan, cni: { ...plan.cni, mode: "strict" } };
  }
  if (action === "helm upgrade") {
    // Both switches by one value, with every other one as it is, and no other version of the chart.
    assert.match(
      command,
      / cni aws-vpc-cni --repo \S+ -n kube-system --version \d+\.\d+\.\d+ --reuse-values --set enableNetworkPolicy=true$/,
    );
    return { ...plan, cni: { ...plan.cni, controller: true, agent: true } };
  }
  if (action === "aws eks" && object === "update-addon") return updateAddon(plan, command, files);
  if (action === "kubectl patch" && object === "daemonset") {
    const flag = /--enable-network-policy=(true|false)/.exec(contentOf(files, "aws-node-agent-patch.yaml"));
    assert.ok(flag !== null);
    return { ...plan, cni: { ...plan.cni, agent: flag[1] === "true" } };
  }
  throw new Error(`the remedy has a command that this test does not understand: ${command}`);
}

function withAccess(plan: Plan, access: "view" | "reader"): Plan {
  return { ...plan, options: { ...plan.options, access } };
}

function contentOf(files: Finding["remediation"]["files"], name: string): string {
  const file = files.find((one) => one.name === name);
  assert.ok(file !== undefined, `the command names the file ${name}, which the remedy does not have`);
  return file.content;
}

function applyFile(plan: Plan, content: string): Plan {
  return parseYaml(content).reduce((current, object) => applyObject(current, object), plan);
}

/** As both readers of YAML see it: kubectl's is one of YAML 1.1. */
export function parseYaml(content: string): readonly RawObject[] {
  const read = (version: "1.1" | "1.2"): unknown[] =>
    parseAllDocuments(content, { version }).map((document) => {
      assert.deepEqual(document.errors, []);
      return document.toJS() as unknown;
    });
  const objects = read("1.2");
  assert.deepEqual(read("1.1"), objects);
  return objects as RawObject[];
}

function applyObject(plan: Plan, object: RawObject): Plan {
  if (object.kind === "ConfigMap") {
    assert.equal(object.metadata.name, "amazon-vpc-cni");
    const data = object["data"] as Readonly<Record<string, string>>;
    const controller = data["enable-network-policy-controller"] ?? null;
    return {
      ...plan,
      cni: { ...plan.cni, controller, configMap: true },
      ...(plan.autoMode === undefined ? {} : { autoMode: { ...plan.autoMode, controller, configMap: true } }),
    };
  }
  const { issues } = v.safeParse(NetworkPolicySchema, object);
  assert.deepEqual(issues?.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`) ?? [], []);
  return { ...plan, manifests: [...plan.manifests.filter((other) => !isSame(other, object)), object] };
}

function isSame(a: RawObject, b: RawObject): boolean {
  return (
    a.kind === b.kind && a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace
  );
}

/** "Set enableNetworkPolicy: true": EKS then writes the controller's ConfigMap and the agent's flag. */
function updateAddon(plan: Plan, command: string, files: Finding["remediation"]["files"]): Plan {
  assert.ok(plan.addonValues !== undefined, "only an installed add-on can be updated");
  assert.match(command, /--cluster-name shop --region eu-central-1 --addon-name vpc-cni /);
  const inline = /--configuration-values '(.*)'$/.exec(command)?.[1];
  const addonValues = inline ?? contentOf(files, "vpc-cni-configuration-values.json");
  const values = JSON.parse(addonValues) as {
    enableNetworkPolicy?: unknown;
    env?: { NETWORK_POLICY_ENFORCING_MODE?: unknown };
  };
  const on = values.enableNetworkPolicy === "true";
  const strict = values.env?.NETWORK_POLICY_ENFORCING_MODE === "strict";
  return {
    ...plan,
    addonValues,
    cni: {
      ...plan.cni,
      controller: on,
      agent: on,
      ...(strict && { mode: "strict" }),
      ...versionsOf(command),
    },
  };
}

/** What each add-on brings: "1.23.0->1.4.1" (tags of amazon-vpc-cni-k8s). */
function versionsOf(command: string): Pick<VpcCniOptions, "version" | "agentVersion"> {
  const version = / --addon-version (\S+) /.exec(command)?.[1];
  if (version === undefined) return {};
  assert.equal(version, "v1.23.0-eksbuild.1");
  return { version: "v1.23.0", agentVersion: "v1.4.1" };
}
