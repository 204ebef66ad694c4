// docs/permissions.md: every permission with its reason, from lib/aws/permissions.ts and lib/kubernetes/permissions.ts,
// and which shipped role or template grants it, read from deploy/.

import { join } from "node:path";
import { PERMISSIONS, type Permission } from "../lib/aws/permissions.ts";
import {
  DISCOVERY_PERMISSION,
  KUBERNETES_PERMISSIONS,
  type KubernetesPermission,
} from "../lib/kubernetes/permissions.ts";
import { toTable } from "../lib/report/markdown-text.ts";
import { toCell, toCodeCell } from "./markdown-cell.ts";
import { readRoleGrants, type RoleGrant } from "./role-grants.ts";

const WHO = {
  hub: "the deployed scanner",
  member: "the role that it assumes in each account",
  spoke: "a spoke, where there is one",
  operator: "a person at a terminal",
} as const;

export function toPermissionDocs(): string {
  const grants = readRoleGrants(join(import.meta.dirname, ".."));
  return [
    "# Permissions, with reasons",
    "",
    "Generated from `lib/aws/permissions.ts`, `lib/kubernetes/permissions.ts` and the templates of `deploy/` by",
    "`npm run generate`; don't edit. Tests hold the templates against these tables both ways, and the roles of the",
    "functions against the calls that an emulated cloud sees.",
    "",
    "Nothing here writes to a cluster, and nothing reads a Secret of Kubernetes. [security.md](security.md) says what follows",
    "from that, threat by threat.",
    "",
    ...toAwsPart(grants),
    ...toKubernetesPart(),
  ].join("\n");
}

type Row = readonly string[];

function toAwsPart(grants: readonly RoleGrant[]): readonly string[] {
  return [
    "## AWS",
    "",
    toTable(
      ["Action", "Resource type", "Resource", "Who needs it", "Why", "Granted by"],
      PERMISSIONS.map(toRow(grants)),
    ),
    "",
    "`sts:GetCallerIdentity` needs no grant: STS always allows it. Each session in a member account is narrowed once more, by",
    "a session policy that is made of the rows of *the role that it assumes in each account* (`role.sessionPolicy`).",
    "",
    "### Granted beside these",
    "",
    "What AWS itself does with our roles: Lambda writes logs, puts what failed into the dead-letter queue and attaches the",
    "function to subnets; the state machine starts functions and its own children; the schedule starts a function.",
    "",
    toTable(["Role", "Statement", "Actions"], toBeside(grants)),
    "",
  ];
}

function toKubernetesPart(): readonly string[] {
  return [
    "## Kubernetes",
    "",
    "Level 1 is an access entry with the AWS-managed `AmazonEKSViewPolicy`, and nothing is applied to the cluster. Level 2",
    "adds [deploy/kubernetes/ringfence-reader.yaml](../deploy/kubernetes/ringfence-reader.yaml). What a level does not give",
    "is `unknown` where it is needed, never a pass; [controls.md](controls.md) says per control what level 1 can tell.",
    "The ClusterRole allows these verbs and no others.",
    "",
    ...([1, 2] as const).flatMap(toLevel),
    `Besides, \`${DISCOVERY_PERMISSION.verb}\` of \`${DISCOVERY_PERMISSION.path}\`: ${DISCOVERY_PERMISSION.why}.`,
    "Kubernetes grants it to every authenticated user (`system:discovery`), unless it was removed. `doctor` asks for each of",
    "these rules by SelfSubjectAccessReview, which Kubernetes lets every authenticated user create and does not store.",
    "",
  ];
}

function toRow(grants: readonly RoleGrant[]): (permission: Permission) => Row {
  return (permission) => {
    const { action, resourceType, resource, usedBy, why } = permission;
    const granting = grants
      .filter((grant) => isGrantOf(grant, permission))
      .map((grant) => toCell(`${grant.role}${toCondition(grant, permission)}`));
    return [
      toCodeCell(action),
      resourceType ?? "none",
      toCodeCell(resource),
      usedBy.map((who) => WHO[who]).join("; "),
      toCell(why),
      [...new Set(granting)].join("; "),
    ];
  };
}

/** A role's key serves two services, each in a statement with its own kms:ViaService. */
function isGrantOf({ runsOurCode, actions, condition }: RoleGrant, { action, through }: Permission): boolean {
  if (!runsOurCode || !actions.includes(action)) return false;
  return through === undefined || condition === "" || condition.includes(`"${through}.`);
}

function toCondition({ condition }: RoleGrant, { through }: Permission): string {
  return through === undefined || condition === "" ? "" : `, through ${through.toUpperCase()} alone`;
}

function toBeside(grants: readonly RoleGrant[]): readonly Row[] {
  const ours = new Set(PERMISSIONS.map(({ action }) => action));
  return grants
    .map((grant) => ({
      ...grant,
      actions: grant.runsOurCode ? grant.actions.filter((action) => !ours.has(action)) : grant.actions,
    }))
    .filter(({ actions }) => actions.length > 0)
    .map(({ role, sid, actions }) => [toCell(role), sid, actions.map(toCodeCell).join(" ")]);
}

function toLevel(level: 1 | 2): readonly string[] {
  const rows = KUBERNETES_PERMISSIONS.filter((permission) => permission.level === level);
  return [
    `### Level ${level}: ${LEVELS[level]}`,
    "",
    toTable(["API group", "Resource", "Verbs", "Scope", "Why"], rows.map(toKubernetesRow)),
    "",
  ];
}

const LEVELS = {
  1: "granted by AmazonEKSViewPolicy, and by ringfence-reader.yaml too",
  2: "granted by ringfence-reader.yaml",
} as const;

function toKubernetesRow({
  apiGroup,
  resource,
  verbs,
  namespace,
  resourceNames,
  why,
}: KubernetesPermission): Row {
  const names = resourceNames === undefined ? "" : `: ${resourceNames.join(", ")} alone`;
  return [
    apiGroup === "" ? "core" : toCodeCell(apiGroup),
    toCodeCell(resource),
    verbs.join(", "),
    namespace === undefined ? "cluster" : `${namespace}${names}`,
    toCell(why),
  ];
}
