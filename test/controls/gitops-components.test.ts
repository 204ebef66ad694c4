// Which ports each part of Argo CD's Redis must keep closed: Sentinel's only where Sentinel runs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { recognizeGitOpsComponents } from "../../lib/controls/gitops-components.ts";
import type { Container, Labels, Pod } from "../../lib/model/kubernetes.ts";
import { container } from "../enforcement/facts.ts";
import { detail, pod } from "../netpol/build-input.ts";

const REPO_SERVER = pod("repo-server", { "app.kubernetes.io/name": "argocd-repo-server" });

function portsOf(labels: Labels, containers?: readonly Container[]): readonly number[] {
  const redis: Pod = pod("redis", labels, {
    detail: containers === undefined ? null : { ...detail({}), containers },
  });
  const found = recognizeGitOpsComponents([REPO_SERVER, redis]).find((one) => one.pod === redis);
  assert.ok(found !== undefined, "it is recognised");
  return found.component.restricted.map(({ port }) => port);
}

const named = (name: string): Labels => ({ "app.kubernetes.io/name": name });
const redis = container("redis", "public.ecr.aws/docker/library/redis:8.2");
const listening = (containerPort: number): Container => ({
  ...redis,
  name: "sentinel",
  ports: [{ name: null, containerPort, protocol: "TCP" }],
});

const ROWS: readonly (readonly [string, Labels, readonly Container[] | undefined, readonly number[]])[] = [
  ["one Redis", named("argocd-redis"), undefined, [6379]],
  ["one Redis, read in full", named("argocd-redis"), [redis], [6379]],
  ["one Redis by another name", {}, [redis], [6379]],
  ["the HA manifest's Redis", named("argocd-redis-ha"), undefined, [6379, 26379]],
  ["its proxy, which listens for Redis alone", named("argocd-redis-ha-haproxy"), undefined, [6379]],
  ["a Redis with Sentinel by its port", named("argocd-redis"), [redis, listening(26379)], [6379, 26379]],
  [
    "a Redis by another name with Sentinel by its program",
    {},
    [redis, { ...redis, name: "sentinel", command: ["/usr/local/bin/redis-sentinel"] }],
    [6379, 26379],
  ],
];

for (const [says, labels, containers, ports] of ROWS)
  test(says, () => {
    assert.deepEqual(portsOf(labels, containers), ports);
  });
