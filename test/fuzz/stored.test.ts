// Fuzzing of what is read back from the bucket, which spokes share, and of what AWS answers: state, results of a run,
// reports, finding ids, keys, findings of Security Hub, descriptions of clusters.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { toAsffExport } from "../../lib/commands/asff-export.ts";
import { parseAsffFinding } from "../../lib/aws/asff-wire.ts";
import { toAddon, toClusterDescription } from "../../lib/aws/cluster-description.ts";
import { findEndpointRefusal } from "../../lib/aws/endpoint-policy.ts";
import { createEksToken } from "../../lib/aws/eks-token.ts";
import { MalformedAnswerError } from "../../lib/aws/errors.ts";
import { parseNamespaceExemption } from "../../lib/controls/namespace-exemption.ts";
import { parseAddonValues } from "../../lib/enforcement/addon-values.ts";
import { MalformedObjectError } from "../../lib/kubernetes/errors.ts";
import { parseObject } from "../../lib/kubernetes/parse-object.ts";
import { parseFindingId, toFindingId } from "../../lib/model/finding-id.ts";
import { toTrendPoint } from "../../lib/model/trend.ts";
import { mergeAddonValues } from "../../lib/remediation/merge-addon-values.ts";
import { parseReport } from "../../lib/report/parse-report.ts";
import * as runObjects from "../../lib/run-objects.ts";
import { type Destination, sendDigests } from "../../lib/scan/digest-outbox.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import { toRebuiltRecords } from "../../lib/scan/rebuild-records.ts";
import {
  findLatestPlaces,
  parseState,
  parseStateKey,
  serializeState,
  toStateKey,
} from "../../lib/scan/state.ts";
import { watchRunning } from "../../lib/scan/running.ts";
import type { ObjectStore } from "../../lib/scan/sources.ts";
import { SnapshotSchema } from "../../lib/spoke/snapshot-schema.ts";
import { sampleReport } from "../report/sample-report.ts";
import { fuzzRuns } from "./fuzz-runs.ts";
import { hostileJson, hostileText, spoilAll, spoilings } from "./hostile-data.ts";
import { outcomeLater, outcomeOf } from "./outcome.ts";

const TIME = "2026-11-22T00:00:00.000Z";
const STATE = {
  schemaVersion: 1,
  observedFrom: TIME,
  destination: "arn:aws:securityhub:eu-central-1:111111111111:product/111111111111/default",
  findings: [
    {
      id: "ringfence/eu-central-1/111111111111/shop/NETPOL.2/0123456789abcdef",
      controlId: "NETPOL.2",
      title: "t",
      subject: { kind: "cluster", name: "shop" },
      firstSeenAt: TIME,
      confirmed: {
        status: "fail",
        severity: "high",
        contentHash: "x",
        recordState: "ACTIVE",
        sentAt: TIME,
        wasFailing: true,
      },
    },
  ],
};

const SCANNED = {
  coverage: { account: "111111111111", region: "eu-central-1", cluster: "shop", outcome: "scanned" },
  cluster: sampleReport.clusters[0],
  findings: sampleReport.findings.slice(0, 2),
  kubernetesRequests: 3,
  delivery: { sent: 1, failed: [] },
};

const READERS: readonly (readonly [what: string, sample: unknown, read: (text: string) => unknown])[] = [
  ["state", STATE, parseState],
  ["report", sampleReport, parseReport],
  ["scanned cluster", SCANNED, runObjects.parseScannedCluster],
  [
    "account coverage",
    { startedAt: TIME, whole: true, coverage: [SCANNED.coverage] },
    runObjects.parseAccountCoverage,
  ],
  ["kept findings", { findings: SCANNED.findings, delivery: SCANNED.delivery }, runObjects.parseKeptWide],
  [
    "discovered account",
    { account: "111111111111", chunks: [], coverage: [SCANNED.coverage] },
    runObjects.parseDiscovered,
  ],
  ["trend", { schemaVersion: 1, points: [toTrendPoint(sampleReport)] }, runObjects.parseTrend],
  ["line of missed.jsonl", SCANNED.coverage, runObjects.parseCoverageLines],
  ["line of accounts.jsonl", { account: "111111111111" }, runObjects.parseAccountLines],
];

