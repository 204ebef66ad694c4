// The matrix, generated: everything that a publishing run asks of the world, times every way in which its answer can
// go wrong, once and for ever.

import type { RecordedCall } from "../../../emulator/aws/answer-request.ts";
import type { WorldFault } from "../../../emulator/world.ts";
import { MEMBER_ACCOUNT } from "../../../emulator/worlds/scenarios/small-company.ts";
import { SPOILED } from "./fault-world.ts";
import { SLACK } from "./slack-webhook.ts";

export interface Cell {
  readonly name: string;
  /** The way to fail, by which the cells are counted. */
  readonly type: string;
  readonly faults: readonly WorldFault[];
  readonly scope: Scope;
  /** The time limit of a request while the fault is there. */
  readonly requestTimeoutMs: number;
}

/**
 * What may be unseen or unsaid because of it. cluster: the spoiled one. account: the member. hub: the member's Security
 * Hub alone. publish: whatever is told, and no verdict. none: the run gets over it. run: everything.
 */
export type Scope = "cluster" | "account" | "hub" | "publish" | "none" | "run";

/** Far more than a healthy answer takes, however busy the machine is. */
export const PATIENT_MS = 30_000;
/** Where the fault is that an answer does not come. */
const IMPATIENT_MS = 3_000;
const WITHOUT_ANSWER: ReadonlySet<string> = new Set(["too late", "hang", "slow drip"]);
const SKEW_SECONDS = 10 * 60;

type Answer = WorldFault["answer"];

