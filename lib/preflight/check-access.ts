// Doctor's rows about identity and permission in one cluster: does its API server know us, and may we read each
// resource that a scan of this cluster needs? Asks about permissions; reads no object where a review answers.

import { KUBERNETES_PERMISSIONS, type KubernetesPermission } from "../kubernetes/permissions.ts";
import type { ApiGroup } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import {
  fail,
  notAsked,
  pass,
  unanswered,
  type CheckRow,
  type CheckScope,
  type Fix,
} from "../model/preflight.ts";
import { count } from "../model/counts.ts";
import type { ClusterDescription } from "../model/snapshot.ts";
import { remedyDeniedAccess } from "../remediation/remedy-visibility.ts";
import type { AccessProbe, ResourceRead } from "../scan/probe-sources.ts";
import type { PreflightContext } from "./preflight-context.ts";
import { toPrincipal } from "./principal.ts";

const NAMESPACES: ResourceRead = { apiGroup: "", version: "v1", resource: "namespaces", verb: "list" };

export async function checkAccess(
  probe: AccessProbe,
  cluster: ClusterDescription,
  scope: CheckScope,
  context: PreflightContext,
): Promise<readonly CheckRow[]> {
  // A refused permission is an answer here, so what is left of "denied" is a token that nobody took: 401.
  const known = await context.observe(() => probe.mayRead(NAMESPACES));
  const mode = toModeRow(cluster, known, scope, context);
  if (!known.seen) {
    const fix = toEntryFix(cluster, context);
    return [...mode, unanswered("access-entry", scope, known, fix)];
  }
  const groups = await context.observe(() => probe.listApiGroups());
  const entry = pass("access-entry", scope, "the API server knows the role");
  if (!groups.seen) return [...mode, entry, unanswered("rbac", scope, groups, toDiscoveryFix())];
  return [...mode, entry, ...(await checkReads(probe, groups.value, cluster, scope, context))];
}

/** Absent on clusters from before access entries, which know the ConfigMap only. */
function toModeRow(
  cluster: ClusterDescription,
  known: Observed<boolean>,
  scope: CheckScope,
  context: PreflightContext,
): readonly CheckRow[] {
  const mode = cluster.authenticationMode;
  if (mode === null)
    return [notAsked("authentication-mode", scope, "EKS names no authentication mode for this cluster")];
  if (mode !== "CONFIG_MAP") return [pass("authentication-mode", scope, `${mode}: access entries count`)];
  if (known.seen)
    return [pass("authentication-mode", scope, "CONFIG_MAP: the role is mapped in the ConfigMap aws-auth")];
  const detail = "CONFIG_MAP: access entries do not count, only the ConfigMap aws-auth does";
  return [fail("authentication-mode", scope, detail, toEntryFix(cluster, context))];
}

function toEntryFix(cluster: ClusterDescription, { caller, assumes, roleName }: PreflightContext): Fix {
  const remedy = remedyDeniedAccess(cluster, toPrincipal(cluster, { caller, assumes, roleName }));
  if (remedy === null) return { fix: "Map the role in the cluster (deploy/access-entries/)." };
  const { commands } = remedy;
  return { fix: cluster.authenticationMode === "CONFIG_MAP" ? `${MAP_IT} ${NO_ENTRIES}` : MAP_IT, commands };
}

const MAP_IT =
  "Map the role in the cluster with an access entry (run it with credentials of the cluster's account): AmazonEKSViewPolicy is access level 1, the group ringfence-readers and deploy/kubernetes/ringfence-reader.yaml are level 2.";
const NO_ENTRIES =
  "The cluster's authentication mode knows no access entries: the first command adds them, which cannot be taken back; or map the role in aws-auth (deploy/access-entries/aws-auth.yaml).";

function toDiscoveryFix(): Fix {
  return {
    fix: "Every user may read /apis through the ClusterRole system:discovery; bind it to the group system:authenticated again.",
  };
}

interface Judged {
  readonly permission: KubernetesPermission;
  readonly allowed: Observed<boolean>;
}

