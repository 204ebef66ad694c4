// A world's cluster whose API is a real kube-apiserver: the emulated EKS hands out its endpoint, its tokens are
// checked by our webhook, and its objects are stored in it before the scan.

import { randomUUID } from "node:crypto";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { toRules } from "../../../emulator/kubernetes/access-level.ts";
import { toMappedPrincipal } from "../../../emulator/kubernetes/authenticator.ts";
import type { ClusterServer, ClusterServerContext } from "../../../emulator/kubernetes/server.ts";
import type { World, WorldCluster } from "../../../emulator/world.ts";
import { makeFolder, ROOT } from "../../cli/run-ringfence.ts";
import type { ServerBinaries } from "./binaries.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { storeObjects } from "./store-objects.ts";
import { startTokenWebhook } from "./token-webhook.ts";

const execute = promisify(execFile);
export const VIEW_GROUP = "eks-view-policy";
export const READER_GROUP = "ringfence-readers";

export interface RealCluster {
  readonly plane: ControlPlane;
  /** Path of a kubeconfig file with the administrator's token. */
  readonly kubeconfig: string;
  /** For `startCloud`: this API server in place of the emulated one. */
  readonly serveCluster: (cluster: WorldCluster, context: ClusterServerContext) => Promise<ClusterServer>;
  close(): Promise<void>;
}

export async function startRealCluster(
  binaries: ServerBinaries,
  cluster: WorldCluster,
  flags: readonly string[] = [],
): Promise<RealCluster> {
  const webhook = await startTokenWebhook();
  const plane = await startControlPlane(binaries, webhook.config, flags);
  const close = async (): Promise<void> => {
    await plane.close();
    await webhook.close();
  };
  const kubeconfig = await writeKubeconfig(plane);
  try {
    await storeObjects(plane, cluster);
    await bindViewPolicy(plane);
    await kubectl(kubeconfig, "apply", "-f", join(ROOT, "deploy/kubernetes/ringfence-reader.yaml"));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    plane,
    kubeconfig,
    serveCluster: (served, context) => {
      const { name, authenticationMode, access } = served;
      webhook.serve(
        {
          ...context,
          clusterHeader: name,
          mappedPrincipals: new Set(
            access.level === "none"
              ? []
              : context.mappedPrincipals.map((arn) => toMappedPrincipal(arn, authenticationMode)),
          ),
        },
        access.level === "reader" ? [VIEW_GROUP, READER_GROUP] : [VIEW_GROUP],
      );
      return Promise.resolve(toServer(plane));
    },
    close,
  };
}

/** A world whose clusters are all taken away but one. */
export function onlyCluster(world: World, name: string): World {
  const accounts = world.accounts.map((account) => ({
    ...account,
    clusters: account.clusters.filter((cluster) => cluster.name === name),
  }));
  return { ...world, accounts };
}

export async function kubectl(kubeconfig: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await execute("kubectl", ["--kubeconfig", kubeconfig, ...args], {
    maxBuffer: 256 * 1024 * 1024,
  });
  return stdout;
}

/** What AmazonEKSViewPolicy grants; EKS authorises it outside RBAC, so no API server has it as a role. */
async function bindViewPolicy(plane: ControlPlane): Promise<void> {
  const rules = await toRules({ level: "view", withoutResources: [] });
  const granted = (rules ?? []).filter(
    ({ nonResourceURLs, apiGroups }) => nonResourceURLs.length === 0 && apiGroups.length > 0,
  );
  await plane.asAdmin("POST", "/apis/rbac.authorization.k8s.io/v1/clusterroles", {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: VIEW_GROUP },
    rules: granted.map(({ apiGroups, resources, verbs }) => ({ apiGroups, resources, verbs })),
  });
  await plane.asAdmin("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: VIEW_GROUP },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: VIEW_GROUP },
    subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: VIEW_GROUP }],
  });
}

/** Its requests are in its audit log; the other members are the emulator's own and have no use here. */
function toServer({ endpoint, certificateAuthorityData }: ControlPlane): ClusterServer {
  const notHere = (): never => {
    throw new Error("A real API server cannot be told to do that");
  };
  return {
    endpoint,
    endpointInVpc: endpoint,
    certificateAuthorityData,
    requests: [],
    connectionCount: 0,
    expireContinueTokens: notHere,
    replaceObjects: notHere,
    close: () => Promise.resolve(),
  };
}

async function writeKubeconfig({
  endpoint,
  certificateAuthorityData,
  adminToken,
}: ControlPlane): Promise<string> {
  const path = join(makeFolder(), `${randomUUID()}.json`);
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "real", cluster: { server: endpoint, "certificate-authority-data": certificateAuthorityData } },
    ],
    users: [{ name: "admin", user: { token: adminToken } }],
    contexts: [{ name: "real", context: { cluster: "real", user: "admin" } }],
    "current-context": "real",
  };
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}
