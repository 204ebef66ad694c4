// An AWS API that refuses, breaks or hangs in one member account, or for the organization: one named gap of
// exactly that scope, and everything else is scanned as ever.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { World, WorldAccount, WorldFault } from "../../emulator/world.ts";
import { world } from "../../emulator/worlds/build.ts";
import {
  healthyCluster,
  hubAccount,
  MEMBER_ACCOUNT,
  memberAccount,
  organizationOfTwo,
} from "../../emulator/worlds/scenarios/small-company.ts";
import type { Coverage } from "../../lib/model/target.ts";
import { scanWorld, type ScannedWorld } from "./scan-world.ts";

/** `shop` in the scanner's own account, `other` in the member account. */
function twoAccounts(member: Partial<WorldAccount>, faults: readonly WorldFault[] = []): World {
  return world({
    name: "bad-accounts",
    description: "Made for one test.",
    organization: organizationOfTwo,
    accounts: [
      hubAccount([healthyCluster()]),
      memberAccount([healthyCluster({ name: "other", vpcOctet: 21 })], member),
    ],
    faults,
  });
}

function toWords({ account, region, cluster, outcome, why }: Coverage): string {
  const scope = [account, region, cluster].filter((part) => part !== null).join("/") || "the run";
  return `${scope} ${outcome}${why === undefined ? "" : ` ${why}`}`;
}

const SHOP = "111111111111/eu-central-1/shop scanned";
const OTHER = `${MEMBER_ACCOUNT}/eu-central-1/other`;

function assertCoverage({ report }: ScannedWorld, expected: readonly string[]): void {
  assert.deepEqual(report.coverage.map(toWords), expected);
  assert.equal(
    report.complete,
    expected.every((line) => / (scanned|skipped)$/.test(line)),
  );
  // Whatever happens elsewhere: the cluster that could be looked at is judged.
  const shop = report.clusters.find(({ name }) => name === "shop");
  if (expected.includes(SHOP)) assert.equal(shop?.enforcement.verdict, "enforced");
}

const STRUCK_OUT: readonly (readonly [action: string, gap: string])[] = [
  ["account:ListRegions", `${MEMBER_ACCOUNT} missed access-denied`],
  ["eks:ListClusters", `${MEMBER_ACCOUNT}/eu-central-1 missed access-denied`],
  ["eks:DescribeCluster", `${OTHER} missed access-denied`],
  ["eks:DescribeAddon", `${OTHER} partial access-denied`],
];

describe("each action that the member role allows is needed", { concurrency: 3 }, () => {
  for (const [action, gap] of STRUCK_OUT)
    test(`without ${action}: ${gap}`, async () => {
      const memberRole = { deployed: true, withoutActions: [action] };
      const scanned = await scanWorld(twoAccounts({ memberRole }));
      assertCoverage(scanned, [SHOP, gap]);
      const details = scanned.report.coverage.map(({ detail }) => detail ?? "").join();
      assert.ok(details.includes(`not authorized to perform ${action}`), details);
    });
});

test("a suspended account is skipped, and the run is complete", async () => {
  const scanned = await scanWorld(twoAccounts({ state: "SUSPENDED" }));
  assertCoverage(scanned, [SHOP, `${MEMBER_ACCOUNT} skipped`]);
});

test("accounts that the configuration excludes are named, and the run is complete", async () => {
  const organization = { accounts: { exclude: [MEMBER_ACCOUNT] } };
  const scanned = await scanWorld(twoAccounts({}), { file: { organization } });
  assertCoverage(scanned, [SHOP, `${MEMBER_ACCOUNT} skipped`]);
  assert.equal(scanned.emulator.calls.filter(({ operation }) => operation === "AssumeRole").length, 1);
});

test("a list of accounts names one that is not there: missed, and the others are scanned", async () => {
  const file = { organization: undefined, accounts: ["111111111111", "999999999999"] };
  const scanned = await scanWorld(twoAccounts({}), { file });
  assertCoverage(scanned, [SHOP, "999999999999 missed access-denied"]);
});

test("an ExternalId that the member's trust policy does not know: missed, access denied", async () => {
  const strict = { ...twoAccounts({}), scanner: { ...twoAccounts({}).scanner, externalId: "expected-id" } };
  const scanned = await scanWorld(strict, { file: { role: { externalId: "another-id" } } });
  assertCoverage(scanned, ["111111111111 missed access-denied", `${MEMBER_ACCOUNT} missed access-denied`]);
  assert.ok(!scanned.json.includes("another-id") && !scanned.json.includes("expected-id"));
});

