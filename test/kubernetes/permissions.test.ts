// The shipped ClusterRole and the table of what the product reads agree, both ways.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import * as v from "valibot";
import { parseAllDocuments } from "yaml";

import { KUBERNETES_PERMISSIONS, type KubernetesPermission } from "../../lib/kubernetes/permissions.ts";

const Texts = v.array(v.string());
const RoleSchema = v.object({
  kind: v.picklist(["ClusterRole", "Role"]),
  metadata: v.object({ namespace: v.optional(v.string(), "") }),
  rules: v.array(
    v.strictObject({
      apiGroups: Texts,
      resources: Texts,
      verbs: Texts,
      resourceNames: v.optional(Texts, []),
    }),
  ),
});

interface Grant {
  /** `namespace/resource.group`, with the resource names where only those are granted. */
  readonly what: string;
  readonly verbs: readonly string[];
}

function shippedGrants(): readonly Grant[] {
  const file = new URL("../../deploy/kubernetes/ringfence-reader.yaml", import.meta.url);
  return parseAllDocuments(readFileSync(file, "utf8"))
    .map((document) => v.safeParse(RoleSchema, document.toJS()))
    .flatMap((parsed) => (parsed.success ? [parsed.output] : []))
    .flatMap(({ metadata, rules }) =>
      rules.flatMap(({ apiGroups, resources, verbs, resourceNames }) =>
        apiGroups.flatMap((apiGroup) =>
          resources.map((resource) => ({
            what: name({ apiGroup, resource, namespace: metadata.namespace, resourceNames }),
            verbs,
          })),
        ),
      ),
    );
}

function name(permission: Omit<KubernetesPermission, "verbs" | "level" | "why">): string {
  const { apiGroup, resource, namespace = "", resourceNames = [] } = permission;
  return `${namespace}/${resource}.${apiGroup} ${resourceNames.toSorted().join(",")}`.trim();
}

test("the role grants each resource that is read, and no other", () => {
  const granted = shippedGrants().map(({ what }) => what);
  assert.deepEqual(granted.toSorted(), KUBERNETES_PERMISSIONS.map(name).toSorted());
});

test("the role grants the verbs that are used, and no other", () => {
  const verbsOf = new Map(shippedGrants().map(({ what, verbs }) => [what, verbs]));
  for (const permission of KUBERNETES_PERMISSIONS)
    assert.deepEqual(verbsOf.get(name(permission)), permission.verbs, name(permission));
});

test("the role grants nothing that writes, watches or reads secrets", () => {
  for (const { what, verbs } of shippedGrants()) {
    assert.deepEqual(
      verbs.filter((verb) => verb !== "get" && verb !== "list"),
      [],
    );
    assert.doesNotMatch(what, /secret|\*/);
  }
});

test("the file has two roles that nothing adds to, bound to one group and to nobody else", () => {
  const file = new URL("../../deploy/kubernetes/ringfence-reader.yaml", import.meta.url);
  const objects = parseAllDocuments(readFileSync(file, "utf8")).map((document): unknown => document.toJS());
  const apiGroup = "rbac.authorization.k8s.io";
  const apiVersion = `${apiGroup}/v1`;
  const own = { name: "ringfence-reader" };
  const inKubeSystem = { ...own, namespace: "kube-system" };
  const subjects = [{ apiGroup, kind: "Group", name: "ringfence-readers" }];
  // Whole objects, so that no label aggregates a role into `view`, and none into it.
  assert.deepEqual(
    objects.map((object) =>
      Object.hasOwn(Object(object), "rules") ? { ...Object(object), rules: [] } : object,
    ),
    [
      { apiVersion, kind: "ClusterRole", metadata: own, rules: [] },
      {
        apiVersion,
        kind: "ClusterRoleBinding",
        metadata: own,
        roleRef: { apiGroup, kind: "ClusterRole", ...own },
        subjects,
      },
      { apiVersion, kind: "Role", metadata: inKubeSystem, rules: [] },
      {
        apiVersion,
        kind: "RoleBinding",
        metadata: inKubeSystem,
        roleRef: { apiGroup, kind: "Role", ...own },
        subjects,
      },
    ],
  );
  assert.equal(objects.filter((object) => v.safeParse(RoleSchema, object).success).length, 2);
});

test("level 1 is what AmazonEKSViewPolicy gives: no node, no custom resource", () => {
  const levelOne = KUBERNETES_PERMISSIONS.filter(({ level }) => level === 1).map(name);
  assert.deepEqual(levelOne.toSorted(), [
    "/daemonsets.apps",
    "/ingresses.networking.k8s.io",
    "/jobs.batch",
    "/namespaces.",
    "/networkpolicies.networking.k8s.io",
    "/pods.",
    "/services.",
    "kube-system/configmaps. amazon-vpc-cni,antrea-config,cilium-config",
  ]);
});

test("each reason is one clause", () => {
  for (const { why } of KUBERNETES_PERMISSIONS) assert.match(why, /^\S.{15,120}[^.\s]$/);
});
