// Which pods are a Redis and which a Sentinel, by what they run and listen on, and what each must keep closed.

import type { Pod } from "../model/kubernetes.ts";

export const REDIS = [{ port: 6379, behind: "the cache of rendered manifests and cluster state" }];
const SENTINEL_PORT = 26379;
export const SENTINEL = [{ port: SENTINEL_PORT, behind: "Redis Sentinel, which decides who is the primary" }];

export function isRedis(pod: Pod): boolean {
  return (
    imageNames(pod).some((name) => /^(?:redis|valkey)(?:-|$)/.test(name)) ||
    REDIS.some(({ port }) => listensOn(pod, port)) ||
    runsSentinel(pod)
  );
}

/** "redis-sentinel /path/to/sentinel.conf" or "redis-server /path/to/sentinel.conf --sentinel" (Redis manual). */
export function runsSentinel(pod: Pod): boolean {
  return (
    listensOn(pod, SENTINEL_PORT) ||
    wordsOf(pod).some((word) => /(?:^|\/)(?:redis|valkey)-sentinel$|^--sentinel$/.test(word))
  );
}

function listensOn(pod: Pod, port: number): boolean {
  return (pod.detail?.containers ?? []).some(({ ports }) =>
    ports.some(({ containerPort }) => containerPort === port),
  );
}

export function imageNames(pod: Pod): string[] {
  return (pod.detail?.containers ?? []).map(
    ({ image }) => (image.split("/").at(-1) ?? image).split(/[:@]/)[0] ?? image,
  );
}

/** Of all its commands. */
export function wordsOf(pod: Pod): readonly string[] {
  return (pod.detail?.containers ?? []).flatMap(({ command, args }) => [...command, ...args]);
}