for (const [what, sample, read] of READERS)
  test(`a ${what} of any shape is read whole or is nothing`, () => {
    assert.notEqual(read(JSON.stringify(sample)), null, "the sample itself is read");
    const text = fc.oneof(
      spoilings.map((all) => JSON.stringify(spoilAll(sample, all))),
      hostileJson.map((value) => JSON.stringify(value)),
      hostileText,
      fc.tuple(fc.nat(2000), hostileText).map(([cut, noise]) => JSON.stringify(sample).slice(0, cut) + noise),
    );
    fc.assert(
      fc.property(text, (text) => void outcomeOf(() => read(text), [])),
      fuzzRuns(150),
    );
  });

test("what says that another run is going on, of any text: it is one that covers the cluster, or none", async () => {
  const started = { startedAt: TIME, scope: { accounts: ["111111111111"] } };
  const text = fc.oneof(
    spoilings.map((all) => JSON.stringify(spoilAll(started, all))),
    hostileJson.map((value) => JSON.stringify(value)),
    hostileText,
  );
  const target = { account: "111111111111", region: "eu-central-1", cluster: "shop" };
  const isOverlapped = async (body: string): Promise<boolean | undefined> => {
    const store: ObjectStore = {
      getObject: async () => ({ body, etag: '"1"' }),
      putObject: async () => assert.fail("nothing is written"),
      listObjects: async (prefix) => [`${prefix}-other.started.json`],
    };
    const now = () => new Date("2026-11-22T00:10:00.000Z");
    const watch = watchRunning(store, { runId: "own", observe: createObserve([]), now });
    return outcomeLater(() => watch(target, "2026-11-22T00:05:00.000Z"), []);
  };
  assert.equal(await isOverlapped(JSON.stringify(started)), true);
  await fc.assert(
    fc.asyncProperty(text, async (text) => assert.equal(typeof (await isOverlapped(text)), "boolean")),
    fuzzRuns(100),
  );
});

test("whatever stands where digests wait, one that is due and unknown there is sent, once", async () => {
  const outbox = {
    schemaVersion: 1,
    destinations: [
      {
        key: "sns",
        lastId: "yesterday",
        lastSentAt: TIME,
        blindSpots: { one: "access-denied" },
        waiting: [{ id: "yesterday", since: TIME, message: { subject: "s", body: "b", attributes: {} } }],
      },
    ],
  };
  const send = async (body: string): Promise<readonly string[]> => {
    const sent: string[] = [];
    const today: Destination = {
      key: "sns",
      name: "SNS",
      digestId: "today",
      isNews: true,
      blindSpots: new Map(),
      lookedAt: null,
      toMessage: () => ({ subject: "today", body: "today", attributes: {} }),
      send: async ({ subject }) => {
        sent.push(subject);
        return { seen: true, value: null };
      },
    };
    const store: ObjectStore = {
      getObject: async () => ({ body, etag: '"1"' }),
      putObject: async () => '"2"',
      listObjects: async () => ["state/digests.json"],
    };
    const now = () => new Date("2026-11-22T00:10:00.000Z");
    const outcomes = await sendDigests([today], { store, observe: createObserve([]), now });
    assert.deepEqual(outcomes, [{ name: "SNS", outcome: "sent", problem: "" }]);
    return sent;
  };
  assert.deepEqual(await send(JSON.stringify(outbox)), ["s", "today"]);
  const text = fc.oneof(
    spoilings.map((all) => JSON.stringify(spoilAll(outbox, all))),
    hostileJson.map((value) => JSON.stringify(value)),
    hostileText,
  );
  await fc.assert(
    fc.asyncProperty(text, async (text) => {
      const sent = await send(text);
      assert.equal(sent.filter((subject) => subject === "today").length, 1);
    }),
    fuzzRuns(150),
  );
});

test("what is read of a state is written and read again alike", () => {
  fc.assert(
    fc.property(spoilings, (all) => {
      const state = parseState(JSON.stringify(spoilAll(STATE, all)));
      if (state !== null) assert.deepEqual(parseState(serializeState(state)), state);
    }),
    fuzzRuns(150),
  );
});

