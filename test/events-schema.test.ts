import assert from "node:assert/strict";
import { test } from "node:test";
import {
  parseChunk,
  parseDiscoverInput,
  parseDiscoverOutput,
  parseReportInput,
  parseRun,
  parseScanOutput,
  parseStartEvent,
  type StartRequest,
} from "../lib/events.ts";
import { ConfigurationError } from "../lib/model/configuration-error.ts";
import { toFindingId } from "../lib/model/finding-id.ts";

const ACCOUNT = "111122223333";
const HUB = "999900001111";
const REGION = "eu-central-1";
const TIME = "2026-11-21T06:00:00Z";

function problemsOf(parse: (event: unknown) => unknown, event: unknown): readonly string[] {
  try {
    parse(event);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError, String(error));
    return error.problems.map(({ path }) => path);
  }
  return assert.fail("the event was accepted");
}

/** An event as EventBridge delivers it, with the members that we don't read. */
function envelope(
  source: string,
  detailType: string,
  detail: unknown,
  more: Record<string, unknown> = {},
): unknown {
  return {
    version: "0",
    id: "0b1c2d3e-0000-4000-8000-000000000000",
    "detail-type": detailType,
    source,
    account: ACCOUNT,
    time: TIME,
    region: REGION,
    resources: [],
    detail,
    ...more,
  };
}

function apiCall(eventName: string, requestParameters: unknown, more: Record<string, unknown> = {}): unknown {
  return envelope("aws.eks", "AWS API Call via CloudTrail", {
    eventVersion: "1.09",
    eventSource: "eks.amazonaws.com",
    eventName,
    awsRegion: "us-east-1",
    recipientAccountId: "666677778888",
    requestParameters,
    responseElements: null,
    ...more,
  });
}

function findingIn(cluster: string | null, account = ACCOUNT, more: Record<string, unknown> = {}): unknown {
  return {
    SchemaVersion: "2018-10-08",
    Id: toFindingId({
      region: REGION,
      account,
      cluster,
      controlId: "NETPOL.20",
      createdAt: null,
      subject: { kind: "namespace", name: "a" },
    }),
    ProductArn: `arn:aws:securityhub:${REGION}:${account}:product/${account}/default`,
    GeneratorId: "ringfence/NETPOL.20",
    AwsAccountId: account,
    ...more,
  };
}

function customAction(...findings: readonly unknown[]): unknown {
  return envelope(
    "aws.securityhub",
    "Security Hub Findings - Custom Action",
    { actionName: "Rescan", actionDescription: "Scan these clusters again", findings },
    { account: HUB, resources: [`arn:aws:securityhub:${REGION}:${HUB}:action/custom/rescan`] },
  );
}

const shop = { accounts: [ACCOUNT], regions: [REGION], clusters: ["shop-prod"] };

