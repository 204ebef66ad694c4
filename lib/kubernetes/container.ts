// Containers of pods and DaemonSets, reduced to what tells an engine and its switches.

import * as v from "valibot";

import type { Container } from "../model/kubernetes.ts";

/**
 * Environment variables whose literal values are kept: the switches of the engines that we know, and whatever
 * says yes or no, for a flag may refer to it. All others read as null, "not read": people put passwords there,
 * and a Snapshot is stored.
 */
const SWITCH_PREFIXES = [
  "ANNOTATE_POD_IP",
  "ANTREA_",
  "AWS_VPC_",
  "CALICO_",
  "CILIUM_",
  "CLUSTER_TYPE",
  "DATASTORE_TYPE",
  "ENABLE_",
  "EXPECT_NPC",
  "FELIX_",
  "KUBE_ROUTER_",
  "NETWORK_POLICY_",
  "POD_SECURITY_GROUP_ENFORCING_MODE",
] as const;

/** Go's strconv.ParseBool, in any case. */
const YES_OR_NO = /^(?:true|false|[tf01])$/i;

const Text = v.string();
const Texts = v.nullish(v.array(Text), []);

const EnvVar = v.object({ name: Text, value: v.nullish(Text), valueFrom: v.nullish(v.unknown()) });

const Port = v.object({
  name: v.nullish(Text, null),
  containerPort: v.number(),
  // ContainerPort.protocol: 'Must be UDP, TCP, or SCTP. Defaults to "TCP".'
  protocol: v.nullish(Text, "TCP"),
});

const SecurityContext = v.object({
  // SecurityContext.privileged: "Defaults to false."
  privileged: v.nullish(v.boolean(), false),
  capabilities: v.nullish(v.object({ add: Texts })),
});

export const ContainerSchema = v.pipe(
  v.object({
    name: Text,
    image: Text,
    // Container.command, .args: the image's own are used where these are not provided.
    command: Texts,
    args: Texts,
    env: v.nullish(v.array(EnvVar), []),
    ports: v.nullish(v.array(Port), []),
    securityContext: v.nullish(SecurityContext),
    restartPolicy: v.nullish(Text),
  }),
  v.transform(({ securityContext, env, restartPolicy, ...container }) => ({
    container: {
      ...container,
      // fromEntries, because a variable may be called `__proto__`. Of two of one name the last one counts.
      env: Object.fromEntries(env.map((variable) => [variable.name, toValue(variable)])),
      privileged: securityContext?.privileged ?? false,
      addedCapabilities: securityContext?.capabilities?.add ?? [],
    } satisfies Container,
    // Container.restartPolicy of an init container: "Always" makes it run beside the containers, a sidecar.
    isSidecar: restartPolicy === "Always",
  })),
);

function toValue({ name, value, valueFrom }: v.InferOutput<typeof EnvVar>): string | null {
  // EnvVar.valueFrom: "Cannot be used if value is not empty."
  if (valueFrom != null) return null;
  // EnvVar.value: 'Defaults to "".'
  const literal = value ?? "";
  return isSwitch(name) || YES_OR_NO.test(literal) ? literal : null;
}

function isSwitch(name: string): boolean {
  return SWITCH_PREFIXES.some((prefix) => name.startsWith(prefix));
}
