// A snapshot as it comes out of the bucket, written in an account that may be compromised: everything is checked
// down to the values that the evaluation reads. It may not repair; policies stay raw, as they do from a cluster.

import * as v from "valibot";
import { StringMap } from "../kubernetes/parse-object.ts";
import { unseen, WHYS } from "../model/observed.ts";
import type { FactName, Facts } from "../model/snapshot.ts";
import { toVisibleText } from "../model/visible-text.ts";
import {
  AdmissionWebhook,
  ConfigMap,
  DaemonSet,
  Ingress,
  Namespace,
  NamespacedNames,
  Node,
  Owner,
  Pods,
  PodsByNode,
  RawObjects,
  Service,
} from "./object-schemas.ts";

const Text = v.string();
const Texts = v.array(Text);
const TextOrNull = v.nullable(Text);
const Flag = v.boolean();
const FlagOrNull = v.nullable(Flag);

/** As `new Date().toISOString()` writes it: such times sort as text. */
const Time = v.pipe(
  Text,
  v.check((time) => !Number.isNaN(Date.parse(time)) && new Date(time).toISOString() === time),
);

const Cluster = v.object({
  name: Text,
  arn: Text,
  status: Text,
  createdAt: TextOrNull,
  version: TextOrNull,
  platformVersion: TextOrNull,
  endpoint: TextOrNull,
  certificateAuthorityData: TextOrNull,
  authenticationMode: TextOrNull,
  endpointPublicAccess: FlagOrNull,
  endpointPrivateAccess: FlagOrNull,
  publicAccessCidrs: v.nullable(Texts),
  autoMode: FlagOrNull,
  hybridNodes: Flag,
  outpost: Flag,
  id: TextOrNull,
  ipFamily: v.nullable(v.picklist(["ipv4", "ipv6"])),
  serviceCidr: TextOrNull,
  connected: Flag,
  tags: StringMap,
  resourcesVpcConfig: v.nullable(
    v.object({ securityGroupIds: Texts, subnetIds: Texts, clusterSecurityGroupId: TextOrNull }),
  ),
  roleArn: TextOrNull,
});

const Addon = v.object({
  name: Text,
  arn: TextOrNull,
  version: TextOrNull,
  status: TextOrNull,
  healthIssues: v.array(v.object({ code: Text, message: Text })),
  serviceAccountRoleArn: TextOrNull,
  configurationValues: TextOrNull,
});

/** Our own details have 300 at most; each ends up in a report. */
const MAX_DETAIL_LENGTH = 500;
const Detail = v.pipe(Text, v.maxLength(MAX_DETAIL_LENGTH), v.transform(toVisibleText));

/** What the version of the spoke did not know to read. */
const NOT_TOLD = unseen("not-supported", "the spoke does not tell this: give its function the hub's version");

function observed<const S extends v.GenericSchema>(value: S) {
  return v.optional(
    v.variant("seen", [
      v.object({ seen: v.literal(true), value }),
      v.object({ seen: v.literal(false), why: v.picklist(WHYS), detail: Detail }),
    ]),
    NOT_TOLD,
  );
}

const FactsSchema = v.object({
  cluster: observed(Cluster),
  vpcCniAddon: observed(v.nullable(Addon)),
  capabilities: observed(v.array(v.object({ name: Text, type: Text, status: Text }))),
  apiGroups: observed(v.array(v.object({ name: Text, versions: Texts }))),
  namespaces: observed(v.array(Namespace)),
  pods: observed(Pods),
  nodes: observed(v.array(Node)),
  daemonSets: observed(v.array(DaemonSet)),
  jobs: observed(v.array(v.object({ namespace: Text, name: Text, owner: v.nullable(Owner) }))),
  services: observed(v.array(Service)),
  ingresses: observed(v.array(Ingress)),
  admissionWebhooks: observed(v.array(AdmissionWebhook)),
  agentPods: observed(Pods),
  podsOnUncoveredNodes: observed(PodsByNode),
  vpcCniConfigMap: observed(ConfigMap),
  ciliumConfigMap: observed(ConfigMap),
  antreaConfigMap: observed(ConfigMap),
  networkPolicies: observed(RawObjects),
  awsClusterNetworkPolicies: observed(RawObjects),
  awsApplicationNetworkPolicies: observed(RawObjects),
  policyEndpoints: observed(RawObjects),
  adminNetworkPolicies: observed(RawObjects),
  baselineAdminNetworkPolicies: observed(RawObjects),
  clusterNetworkPolicies: observed(RawObjects),
  ciliumNetworkPolicies: observed(RawObjects),
  ciliumClusterwideNetworkPolicies: observed(RawObjects),
  ciliumEndpoints: observed(NamespacedNames),
  ciliumNodeConfigs: observed(RawObjects),
  calicoNetworkPolicies: observed(RawObjects),
  calicoGlobalNetworkPolicies: observed(RawObjects),
  calicoTiers: observed(RawObjects),
  calicoNetworkSets: observed(RawObjects),
  calicoGlobalNetworkSets: observed(RawObjects),
  antreaNetworkPolicies: observed(RawObjects),
  antreaClusterNetworkPolicies: observed(RawObjects),
  tigeraStatuses: observed(RawObjects),
  argoCdProjects: observed(NamespacedNames),
  fluxLeases: observed(NamespacedNames),
  nodeClasses: observed(RawObjects),
} satisfies { readonly [K in FactName]: v.GenericSchema<unknown, Facts[K]> });

export const SnapshotSchema = v.object({
  schemaVersion: v.literal(1),
  target: v.object({ account: Text, region: Text, cluster: Text }),
  observedFrom: Time,
  facts: FactsSchema,
});