const runs: readonly (readonly [
  what: string,
  event: unknown,
  request: Omit<Extract<StartRequest, { kind: "run" }>, "kind">,
])[] = [
  ["a schedule without input", {}, { trigger: "schedule", scope: {}, occurredAt: null }],
  [
    "a scheduled event",
    envelope("aws.events", "Scheduled Event", {}),
    { trigger: "schedule", scope: {}, occurredAt: TIME },
  ],
  [
    "a scheduled event of EventBridge Scheduler",
    envelope("aws.scheduler", "Scheduled Event", {}),
    { trigger: "schedule", scope: {}, occurredAt: TIME },
  ],
  [
    "a person's wish",
    { accounts: [ACCOUNT], clusters: ["a", "b"] },
    { trigger: "manual", scope: { accounts: [ACCOUNT], clusters: ["a", "b"] }, occurredAt: null },
  ],
  [
    "CreateCluster, which has the cluster in name",
    apiCall("CreateCluster", { name: "shop-prod", version: "1.33" }),
    { trigger: "eks-api-call", scope: shop, occurredAt: TIME, isSlow: true },
  ],
  [
    "DeleteCluster, which takes as long",
    apiCall("DeleteCluster", { name: "shop-prod" }),
    { trigger: "eks-api-call", scope: shop, occurredAt: TIME, isSlow: true },
  ],
  [
    "UpdateAddon with the cluster in name",
    apiCall("UpdateAddon", { name: "shop-prod", addonName: "vpc-cni" }),
    { trigger: "eks-api-call", scope: shop, occurredAt: TIME },
  ],
  [
    "UpdateAddon with the cluster in clusterName",
    apiCall("UpdateAddon", { name: "vpc-cni", clusterName: "shop-prod" }),
    { trigger: "eks-api-call", scope: shop, occurredAt: TIME },
  ],
  [
    "an access-entry call with errorCode null",
    apiCall("CreateAccessEntry", { clusterName: "shop-prod" }, { errorCode: null }),
    { trigger: "eks-api-call", scope: shop, occurredAt: TIME },
  ],
  [
    "a call whose record names another account and Region than the envelope that EventBridge wrote",
    apiCall(
      "UpdateAddon",
      { name: "shop-prod" },
      {
        userIdentity: { accountId: "999988887777" },
        recipientAccountId: "999988887777",
        awsRegion: "us-east-1",
      },
    ),
    { trigger: "eks-api-call", scope: shop, occurredAt: TIME },
  ],
  [
    "an add-on event with clusterName",
    envelope("aws.eks", "EKS Addon Update Succeeded", { clusterName: "shop-prod", addonName: "vpc-cni" }),
    { trigger: "eks-addon-event", scope: shop, occurredAt: TIME },
  ],
  [
    "an add-on event with the add-on's ARN alone",
    envelope(
      "aws.eks",
      "EKS Addon Health Degraded",
      {},
      { resources: [`arn:aws:eks:${REGION}:${ACCOUNT}:addon/shop-prod/vpc-cni/1ac0`] },
    ),
    { trigger: "eks-addon-event", scope: shop, occurredAt: TIME },
  ],
  [
    "an add-on event with the cluster's ARN alone",
    envelope(
      "aws.eks",
      "EKS Addon Creation Failed",
      {},
      { resources: [`arn:aws-us-gov:eks:${REGION}:${ACCOUNT}:cluster/shop-prod`] },
    ),
    { trigger: "eks-addon-event", scope: shop, occurredAt: TIME },
  ],
  [
    "a custom action on two findings of a cluster",
    customAction(findingIn("shop-prod"), findingIn("shop-prod")),
    { trigger: "security-hub-action", scope: shop, occurredAt: TIME },
  ],
  [
    "a custom action on a finding that stands in our own account for another",
    customAction(
      findingIn("shop-prod", ACCOUNT, {
        ProductArn: `arn:aws:securityhub:${REGION}:${HUB}:product/${HUB}/default`,
      }),
    ),
    { trigger: "security-hub-action", scope: shop, occurredAt: TIME },
  ],
  [
    "a custom action on two accounts",
    customAction(findingIn("b"), findingIn("a", "444455556666")),
    {
      trigger: "security-hub-action",
      scope: { accounts: [ACCOUNT, "444455556666"], regions: [REGION], clusters: ["a", "b"] },
      occurredAt: TIME,
    },
  ],
  [
    "a custom action on a whole account",
    customAction(findingIn("a"), findingIn(null)),
    { trigger: "security-hub-action", scope: { accounts: [ACCOUNT], regions: [REGION] }, occurredAt: TIME },
  ],
];

for (const [what, event, request] of runs) {
  test(`${what} starts a run`, () => {
    assert.deepEqual(parseStartEvent(event), { kind: "run", ...request });
  });
}

