// The emulated API server is proved, not trusted: the demo's clusters, stored in a real kube-apiserver, are scanned
// there too, and every verdict, sentence and request is the same. It loudly skips where there is no such server.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseAllDocuments } from "yaml";
import { toRules } from "../../../emulator/kubernetes/access-level.ts";
import type { World, WorldCluster } from "../../../emulator/world.ts";
import { demo } from "../../../emulator/worlds/demo.ts";
import type { Finding } from "../../../lib/model/finding.ts";
import type { Report } from "../../../lib/model/report.ts";
import { type ScannedWorld, scanWorld } from "../../scenarios/scan-world.ts";
import { acceptPolicies } from "./accept-policies.ts";
import { findBinaries, type ServerBinaries } from "./binaries.ts";
import type { AuditEvent, ControlPlane } from "./control-plane.ts";
import {
  kubectl,
  onlyCluster,
  READER_GROUP,
  type RealCluster,
  startRealCluster,
  VIEW_GROUP,
} from "./real-cluster.ts";

const binaries = await findBinaries();
if (typeof binaries === "string") console.warn(binaries);

/** The real server dates every object "now"; verdicts wait a minute for a young pod. STS allows a skew of five. */
const laterByMinutes = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);

describe(
  "a real kube-apiserver",
  { skip: typeof binaries === "string" ? binaries : false, concurrency: 1 },
  () => {
    const servers = binaries as ServerBinaries;

    for (const name of ["shop-prod", "shop-prod-us", "shop-staging", "platform-tools", "ml-sandbox"]) {
      test(`${name}: what is found, and what is asked, is the same as in the emulator`, async (t) => {
        t.diagnostic(`kube-apiserver ${servers.version}`);
        const world = onlyCluster(demo(), name);
        await withRealCluster(servers, theCluster(world), async (real) => {
          const emulated = await scanWorld(world);
          const actual = await scanReal(world, real);
          assert.deepEqual(toComparable(actual.report), toComparable(emulated.report));
          const log = await readScannerLog(real.plane);
          assert.deepEqual(toRequests(log), emulatedRequests(emulated));
          assert.ok(
            log.every(({ verb }) => verb === "get" || verb === "list"),
            "the scanner only reads",
          );
          const policies = await kubectl(
            real.kubeconfig,
            "get",
            "networkpolicies.networking.k8s.io",
            "-A",
            "-o",
            "name",
          );
          const reported = actual.report.clusters.flatMap(({ namespaces }) =>
            namespaces.flatMap((one) => one.policies),
          );
          assert.equal(
            reported.filter((policy) => !policy.includes("/")).length,
            policies.split("\n").filter((line) => line !== "").length,
            "kubectl sees as many NetworkPolicies",
          );
          const files = actual.report.findings.flatMap(({ remediation }) => remediation.files);
          const texts = files.filter(({ name }) => name.endsWith(".yaml")).map(({ content }) => content);
          const accepted = await acceptPolicies(real.plane, texts);
          t.diagnostic(`${accepted} suggested policies accepted`);
          // At level 1 cluster-wide policies are unseen, so no namespace is known to lack one.
          assert.equal(accepted > 0, theCluster(world).access.level === "reader", "remedies write policies");
        });
      });
    }

    test("each resource that the role lacks is a real 403, and means what it means in the emulator", async () => {
      const world = onlyCluster(demo(), "shop-prod-us");
      await withRealCluster(servers, theCluster(world), async (real) => {
        for (const resource of await listGrantedResources()) {
          const struck = withoutResource(world, resource);
          await strikeOut(real.plane, resource);
          const [emulated, actual] = [await scanWorld(struck), await scanReal(struck, real)];
          assert.deepEqual(toComparable(actual.report), toComparable(emulated.report), `without ${resource}`);
          await restore(real.plane, resource);
        }
      });
    });

    test("without an access entry the real server answers 401, and nothing is judged from inside", async () => {
      const world = mapClusters(onlyCluster(demo(), "shop-prod-us"), (cluster) => ({
        ...cluster,
        access: { level: "none", withoutResources: [] },
      }));
      await withRealCluster(servers, theCluster(world), async (real) => {
        const [emulated, actual] = [await scanWorld(world), await scanReal(world, real)];
        assert.deepEqual(toComparable(actual.report), toComparable(emulated.report));
        assert.equal(actual.report.complete, false);
      });
    });
  },
);

async function withRealCluster(
  servers: ServerBinaries,
  cluster: WorldCluster,
  run: (real: RealCluster) => Promise<void>,
): Promise<void> {
  const real = await startRealCluster(servers, cluster);
  try {
    await run(real);
  } finally {
    await real.close();
  }
}

function scanReal(world: World, { serveCluster }: RealCluster): Promise<ScannedWorld> {
  return scanWorld(world, { cloud: { serveCluster }, now: laterByMinutes(4) });
}

