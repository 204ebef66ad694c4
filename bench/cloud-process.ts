// The emulated cloud in a process of its own, so that its work is not counted as the scanner's. Asked over IPC.

import { fork } from "node:child_process";
import { type Cloud, type CallerEnvironment, startCloud } from "../emulator/cloud.ts";
import { OPERATOR } from "../emulator/aws/hub-role.ts";
import type { RawObject } from "../lib/model/kubernetes.ts";
import type { World, WorldCluster } from "../emulator/world.ts";
import { scaleWorld, type WorldScale } from "../emulator/worlds/scale.ts";
import { createEksToken } from "../lib/aws/eks-token.ts";
import type { List } from "./read-lists.ts";
import { isRecord } from "../lib/kubernetes/foreign-json.ts";

export interface BenchWorld {
  readonly scale: WorldScale;
  /** Milliseconds before every answer. */
  readonly latencyMs: number;
  /** Pods of 3 to 8 KB with managedFields, as an API server sends them. */
  readonly fatPods?: boolean;
}

export interface ServedCluster {
  readonly name: string;
  readonly region: string;
  readonly endpoint: string;
  readonly certificateAuthorityData: string;
  /** Of the scanner's own principal, which the first account's clusters let in. */
  readonly token: string;
}

export interface Served {
  readonly environment: CallerEnvironment;
  readonly topicArn: string;
  readonly clusters: readonly ServedCluster[];
}

export interface Counts {
  /** By `service.operation`. */
  readonly awsCalls: Readonly<Record<string, number>>;
  /** To the API servers: path and query, in order of arrival. */
  readonly clusterRequests: readonly string[];
  /** Those of them that begin a list or read something else, with the Accept header that they sent. */
  readonly lists: readonly List[];
  readonly connections: number;
}

export interface CloudProcess {
  readonly served: Served;
  /** As `served`, with tokens that are good for 14 minutes from now. */
  describe(): Promise<Served>;
  /** Since the last time that it was asked. */
  count(): Promise<Counts>;
  stop(): void;
}

type Question = { readonly start: BenchWorld } | { readonly describe: true } | { readonly count: true };

export async function startCloudProcess(world: BenchWorld): Promise<CloudProcess> {
  const child = fork(new URL(import.meta.url), ["serve"], { execArgv: ["--max-old-space-size=8000"] });
  const ask = <T>(question: Question): Promise<T> =>
    new Promise((resolve, reject) => {
      const onExit = (): void => reject(new Error("The emulated cloud's process ended"));
      child.once("exit", onExit);
      child.once("message", (answer) => {
        child.off("exit", onExit);
        const parsed: T = JSON.parse(typeof answer === "string" ? answer : "null");
        resolve(parsed);
      });
      child.send(question);
    });
  const served = await ask<Served>({ start: world });
  let isStopped = false;
  child.once("exit", () => {
    // Its clusters would only be missed by what is measured.
    if (!isStopped) throw new Error("The emulated cloud's process ended while it was needed");
  });
  return {
    served,
    describe: () => ask<Served>({ describe: true }),
    count: () => ask<Counts>({ count: true }),
    stop: () => {
      isStopped = true;
      child.kill("SIGKILL");
    },
  };
}

if (process.argv[2] === "serve") serve();

function serve(): void {
  let started: { readonly world: World; readonly cloud: Cloud } | null = null;
  let last: Counts = { awsCalls: {}, clusterRequests: [], lists: [], connections: 0 };
  const answer = async (question: Question): Promise<Served | Counts> => {
    if ("start" in question) {
      const { scale, latencyMs, fatPods = false } = question.start;
      const world = fatPods ? withFatPods(scaleWorld(scale)) : scaleWorld(scale);
      const cloud = await startCloud(world, { latencyMs });
      started = { world, cloud };
    }
    if (started === null) throw new Error("no cloud was started");
    if (!("count" in question)) return describe(started.world, started.cloud);
    const all = countAll(started.cloud);
    const since = subtract(all, last);
    last = all;
    return since;
  };
  // A benchmark that failed leaves no server behind.
  process.on("disconnect", () => process.exit(0));
  process.on(
    "message",
    (question: Question) => void answer(question).then((reply) => process.send?.(JSON.stringify(reply))),
  );
}