const ignored: readonly (readonly [what: string, event: unknown, because: RegExp])[] = [
  [
    "a call that failed",
    apiCall("UpdateAddon", { name: "shop-prod" }, { errorCode: "AccessDenied" }),
    /UpdateAddon failed with AccessDenied/,
  ],
  [
    "a call that only reads",
    apiCall("DescribeCluster", { name: "shop-prod" }),
    /DescribeCluster changes nothing/,
  ],
  [
    "a call for a node group",
    apiCall("CreateNodegroup", { name: "shop-prod" }),
    /CreateNodegroup changes nothing/,
  ],
  ["a call without parameters", apiCall("CreateCluster", null), /names no cluster/],
  [
    "a call with a name that no cluster can have",
    apiCall("DeleteCluster", { name: "../../state" }),
    /names no cluster/,
  ],
  [
    "an add-on event that names nothing",
    envelope("aws.eks", "EKS Addon Update Succeeded", {}),
    /names no cluster/,
  ],
  [
    "an EKS event of another kind",
    envelope("aws.eks", "EKS Fargate Pod Scheduled Termination", {}),
    /no run is started by EKS Fargate/,
  ],
  [
    "an event that pretends to be from EKS",
    envelope("evil.eks", "AWS API Call via CloudTrail", { eventName: "CreateCluster" }),
    /no run is started/,
  ],
  [
    "an imported finding",
    envelope("aws.securityhub", "Security Hub Findings - Imported", { findings: [findingIn("a")] }),
    /no run is started/,
  ],
  [
    "a custom action on another product's finding",
    customAction(
      findingIn("a", ACCOUNT, { ProductArn: `arn:aws:securityhub:${REGION}::product/aws/guardduty` }),
    ),
    /none of the selected/,
  ],
  [
    "a finding with our generator in another account's product",
    customAction(
      findingIn("a", ACCOUNT, {
        ProductArn: `arn:aws:securityhub:${REGION}:${ACCOUNT}:product/${HUB}/default`,
      }),
    ),
    /none of the selected/,
  ],
  [
    "a finding in a member's product that names another account",
    customAction(
      findingIn("a", ACCOUNT, {
        ProductArn: `arn:aws:securityhub:${REGION}:999988887777:product/999988887777/default`,
      }),
    ),
    /none of the selected/,
  ],
  [
    "a finding in a member's product that names every account",
    customAction({
      ...Object(findingIn(null, ACCOUNT)),
      Id: "ringfence/-/-/-/NETPOL.9/0123456789abcdef",
    }),
    /none of the selected/,
  ],
  [
    "a finding of another generator",
    customAction(findingIn("a", ACCOUNT, { GeneratorId: "prowler-eks" })),
    /none of the selected/,
  ],
  [
    "a finding with an id that is not ours",
    customAction(findingIn("a", ACCOUNT, { Id: "ringfence/x" })),
    /none of the selected/,
  ],
  [
    "a finding whose id names a cluster that cannot be",
    customAction(findingIn("a/../b")),
    /name no account, Region or cluster/,
  ],
  ["a custom action on nothing", customAction(), /none of the selected/],
];

for (const [what, event, because] of ignored) {
  test(`${what} is ignored, with the reason`, () => {
    const request = parseStartEvent(event);
    assert.equal(request.kind, "ignored");
    assert.match(request.because, because);
  });
}

const refusedStarts: readonly (readonly [what: string, event: unknown, paths: readonly string[]])[] = [
  ["nothing", undefined, [""]],
  ["null", null, [""]],
  ["a list", [], [""]],
  ["a text", "start", [""]],
  ["an unknown wish", { account: ACCOUNT }, ["account"]],
  ["a wish with credentials", { clusters: ["a"], credentials: { secretAccessKey: "s" } }, ["credentials"]],
  ["an account that is a number", { accounts: [111122223333] }, ["accounts[0]"]],
  ["an empty list, which would be read as everything", { clusters: [] }, ["clusters"]],
  [
    "an envelope from nowhere",
    { "detail-type": "Scheduled Event", source: "aws.events" },
    ["account", "region", "detail"],
  ],
  [
    "an envelope of a strange account",
    envelope("aws.eks", "EKS Addon Update Succeeded", {}, { account: "root" }),
    ["account"],
  ],
  ["an API call without a name", envelope("aws.eks", "AWS API Call via CloudTrail", {}), ["eventName"]],
];

for (const [what, event, paths] of refusedStarts) {
  test(`${what} is no start event`, () => {
    assert.deepEqual(problemsOf(parseStartEvent, event), paths);
  });
}