const error = (status: number, code: string, retryAfterSeconds?: number): Answer => ({
  kind: "error",
  status,
  code,
  message: "made to fail",
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

const EVERYWHERE: Readonly<Record<string, Answer>> = {
  latency: { kind: "latency", milliseconds: 120 },
  "too late": { kind: "latency", milliseconds: IMPATIENT_MS * 1.2 },
  hang: { kind: "hang" },
  reset: { kind: "reset" },
  truncated: { kind: "truncated" },
  "slow drip": { kind: "drip" },
  "wrong content type": { kind: "content-type", contentType: "text/html" },
  "garbage JSON": { kind: "garbage", body: '{"items": [{', contentType: "application/json" },
  "a web page": { kind: "garbage", body: "<html>It works!</html>", contentType: "text/html" },
  "an empty object": { kind: "garbage", body: "{}", contentType: "application/json" },
  "TLS with the wrong CA": { kind: "foreign-certificate" },
};

const CLOCK_SKEW: Readonly<Record<string, Answer>> = {
  "clock 10 minutes ahead": { kind: "clock", offsetSeconds: SKEW_SECONDS },
  "clock 10 minutes behind": { kind: "clock", offsetSeconds: -SKEW_SECONDS },
};

const OF_AWS: Readonly<Record<string, Answer>> = {
  ...EVERYWHERE,
  ...CLOCK_SKEW,
  "429 with Retry-After": error(429, "TooManyRequestsException", 1),
  "429 without Retry-After": error(429, "TooManyRequestsException"),
  "400 ThrottlingException": error(400, "ThrottlingException"),
  "500": error(500, "InternalServerException"),
  "503": error(503, "ServiceUnavailableException"),
  "403 denied": error(403, "AccessDeniedException"),
  "expired credentials": { kind: "expired" },
};

const OF_KUBERNETES: Readonly<Record<string, Answer>> = {
  ...EVERYWHERE,
  ...CLOCK_SKEW,
  "429 with Retry-After": error(429, "TooManyRequests", 1),
  "429 without Retry-After": error(429, "TooManyRequests"),
  "500": error(500, "InternalError"),
  "503": error(503, "ServiceUnavailable"),
  "403 denied": error(403, "Forbidden"),
  "401": error(401, "Unauthorized"),
  "401 after token expiry": { kind: "expired" },
  "410": error(410, "Expired"),
};

const OF_SLACK: Readonly<Record<string, Answer>> = {
  ...EVERYWHERE,
  "429 with Retry-After": error(429, "rate_limited", 1),
  "429 without Retry-After": error(429, "rate_limited"),
  "500": error(500, "server_error"),
  "503": error(503, "service_unavailable"),
  "403 denied": error(403, "action_prohibited"),
  "410": error(410, "channel_is_archived"),
};

type Target = Pick<WorldFault, "service" | "operation" | "accountId" | "cluster">;

export function toCells(calls: readonly RecordedCall[], paths: readonly string[]): readonly Cell[] {
  const operations = new Map(calls.map((call) => [`${call.service}.${call.operation}`, call]));
  const targets = [...operations.values()].map(({ service, operation }) => ({
    service,
    operation: operation ?? "",
  }));
  const ofKubernetes = [...new Set(paths)].map(toPathTarget);
  return [
    ...targets.flatMap(ofOperation),
    ...ofKubernetes.flatMap((target) =>
      Object.entries(OF_KUBERNETES).flatMap(([type, answer]) =>
        everyTimeAndOnce(target.operation, type, "cluster", { ...target, answer }),
      ),
    ),
    ...Object.entries(OF_SLACK).flatMap(([type, answer]) =>
      everyTimeAndOnce("slack.webhook", type, "publish", { ...SLACK, answer }),
    ),
    ...ofWholeClouds([...targets, { service: "kubernetes", operation: "/" }]),
  ];
}

function toPathTarget(path: string): Target {
  return { service: "kubernetes", operation: path, cluster: SPOILED };
}

function ofOperation({ service, operation }: Target): readonly Cell[] {
  const { scope, ...where } = toPlace(service, operation);
  return Object.entries(OF_AWS).flatMap(([type, answer]) =>
    everyTimeAndOnce(`${service}.${operation}`, type, widen(scope, service, answer), {
      service,
      operation,
      ...where,
      answer,
    }),
  );
}

function toPlace(
  service: string,
  operation: string,
): { readonly scope: Scope } & Pick<Target, "accountId" | "cluster"> {
  const accountId = MEMBER_ACCOUNT;
  if (["DescribeCluster", "DescribeAddon", "ListCapabilities"].includes(operation))
    return { scope: "cluster", accountId, cluster: SPOILED };
  if (["ListClusters", "ListRegions", "AssumeRole"].includes(operation))
    return { scope: "account", accountId };
  if (service === "securityhub") return { scope: "hub", accountId };
  return { scope: ["s3", "sns", "secretsmanager"].includes(service) ? "publish" : "run" };
}

/** Called with the credentials of the member's role; everything else with the scanner's own. */
const AS_MEMBER = new Set(["eks", "account", "securityhub"]);

function widen(scope: Scope, service: string, { kind }: Answer): Scope {
  // Every connection to AWS that is made from then on.
  if (kind === "foreign-certificate") return "run";
  // EKS tokens are dated by the clock of STS: where STS disagrees with itself, every cluster may refuse them.
  if (kind === "clock" && service === "sts") return "run";
  if (kind === "expired") return AS_MEMBER.has(service) ? "account" : "run";
  return scope;
}

function everyTimeAndOnce(what: string, type: string, scope: Scope, fault: WorldFault): readonly Cell[] {
  const name = `${what} × ${type}`;
  const requestTimeoutMs = WITHOUT_ANSWER.has(type) ? IMPATIENT_MS : PATIENT_MS;
  return [
    { name: `${name}, every time`, type, scope, requestTimeoutMs, faults: [fault] },
    { name: `${name}, once`, type, scope, requestTimeoutMs, faults: [{ ...fault, calls: [1] }] },
  ];
}

/** The scanner's own clock is wrong, so that everybody else's is ahead or behind. */
function ofWholeClouds(targets: readonly Target[]): readonly Cell[] {
  return Object.entries(CLOCK_SKEW).map(([type, answer]) => ({
    name: `everything × ${type}`,
    type,
    scope: "none",
    requestTimeoutMs: PATIENT_MS,
    faults: targets.map((target) => ({ ...target, answer })),
  }));
}