async function describe(world: World, cloud: Cloud): Promise<Served> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = cloud.environmentFor(OPERATOR);
  const credentials = {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN,
  };
  const clusters = await Promise.all(
    [...cloud.clusters].map(async ([key, { endpoint, certificateAuthorityData }]) => {
      const [, region = "", name = ""] = key.split("/");
      const { partition } = world;
      const token = await createEksToken({
        partition,
        region,
        clusterId: name,
        credentials,
        now: new Date(),
      });
      return { name, region, endpoint, certificateAuthorityData, token };
    }),
  );
  return { environment: cloud.environment, topicArn: cloud.topicArn, clusters };
}

function countAll({ calls, clusters }: Cloud): Counts {
  const awsCalls: Record<string, number> = {};
  for (const { service, operation } of calls) {
    const name = `${service}.${operation}`;
    awsCalls[name] = (awsCalls[name] ?? 0) + 1;
  }
  const servers = [...clusters.values()];
  const requests = servers.flatMap(({ requests }) =>
    requests.map(({ path, query, accept }) => ({ uri: `${path}${query}`, accept })),
  );
  return {
    awsCalls,
    clusterRequests: requests.map(({ uri }) => uri),
    lists: requests.filter(({ uri }) => !uri.includes("continue=")),
    connections: servers.reduce((total, { connectionCount }) => total + connectionCount, 0),
  };
}

function subtract(all: Counts, before: Counts): Counts {
  const awsCalls = Object.entries(all.awsCalls)
    .map(([name, count]) => [name, count - (before.awsCalls[name] ?? 0)] as const)
    .filter(([, count]) => count > 0);
  return {
    awsCalls: Object.fromEntries(awsCalls),
    // Of one cluster in order of arrival; of several, by cluster.
    clusterRequests: all.clusterRequests.slice(before.clusterRequests.length),
    lists: all.lists.slice(before.lists.length),
    connections: all.connections - before.connections,
  };
}

/** What an API server keeps with each pod of who set which field, and a container as people write them. */
function withFatPods(world: World): World {
  const accounts = world.accounts.map((account) => ({
    ...account,
    clusters: account.clusters.map(withFatPodsIn),
  }));
  return { ...world, accounts };
}

function withFatPodsIn(cluster: WorldCluster): WorldCluster {
  let objects: readonly RawObject[] | null = null;
  return {
    ...cluster,
    get objects() {
      objects ??= cluster.objects.map((object, index) =>
        object.kind === "Pod" ? toFatPod(object, index) : object,
      );
      return objects;
    },
  };
}

function toFatPod(pod: RawObject, index: number): RawObject {
  const spec = isRecord(pod["spec"]) ? pod["spec"] : {};
  const containers: readonly unknown[] = Array.isArray(spec["containers"]) ? spec["containers"] : [];
  const env = FAT_ENVIRONMENTS[index % FAT_ENVIRONMENTS.length];
  const fat = containers.map((container) => (isRecord(container) ? { ...container, env } : container));
  return { ...pod, metadata: { ...pod.metadata, ...MANAGED_FIELDS }, spec: { ...spec, containers: fat } };
}

const MANAGED_FIELDS = {
  managedFields: ["kube-controller-manager", "kubelet"].map((manager) => ({
    manager,
    operation: "Update",
    apiVersion: "v1",
    time: "2026-10-05T06:12:00Z",
    fieldsType: "FieldsV1",
    fieldsV1: Object.fromEntries(
      Array.from({ length: 12 }, (_, field) => [`f:field${field}`, { ".": {}, "f:name": {}, "f:value": {} }]),
    ),
  })),
};

/** From none to some 4 KB, so that pods have between 3 and 8 KB. */
const FAT_ENVIRONMENTS = Array.from({ length: 5 }, (_, size) =>
  Array.from({ length: size * 15 }, (_item, index) => ({
    name: `SETTING_${index}`,
    value: `a-value-of-some-length-${index}-${"x".repeat(20)}`,
  })),
);