function theCluster(world: World): WorldCluster {
  const [cluster] = world.accounts.flatMap(({ clusters }) => clusters);
  assert.ok(cluster !== undefined, "the world has the cluster");
  return cluster;
}

function mapClusters(world: World, map: (cluster: WorldCluster) => WorldCluster): World {
  return {
    ...world,
    accounts: world.accounts.map((account) => ({ ...account, clusters: account.clusters.map(map) })),
  };
}

/**
 * Everything but the times of the run, and files by what they say: the real server writes out defaults and orders
 * members its own way.
 */
function toComparable({ coverage, clusters, findings, complete }: Report): unknown {
  return { complete, coverage, clusters, findings: findings.map(toComparableFinding) };
}

function toComparableFinding({ remediation, ...finding }: Finding): unknown {
  const files = remediation.files.map(({ name, content }) => ({
    name,
    content: name.endsWith(".yaml")
      ? parseAllDocuments(content).map((document): unknown => document.toJS())
      : content,
  }));
  return { ...finding, remediation: { ...remediation, files } };
}

async function readScannerLog(plane: ControlPlane): Promise<readonly AuditEvent[]> {
  const log = await plane.readAuditLog();
  return log.filter(({ user }) => user.username?.includes(":assumed-role/") === true);
}

function toRequests(log: readonly AuditEvent[]): readonly string[] {
  return log.map(({ requestURI }) => requestURI).toSorted();
}

function emulatedRequests({ emulator }: ScannedWorld): readonly string[] {
  return [...emulator.clusters.values()]
    .flatMap(({ requests }) => requests.map(({ path, query }) => `${path}${query}`))
    .toSorted();
}

/** `resource.group`, as a world strikes them out. */
async function listGrantedResources(): Promise<readonly string[]> {
  const rules = (await toRules({ level: "reader", withoutResources: [] })) ?? [];
  const names = rules
    .filter(({ grantedBy }) => grantedBy.includes(READER_GROUP))
    .flatMap(({ apiGroups, resources }) =>
      apiGroups.flatMap((group) =>
        resources.map((resource) => (group === "" ? resource : `${resource}.${group}`)),
      ),
    );
  return [...new Set(names)].toSorted();
}

function withoutResource(world: World, resource: string): World {
  return mapClusters(world, (cluster) => ({
    ...cluster,
    access: { ...cluster.access, withoutResources: [resource] },
  }));
}

interface RealRole {
  readonly rules: readonly { readonly apiGroups: readonly string[]; readonly resources: readonly string[] }[];
}

const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const ROLES = [
  `${RBAC}/clusterroles/${VIEW_GROUP}`,
  `${RBAC}/clusterroles/ringfence-reader`,
  `${RBAC}/namespaces/kube-system/roles/ringfence-reader`,
];
const whole = new Map<string, RealRole>();

async function strikeOut(plane: ControlPlane, qualified: string): Promise<void> {
  const [resource = "", ...group] = qualified.split(".");
  for (const path of ROLES) {
    const role = (await plane.asAdmin("GET", path)) as RealRole;
    whole.set(path, role);
    const rules = role.rules.flatMap((rule) => splitRule(rule, resource, group.join(".")));
    await plane.asAdmin("PATCH", path, { rules });
  }
  await waitForAccess(plane, qualified, false);
}

function splitRule(rule: RealRole["rules"][number], resource: string, group: string): RealRole["rules"] {
  if (!rule.apiGroups.includes(group)) return [rule];
  const apiGroups = rule.apiGroups.filter((one) => one !== group);
  const resources = rule.resources.filter((one) => one !== resource);
  return [
    ...(apiGroups.length === 0 ? [] : [{ ...rule, apiGroups }]),
    ...(resources.length === 0 ? [] : [{ ...rule, apiGroups: [group], resources }]),
  ];
}

async function restore(plane: ControlPlane, qualified: string): Promise<void> {
  for (const [path, { rules }] of whole) await plane.asAdmin("PATCH", path, { rules });
  await waitForAccess(plane, qualified, true);
}

/** Its authorizer follows the stored roles within milliseconds, not at once. */
async function waitForAccess(plane: ControlPlane, qualified: string, expected: boolean): Promise<void> {
  const [resource = "", ...group] = qualified.split(".");
  const attributes =
    resource === "configmaps"
      ? { verb: "get", resource, namespace: "kube-system", name: "amazon-vpc-cni" }
      : { verb: "list", resource, group: group.join(".") };
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const review = (await plane.asAdmin("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      spec: { user: "somebody", groups: [VIEW_GROUP, READER_GROUP], resourceAttributes: attributes },
    })) as { readonly status: { readonly allowed: boolean } };
    if (review.status.allowed === expected) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The API server's authorizer did not follow the change of ${qualified}`);
}