test("a spoke's snapshot of any shape is a snapshot or a malformed object", () => {
  const facts = fc.oneof(hostileJson, fc.constant({}));
  const sample = {
    schemaVersion: 1,
    target: { account: "1", region: "r", cluster: "c" },
    observedFrom: TIME,
  };
  fc.assert(
    fc.property(fc.tuple(facts, spoilings), ([facts, all]) => {
      const value = spoilAll({ ...sample, facts }, all);
      outcomeOf(() => parseObject("the spoke's snapshot", SnapshotSchema, value), [MalformedObjectError]);
    }),
    fuzzRuns(200),
  );
});

test("keys of the bucket of any text", () => {
  const part = fc.oneof(
    fc.constantFrom("state/", "1/", "eu-central-1/", "shop-", TIME, "unknown", ".gone", ".json", "/"),
    hostileText,
  );
  const key = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 4 }), (keys) => {
      outcomeOf(() => findLatestPlaces(keys), []);
      for (const key of keys) {
        const parsed = parseStateKey(key);
        if (parsed !== null && !parsed.gone) assert.equal(toStateKey(parsed.place), key);
      }
    }),
    fuzzRuns(300),
  );
});

test("a finding's id says what it was made of, and no other text is taken for one that is wider", () => {
  const scope = fc.record({
    account: hostileText,
    region: hostileText,
    cluster: hostileText,
    name: hostileText,
  });
  fc.assert(
    fc.property(scope, hostileText, ({ account, region, cluster, name }, text) => {
      outcomeOf(() => parseFindingId(text), []);
      outcomeOf(() => parseFindingId(`ringfence/${text}`), []);
      const subject = { kind: "namespace", name } as const;
      const id = outcomeOf(
        () => toFindingId({ account, region, cluster, createdAt: TIME, controlId: "NETPOL.20", subject }),
        [],
      );
      assert.match(id ?? "", /^[A-Za-z0-9._~/%-]+$/);
      outcomeOf(() => parseFindingId(id ?? ""), []);
    }),
    fuzzRuns(300),
  );
});

const [asff] = JSON.parse([...toAsffExport(sampleReport)].join("")) as readonly unknown[];

test("a finding that Security Hub answers with is read or is a malformed answer", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        hostileJson,
        spoilings.map((all) => spoilAll(asff, all)),
      ),
      (answer) => {
        const finding = outcomeOf(() => parseAsffFinding(answer), [MalformedAnswerError]);
        if (finding !== undefined) outcomeOf(() => toRebuiltRecords([finding]), []);
      },
    ),
    fuzzRuns(200),
  );
});

const CLUSTER = {
  name: "shop",
  arn: "arn:aws:eks:eu-central-1:111111111111:cluster/shop",
  status: "ACTIVE",
  endpoint: "https://abc.gr7.eu-central-1.eks.amazonaws.com",
  certificateAuthority: { data: "eA==" },
  kubernetesNetworkConfig: { ipFamily: "ipv4", serviceIpv4Cidr: "172.20.0.0/16" },
  resourcesVpcConfig: { endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] },
  tags: { a: "b" },
};

test("what EKS describes is read or is a malformed answer", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        hostileJson,
        spoilings.map((all) => spoilAll(CLUSTER, all)),
      ),
      (answer) => {
        outcomeOf(() => toClusterDescription(answer), [MalformedAnswerError]);
        outcomeOf(() => toAddon(answer), [MalformedAnswerError]);
      },
    ),
    fuzzRuns(200),
  );
});