const runId = "2026-11-21T06-00-00Z";
const run = { runId, trigger: "schedule", scope: {}, waitSeconds: 0, bucket: "ringfence-runs" };
const chunk = { runId, account: ACCOUNT, region: REGION, clusters: ["a", "b"], tombstones: [] };
const coverage = {
  account: ACCOUNT,
  region: null,
  cluster: null,
  outcome: "missed",
  why: "access-denied",
  detail: "no role",
};
const summary = {
  cluster: "a",
  outcome: "partial",
  why: "deadline",
  detail: "…",
  findings: { pass: 1, fail: 2, unknown: 0, "not-applicable": 3, exempt: 0 },
  unpublished: 0,
};

const accepted: readonly (readonly [what: string, parse: (event: unknown) => unknown, event: unknown])[] = [
  ["a run", parseRun, run],
  ["a narrowed run", parseRun, { ...run, trigger: "manual", scope: shop, waitSeconds: 300 }],
  ["an account", parseDiscoverInput, { runId, account: ACCOUNT, scope: { regions: [REGION] } }],
  ["what was discovered", parseDiscoverOutput, { account: ACCOUNT, chunks: [chunk], coverage: [coverage] }],
  ["a chunk", parseChunk, chunk],
  ["a chunk of tombstones alone", parseChunk, { ...chunk, clusters: [], tombstones: ["gone"] }],
  ["what was scanned", parseScanOutput, [summary, { ...summary, cluster: "b", outcome: "scanned" }]],
  ["a run to report", parseReportInput, { runId }],
];

for (const [what, parse, event] of accepted) {
  test(`${what} comes through as it is`, () => {
    assert.deepEqual(parse(structuredClone(event)), event);
  });
}

const names = Array.from({ length: 21 }, (_, index) => `c${index}`);

const refused: readonly (readonly [
  what: string,
  parse: (event: unknown) => unknown,
  event: unknown,
  paths: readonly string[],
])[] = [
  ["a run that climbs out of its folder", parseRun, { ...run, runId: "../x" }, ["runId"]],
  ["a run id with a slash", parseReportInput, { runId: "a/b" }, ["runId"]],
  ["a run id without end", parseReportInput, { runId: "a".repeat(81) }, ["runId"]],
  ["an unknown trigger", parseRun, { ...run, trigger: "cron" }, ["trigger"]],
  ["a wait into the past", parseRun, { ...run, waitSeconds: -1 }, ["waitSeconds"]],
  ["21 clusters in a chunk", parseChunk, { ...chunk, clusters: names }, ["clusters"]],
  ["a cluster twice in a chunk", parseChunk, { ...chunk, clusters: ["a", "a"] }, ["clusters[1]"]],
  ["a chunk with credentials", parseChunk, { ...chunk, sessionToken: "t" }, ["sessionToken"]],
  [
    "a chunk without tombstones",
    parseChunk,
    { runId, account: ACCOUNT, region: REGION, clusters: ["a"] },
    ["tombstones"],
  ],
  ["an account line of another shape", parseDiscoverInput, { account: ACCOUNT }, ["runId", "scope"]],
  [
    "coverage with an unknown reason",
    parseDiscoverOutput,
    { account: ACCOUNT, chunks: [], coverage: [{ ...coverage, why: "dunno" }] },
    ["coverage[0].why"],
  ],
  ["a summary that is too long", parseScanOutput, [{ ...summary, detail: "x".repeat(401) }], ["[0].detail"]],
  [
    "a summary without a count",
    parseScanOutput,
    [{ ...summary, findings: { pass: 1 } }],
    ["fail", "unknown", "not-applicable", "exempt"].map((status) => `[0].findings.${status}`),
  ],
  ["a report of everything", parseReportInput, {}, ["runId"]],
];

for (const [what, parse, event, paths] of refused) {
  test(`${what} is refused`, () => {
    assert.deepEqual(problemsOf(parse, event), paths);
  });
}

test("the longest summary stays under 1 KB", () => {
  const longest = {
    ...summary,
    cluster: "c".repeat(100),
    why: "not-attempted",
    detail: "x".repeat(400),
    unpublished: 1_000_000,
  };
  assert.deepEqual(parseScanOutput([longest]), [longest]);
  assert.ok(Buffer.byteLength(JSON.stringify(longest)) <= 1024);
});