async function checkReads(
  probe: AccessProbe,
  groups: readonly ApiGroup[],
  cluster: ClusterDescription,
  scope: CheckScope,
  context: PreflightContext,
): Promise<readonly CheckRow[]> {
  const versions = new Map(groups.map(({ name, versions: served }) => [name, served[0]]));
  const needed = KUBERNETES_PERMISSIONS.flatMap((permission) => {
    const version = permission.apiGroup === "" ? "v1" : versions.get(permission.apiGroup);
    return version === undefined ? [] : toReads(permission, version);
  });
  const judged = await Promise.all(
    needed.map(async ({ permission, read }) => ({
      permission,
      allowed: await context.observe(() => probe.mayRead(read)),
    })),
  );
  return toRows(judged, cluster, scope, context);
}

function toReads(
  permission: KubernetesPermission,
  version: string,
): readonly { readonly permission: KubernetesPermission; readonly read: ResourceRead }[] {
  const { apiGroup, resource, verbs, namespace, resourceNames } = permission;
  const place = namespace === undefined ? {} : { namespace };
  const names = resourceNames?.map((name) => ({ name })) ?? [{}];
  return verbs.flatMap((verb) =>
    names.map((name) => ({ permission, read: { apiGroup, version, resource, verb, ...place, ...name } })),
  );
}

/** Level 2 as a whole is a choice; a part of it is a role that was applied and has lost a rule. */
function toRows(
  judged: readonly Judged[],
  cluster: ClusterDescription,
  scope: CheckScope,
  context: PreflightContext,
): readonly CheckRow[] {
  const isDenied = ({ allowed }: Judged): boolean => allowed.seen && !allowed.value;
  const second = judged.filter(({ permission }) => permission.level === 2);
  const withoutSecond = second.length > 0 && second.every(isDenied);
  const asked = withoutSecond ? judged.filter(({ permission }) => permission.level === 1) : judged;
  const denied = distinct(asked.filter(isDenied).map(({ permission }) => permission));
  const blind = asked.flatMap(({ permission, allowed }) =>
    allowed.seen
      ? []
      : [
          unanswered("rbac", scope, allowed, {
            fix: `Run doctor again: ${permission.resource} could not be asked about.`,
          }),
        ],
  );
  const readable = distinct(
    asked.filter(({ allowed }) => allowed.seen && allowed.value).map(({ permission }) => permission),
  );
  const level = withoutSecond || second.length === 0 ? 1 : 2;
  return [
    ...(readable.length === 0
      ? []
      : [
          pass(
            "rbac",
            scope,
            `${count(readable.length, "kind")} of object can be read, access level ${level}`,
          ),
        ]),
    ...denied.map((permission) => toDeniedRow(permission, cluster, scope, context)),
    ...blind,
    ...(withoutSecond ? [notAsked("rbac", scope, NO_SECOND_LEVEL, SECOND_LEVEL)] : []),
  ];
}

function distinct(permissions: readonly KubernetesPermission[]): readonly KubernetesPermission[] {
  return [...new Set(permissions)];
}

const NO_SECOND_LEVEL = "access level 2 is not granted: nodes and custom resources stay unseen";
const SECOND_LEVEL =
  "To see them, apply deploy/kubernetes/ringfence-reader.yaml and give the access entry the group ringfence-readers.";

function toDeniedRow(
  permission: KubernetesPermission,
  cluster: ClusterDescription,
  scope: CheckScope,
  context: PreflightContext,
): CheckRow {
  const { apiGroup, resource, verbs, level, why } = permission;
  const name = apiGroup === "" ? resource : `${resource}.${apiGroup}`;
  const detail = `may not ${verbs.join(" and ")} ${name}, and so not see ${why}`;
  if (level === 1) return fail("rbac", scope, detail, toEntryFix(cluster, context));
  const fix = "Apply deploy/kubernetes/ringfence-reader.yaml again; it has this rule.";
  return fail("rbac", scope, detail, {
    fix,
    commands: ["kubectl apply -f deploy/kubernetes/ringfence-reader.yaml"],
  });
}