test("an endpoint of any text gets a token only below the Region's own EKS domains", () => {
  const suffix = ".eks.amazonaws.com";
  const part = fc.oneof(
    fc.constantFrom(
      "https://",
      "http://",
      "a.gr7.eu-central-1",
      suffix,
      "@",
      ":443",
      ":8443",
      "/",
      "#",
      "?",
      ".",
      "\\",
      "evil.example",
      "%2e",
      "[::1]",
      "127.0.0.1",
      "\t",
    ),
    hostileText,
  );
  const endpoint = fc.array(part, { maxLength: 7 }).map((parts) => parts.join(""));
  const rules = { partition: "aws", region: "eu-central-1", awsEndpointUrl: undefined };
  assert.equal(findEndpointRefusal(CLUSTER.endpoint, rules), null);
  fc.assert(
    fc.property(endpoint, (endpoint) => {
      if (outcomeOf(() => findEndpointRefusal(endpoint, rules), []) !== null) return;
      const url = new URL(endpoint);
      assert.equal(
        `${url.protocol}//${url.hostname}${url.port}${url.pathname}${url.search}${url.hash}`,
        `https://${url.hostname}/`,
      );
      assert.match(url.hostname, /^[a-z0-9-]+(\.[a-z0-9-]+)*\.eu-central-1\.eks\.amazonaws\.com$/);
    }),
    fuzzRuns(1000),
  );
});

test("a token names the cluster in a signed header and nothing else, whatever the cluster is called", async () => {
  const credentials = {
    accessKeyId: "AKIDEXAMPLE",
    secretAccessKey: "not-a-real-secret",
    sessionToken: "session",
  };
  await fc.assert(
    fc.asyncProperty(hostileText, async (clusterId) => {
      const now = new Date(TIME);
      const request = { partition: "aws", region: "eu-central-1", clusterId, credentials, now };
      const token = await outcomeLater(() => createEksToken(request), []);
      const url = new URL(Buffer.from((token ?? "").replace("k8s-aws-v1.", ""), "base64url").toString());
      assert.equal(url.hostname, "sts.eu-central-1.amazonaws.com");
      assert.equal(url.searchParams.get("X-Amz-SignedHeaders"), "host;x-k8s-aws-id");
      assert.deepEqual([...url.searchParams.keys()].length, 9);
      assert.doesNotMatch(url.href, /not-a-real-secret/);
    }),
    fuzzRuns(50),
  );
});

test("an exemption's annotations of any text", () => {
  const names = ["exempt", "reason", "owner", "until"].map((name) => `ringfence.dev/${name}`);
  const value = fc.oneof(fc.constantFrom("NETPOL.20, NETPOL.22", "NETPOL.2", "2027-01-31"), hostileText);
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names, "__proto__"), value), (annotations) => {
      const exemption = outcomeOf(() => parseNamespaceExemption(annotations), []);
      for (const id of exemption?.controls ?? []) assert.match(id, /^NETPOL\.[1-9]\d{0,2}$/);
      for (const own of ["NETPOL.2", "NETPOL.9", "NETPOL.21", "NETPOL.29"])
        assert.equal(exemption?.controls.includes(own) ?? false, false);
    }),
    fuzzRuns(300),
  );
});

const VALUES = {
  enableNetworkPolicy: "true",
  env: { NETWORK_POLICY_ENFORCING_MODE: "strict" },
  nodeAgent: { a: [1] },
};

test("configuration values of any text are read, and only the true key at its true place turns the switch on", () => {
  const yaml = fc.constantFrom(
    "a: &a [x]\n",
    "b: *a\n",
    "<<: *a\n",
    "? [k]\n: v\n",
    "!!set {a}\n",
    "- x\n",
    "env: {}\n",
    "\t",
    "%YAML 1.1\n---\n",
  );
  const text = fc.oneof(
    spoilings.map((all) => JSON.stringify(spoilAll(VALUES, all))),
    hostileJson.map((value) => JSON.stringify(value)),
    fc.array(fc.oneof(yaml, hostileText), { maxLength: 6 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (text) => {
      const values = outcomeOf(() => parseAddonValues(text), []);
      const merged = outcomeOf(() => mergeAddonValues(text), []);
      if (values?.state === "read" && values.networkPolicy === true)
        assert.match(text, /"?enableNetworkPolicy"?\s*:\s*"?true/);
      if (merged !== undefined && "json" in merged) {
        const after = parseAddonValues(merged.json);
        assert.equal(after.state === "read" && after.networkPolicy, true);
      }
    }),
    fuzzRuns(300),
  );
});
