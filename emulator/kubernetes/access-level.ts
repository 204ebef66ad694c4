// The RBAC rules behind a cluster's access entry: AmazonEKSViewPolicy, what every authenticated user has, and
// the ClusterRole and Role that we ship, read from the shipped file itself so that the two cannot drift.

import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { parseAllDocuments } from "yaml";
import type { WorldClusterAccess } from "../world.ts";
import type { Rule } from "./rbac.ts";
import { toQualifiedName } from "./status.ts";

const READER_MANIFEST = new URL("../../deploy/kubernetes/ringfence-reader.yaml", import.meta.url);
const READER_GROUP = "ringfence-readers";

const READ = ["get", "list", "watch"];

// AmazonEKSViewPolicy: https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
// No nodes, no custom resources, no secrets.
const VIEW_RESOURCES: readonly { readonly apiGroup: string; readonly resources: string }[] = [
  {
    apiGroup: "",
    resources:
      "bindings configmaps endpoints events limitranges namespaces namespaces/status " +
      "persistentvolumeclaims persistentvolumeclaims/status pods pods/log pods/status " +
      "replicationcontrollers replicationcontrollers/scale replicationcontrollers/status " +
      "resourcequotas resourcequotas/status serviceaccounts services services/status",
  },
  {
    apiGroup: "apps",
    resources:
      "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status " +
      "replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status",
  },
  { apiGroup: "autoscaling", resources: "horizontalpodautoscalers horizontalpodautoscalers/status" },
  { apiGroup: "batch", resources: "cronjobs cronjobs/status jobs jobs/status" },
  { apiGroup: "discovery.k8s.io", resources: "endpointslices" },
  { apiGroup: "networking.k8s.io", resources: "ingresses ingresses/status networkpolicies" },
  { apiGroup: "policy", resources: "poddisruptionbudgets poddisruptionbudgets/status" },
];

// The default ClusterRole system:discovery, bound to system:authenticated.
const DISCOVERY_PATHS =
  "/api /api/* /apis /apis/* /healthz /livez /readyz /openapi /openapi/* /version /version/";

const EVERYBODY: readonly Rule[] = [
  toRule("system:discovery", { verbs: ["get"], nonResourceURLs: DISCOVERY_PATHS.split(" ") }),
  // The default ClusterRole system:basic-user: everybody may ask what they may do.
  toRule("system:basic-user", {
    verbs: ["create"],
    apiGroups: ["authorization.k8s.io"],
    resources: ["selfsubjectaccessreviews"],
  }),
];

const VIEW: readonly Rule[] = VIEW_RESOURCES.map(({ apiGroup, resources }) =>
  toRule("AmazonEKSViewPolicy", { verbs: READ, apiGroups: [apiGroup], resources: resources.split(" ") }),
);

/** Null: no access entry, so nobody is authenticated. */
export async function toRules(access: WorldClusterAccess): Promise<readonly Rule[] | null> {
  if (access.level === "none") return null;
  const granted = access.level === "view" ? VIEW : [...VIEW, ...(await readReaderRules())];
  const struckOut = new Set(access.withoutResources);
  return [...EVERYBODY, ...granted.flatMap((rule) => strikeOut(rule, struckOut))];
}

/** A rule is a product of groups and resources; what is struck out is one group's resource. */
function strikeOut(rule: Rule, struckOut: ReadonlySet<string>): readonly Rule[] {
  if (struckOut.size === 0) return [rule];
  return rule.apiGroups.map((group) => {
    const resources = rule.resources.filter(
      (resource) => !struckOut.has(toQualifiedName({ group, resource })),
    );
    return toRule(rule.grantedBy, { ...rule, apiGroups: [group], resources });
  });
}

const ruleSchema = v.object({
  apiGroups: v.array(v.string()),
  resources: v.array(v.string()),
  resourceNames: v.optional(v.array(v.string()), []),
  verbs: v.array(v.string()),
});
const roleSchema = v.object({
  kind: v.picklist(["ClusterRole", "Role"]),
  metadata: v.object({ name: v.string(), namespace: v.optional(v.string()) }),
  rules: v.array(ruleSchema),
});
const bindingSchema = v.object({
  kind: v.picklist(["ClusterRoleBinding", "RoleBinding"]),
  metadata: v.object({ namespace: v.optional(v.string()) }),
  roleRef: v.object({ kind: v.picklist(["ClusterRole", "Role"]), name: v.string() }),
  subjects: v.array(v.object({ kind: v.string(), name: v.string() })),
});
const documentSchema = v.union([roleSchema, bindingSchema]);

type Role = v.InferOutput<typeof roleSchema>;
type Binding = v.InferOutput<typeof bindingSchema>;

let readerRules: Promise<readonly Rule[]> | undefined;

function readReaderRules(): Promise<readonly Rule[]> {
  readerRules ??= readFile(READER_MANIFEST, "utf8").then((text) => toGroupRules(text, READER_GROUP));
  return readerRules;
}

/** The rules that the roles of a manifest give to a group through its bindings. */
export function toGroupRules(manifest: string, group: string): readonly Rule[] {
  const documents = parseAllDocuments(manifest).map((document) => v.parse(documentSchema, document.toJS()));
  const roles = documents.filter((document) => "rules" in document);
  return documents
    .filter((document) => "roleRef" in document)
    .filter(({ subjects }) => subjects.some(({ kind, name }) => kind === "Group" && name === group))
    .flatMap((binding) => toBoundRules(binding, roles, group));
}

function toBoundRules(binding: Binding, roles: readonly Role[], group: string): readonly Rule[] {
  const namespace = binding.kind === "RoleBinding" ? (binding.metadata.namespace ?? "default") : null;
  const role = roles.find(
    ({ kind, metadata }) =>
      kind === binding.roleRef.kind &&
      metadata.name === binding.roleRef.name &&
      (kind === "ClusterRole" || metadata.namespace === namespace),
  );
  const grantedBy = `${binding.kind} of ${binding.roleRef.kind} "${binding.roleRef.name}" to Group "${group}"`;
  return (role?.rules ?? []).map((rule) => toRule(grantedBy, { namespace, ...rule }));
}

function toRule(grantedBy: string, given: Partial<Rule>): Rule {
  return {
    grantedBy,
    namespace: null,
    verbs: [],
    apiGroups: [],
    resources: [],
    resourceNames: [],
    nonResourceURLs: [],
    ...given,
  };
}
