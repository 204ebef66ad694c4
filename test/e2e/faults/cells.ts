// The matrix, generated: every operation that a publishing run makes, times every way in which its answer can go
// wrong, once and for ever.

import type { RecordedCall } from "../../../emulator/aws/answer-request.ts";
import type { WorldFault } from "../../../emulator/world.ts";
import { MEMBER_ACCOUNT } from "../../../emulator/worlds/scenarios/small-company.ts";
import { SPOILED } from "./fault-world.ts";

export interface Cell {
  readonly name: string;
  readonly fault: WorldFault;
  /** Whether the fault ends after one call, so that a repeat may help. */
  readonly once: boolean;
  /** What may be unseen because of it. */
  readonly scope: "cluster" | "account" | "run";
}

type Answer = WorldFault["answer"];

const error = (status: number, code: string, retryAfterSeconds?: number): Answer => ({
  kind: "error",
  status,
  code,
  message: "made to fail",
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

const ON_THE_WIRE: Readonly<Record<string, Answer>> = {
  latency: { kind: "latency", milliseconds: 120 },
  hang: { kind: "hang" },
  reset: { kind: "reset" },
  truncated: { kind: "truncated" },
  drip: { kind: "drip" },
  "wrong content type": { kind: "content-type", contentType: "text/html" },
  "garbage JSON": { kind: "garbage", body: '{"items": [{', contentType: "application/json" },
  "a web page": { kind: "garbage", body: "<html>It works!</html>", contentType: "text/html" },
  "an empty object": { kind: "garbage", body: "{}", contentType: "application/json" },
};

const OF_AWS: Readonly<Record<string, Answer>> = {
  ...ON_THE_WIRE,
  "429 with Retry-After": error(429, "TooManyRequestsException", 1),
  throttled: error(400, "ThrottlingException"),
  "500": error(500, "InternalServerException"),
  "503": error(503, "ServiceUnavailableException"),
  denied: error(403, "AccessDeniedException"),
  "expired credentials": error(403, "ExpiredTokenException"),
  "clock skew": error(403, "RequestTimeTooSkewed"),
};

const OF_KUBERNETES: Readonly<Record<string, Answer>> = {
  ...ON_THE_WIRE,
  "429 with Retry-After": error(429, "TooManyRequests", 1),
  "429": error(429, "TooManyRequests"),
  "500": error(500, "InternalError"),
  "503": error(503, "ServiceUnavailable"),
  "401 token expired": error(401, "Unauthorized"),
  denied: error(403, "Forbidden"),
  "410": error(410, "Expired"),
};

/** Of these the answer is about one cluster. */
const OF_A_CLUSTER = new Set(["DescribeCluster", "DescribeAddon"]);
/** Of these the answer is about one account. */
const OF_AN_ACCOUNT = new Set(["ListClusters", "ListRegions"]);

export function toCells(calls: readonly RecordedCall[], clusterPaths: readonly string[]): readonly Cell[] {
  const operations = new Map(calls.map((call) => [`${call.service}.${call.operation}`, call]));
  return [
    ...[...operations.values()].flatMap(({ service, operation }) => ofOperation(service, operation ?? "")),
    ...[...new Set(clusterPaths)].flatMap(ofPath),
  ];
}

function ofOperation(service: string, operation: string): readonly Cell[] {
  const target = OF_A_CLUSTER.has(operation)
    ? { scope: "cluster" as const, accountId: MEMBER_ACCOUNT, cluster: SPOILED }
    : OF_AN_ACCOUNT.has(operation)
      ? { scope: "account" as const, accountId: MEMBER_ACCOUNT }
      : { scope: "run" as const };
  const { scope, ...where } = target;
  return Object.entries(OF_AWS).flatMap(([what, answer]) =>
    everyAndOnce(`${service}.${operation} × ${what}`, scope, { service, operation, ...where, answer }),
  );
}

function ofPath(path: string): readonly Cell[] {
  const where = { service: "kubernetes", operation: path, cluster: SPOILED };
  return Object.entries(OF_KUBERNETES).flatMap(([what, answer]) =>
    everyAndOnce(`${path} × ${what}`, "cluster", { ...where, answer }),
  );
}

function everyAndOnce(name: string, scope: Cell["scope"], fault: WorldFault): readonly Cell[] {
  return [
    { name: `${name}, every time`, fault, once: false, scope },
    { name: `${name}, once`, fault: { ...fault, calls: [1] }, once: true, scope },
  ];
}