test("a cluster that is dark is missed for that, whatever else could not be read", async () => {
  const memberRole = { deployed: true, withoutActions: ["eks:DescribeAddon"] };
  const dark = memberAccount([healthyCluster({ name: "other", endpoint: "wrong-ca" })], { memberRole });
  const scanned = await scanWorld({
    ...twoAccounts({}),
    accounts: [hubAccount([healthyCluster()]), dark],
  });
  assertCoverage(scanned, [SHOP, `${OTHER} missed unreachable`]);
});

function refusal(status: number, code: string): WorldFault["answer"] {
  return { kind: "error", status, code, message: "made for one test" };
}

const HTML: WorldFault["answer"] = {
  kind: "garbage",
  body: "<html>It works!</html>",
  contentType: "text/html",
};
const EMPTY: WorldFault["answer"] = { kind: "garbage", body: "{}", contentType: "application/json" };

interface Broken {
  readonly service: string;
  readonly operation: string;
  readonly words: string;
  readonly answer: WorldFault["answer"];
  readonly coverage: readonly string[];
  /** Absent: every call. */
  readonly calls?: readonly number[];
}

const THE_RUN: readonly Broken[] = [
  {
    service: "organizations",
    operation: "ListRoots",
    words: "is denied, as to who is no delegated administrator",
    answer: refusal(403, "AccessDeniedException"),
    coverage: ["the run missed access-denied"],
  },
  {
    service: "organizations",
    operation: "ListRoots",
    words: "says that there is no organization",
    answer: refusal(400, "AWSOrganizationsNotInUseException"),
    coverage: ["the run missed not-supported"],
  },
  {
    service: "organizations",
    operation: "ListRoots",
    words: "is a proxy's page",
    answer: HTML,
    coverage: ["the run missed malformed"],
  },
  {
    service: "organizations",
    operation: "ListAccountsForParent",
    words: "is throttled twice, and answers then",
    answer: refusal(429, "TooManyRequestsException"),
    calls: [1, 2],
    coverage: [SHOP, `${OTHER} scanned`],
  },
];

const THE_MEMBER: readonly Broken[] = [
  {
    service: "sts",
    operation: "AssumeRole",
    words: "is reset",
    answer: { kind: "reset" },
    coverage: [SHOP, `${MEMBER_ACCOUNT} missed unreachable`],
  },
  {
    service: "account",
    operation: "ListRegions",
    words: "lacks what the API promises",
    answer: EMPTY,
    coverage: [SHOP, `${MEMBER_ACCOUNT} missed malformed`],
  },
  {
    service: "eks",
    operation: "ListClusters",
    words: "fails",
    answer: refusal(500, "ServerException"),
    coverage: [SHOP, `${MEMBER_ACCOUNT}/eu-central-1 missed server-error`],
  },
  {
    service: "eks",
    operation: "DescribeCluster",
    words: "is a proxy's page",
    answer: HTML,
    coverage: [SHOP, `${OTHER} missed malformed`],
  },
  {
    service: "eks",
    operation: "DescribeCluster",
    words: "hangs: its time limit ends it",
    answer: { kind: "hang" },
    coverage: [SHOP, `${OTHER} missed deadline`],
  },
  {
    service: "eks",
    operation: "DescribeCluster",
    words: "does not know the cluster that was listed a moment ago",
    answer: refusal(404, "ResourceNotFoundException"),
    coverage: [SHOP, `${OTHER} missed incomplete`],
  },
  {
    service: "eks",
    operation: "DescribeAddon",
    words: "fails: the cluster itself is judged",
    answer: refusal(500, "ServerException"),
    coverage: [SHOP, `${OTHER} partial server-error`],
  },
];

describe("an AWS API that breaks", { concurrency: 4 }, () => {
  for (const { service, operation, words, answer, coverage, calls } of [...THE_RUN, ...THE_MEMBER]) {
    const about = service === "organizations" ? {} : { accountId: MEMBER_ACCOUNT };
    const fault = { service, operation, answer, ...about, ...(calls && { calls }) };
    test(`${operation} ${words}`, async () => {
      // What hangs is asked four times.
      const options = answer.kind === "hang" ? { requestTimeoutMs: 3_000 } : {};
      const scanned = await scanWorld(twoAccounts({}, [fault]), options);
      assertCoverage(scanned, coverage);
    });
  }
});
