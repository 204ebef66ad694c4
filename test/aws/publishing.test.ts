// Where results go: Security Hub, SNS, S3 and Secrets Manager, against the emulated cloud.

import assert from "node:assert/strict";
import { test } from "node:test";
import { toUnseen } from "../../lib/aws/errors.ts";
import { openBucket } from "../../lib/aws/s3.ts";
import { getSecretValue } from "../../lib/aws/secrets.ts";
import { getSecureParameter } from "../../lib/aws/parameters.ts";
import { openTopic } from "../../lib/aws/sns.ts";
import type { AsffFinding } from "../../lib/model/asff.ts";
import { HUB_ACCOUNT, MEMBER_ACCOUNT, REGION } from "../../emulator/worlds/scenarios/small-company.ts";
import { openWorld } from "./open-world.ts";
import { twoAccounts } from "./two-accounts.ts";
import { answerWith, credentials, startWire, type Answer } from "./wire-server.ts";

/** Without clusters; the member's hub is on in one Region of two. */
const company = twoAccounts([], {
  member: { enabledRegions: [REGION, "eu-west-1"], securityHubRegions: [REGION] },
});

function finding(index: number, more: Partial<AsffFinding> = {}): AsffFinding {
  return {
    SchemaVersion: "2018-10-08",
    Id: `ringfence/${REGION}/${MEMBER_ACCOUNT}/shop/NETPOL.20/${String(index).padStart(16, "0")}`,
    ProductArn: `arn:aws:securityhub:${REGION}:${MEMBER_ACCOUNT}:product/${MEMBER_ACCOUNT}/default`,
    GeneratorId: "ringfence/NETPOL.20",
    AwsAccountId: MEMBER_ACCOUNT,
    CreatedAt: "2026-11-21T06:00:00.000Z",
    UpdatedAt: "2026-11-21T06:00:00.000Z",
    Title: "Namespaces should have a NetworkPolicy",
    Description: "Namespace shop has no NetworkPolicy.",
    Remediation: { Recommendation: { Text: "Add one." } },
    ProductFields: { "ringfence/control": "NETPOL.20" },
    Resources: [
      {
        Type: "AwsEksCluster",
        Id: `arn:aws:eks:${REGION}:${MEMBER_ACCOUNT}:cluster/shop`,
        Partition: "aws",
        Region: REGION,
        Details: { AwsEksCluster: { Name: "shop", Version: "1.34" } },
      },
      {
        Type: "Other",
        Id: `arn:aws:eks:${REGION}:${MEMBER_ACCOUNT}:cluster/shop/namespace/web`,
        Details: { Other: { namespace: "web" } },
      },
    ],
    Compliance: {
      Status: "FAILED",
      StatusReasons: [{ ReasonCode: "NO_POLICY", Description: "none" }],
      RelatedRequirements: ["CIS EKS 4.3.2"],
    },
    RecordState: "ACTIVE",
    FindingProviderFields: {
      Severity: { Label: "HIGH", Original: "high" },
      Types: ["Software and Configuration Checks/AWS Security Best Practices/Network Reachability"],
    },
    ...more,
  };
}

test("findings are imported and read back as they were", async () => {
  await using open = await openWorld(company);
  const hub = (await open.scanner.enterAccount(MEMBER_ACCOUNT)).securityHub(REGION);
  assert.equal(hub.productArn, finding(0).ProductArn);
  const sent = [finding(0), finding(1, { RecordState: "ARCHIVED" })];
  assert.deepEqual(await hub.importFindings(sent), { successCount: 2, failed: [] });
  const byId = (a: AsffFinding, b: AsffFinding) => (a.Id < b.Id ? -1 : 1);
  // Security Hub names the product of a custom integration where the sender did not.
  const named = { CompanyName: "Personal", ProductName: "Default" };
  assert.deepEqual(
    (await hub.listFindings({})).toSorted(byId),
    sent.map((one) => Object.assign({}, one, named)),
  );
  assert.deepEqual(
    (await hub.listFindings({ recordState: "ACTIVE" })).map(({ Id }) => Id),
    [sent[0]?.Id],
  );
  assert.deepEqual(await hub.listFindings({ idPrefix: `ringfence/${REGION}/other` }), []);
});

test("all pages of findings are read", async () => {
  await using open = await openWorld(company);
  const hub = (await open.scanner.enterAccount(MEMBER_ACCOUNT)).securityHub(REGION);
  for (const start of [0, 100, 200])
    await hub.importFindings(
      Array.from({ length: start === 200 ? 5 : 100 }, (_, index) => finding(start + index)),
    );
  const found = await hub.listFindings({});
  assert.equal(new Set(found.map(({ Id }) => Id)).size, 205);
  assert.equal(open.scanner.callCounts["securityhub:GetFindings"], 3);
});

test("other senders of the same product are none of our business", async () => {
  await using open = await openWorld(company);
  const hub = (await open.scanner.enterAccount(MEMBER_ACCOUNT)).securityHub(REGION);
  await hub.importFindings([finding(0, { Id: "kube-bench/1", GeneratorId: "kube-bench" }), finding(1)]);
  assert.deepEqual(
    (await hub.listFindings({})).map(({ Id }) => Id),
    [finding(1).Id],
  );
});

test("every rejected finding is named", async () => {
  await using open = await openWorld(company);
  const hub = (await open.scanner.enterAccount(MEMBER_ACCOUNT)).securityHub(REGION);
  const { successCount, failed } = await hub.importFindings([
    finding(0),
    finding(1, { Title: "x".repeat(300) }),
  ]);
  assert.equal(successCount, 1);
  assert.deepEqual(
    failed.map(({ id, code }) => [id, code]),
    [[finding(1).Id, "InvalidInput"]],
  );
});

test("a hub that is off, and a finding of another account, are refused", async () => {
  await using open = await openWorld(company);
  const member = await open.scanner.enterAccount(MEMBER_ACCOUNT);
  const off = member.securityHub("eu-west-1");
  const elsewhere = finding(0, { ProductArn: off.productArn });
  await assert.rejects(off.importFindings([elsewhere]), (error: Error) => {
    assert.equal(error.name, "InvalidAccessException");
    return toUnseen(error)?.why === "access-denied";
  });
  const own = (await open.scanner.enterAccount(HUB_ACCOUNT)).securityHub(REGION);
  await assert.rejects(own.importFindings([finding(0)]), (error) => toUnseen(error)?.why === "access-denied");
});

test("a message is published with its attributes", async () => {
  await using open = await openWorld(company);
  const { topicArn, stores } = open.emulator;
  const topic = openTopic(topicArn, open.transport, open.credentials);
  const attributes = { severity: "high", accounts: [HUB_ACCOUNT, MEMBER_ACCOUNT] };
  const { messageId } = await topic.publish({ subject: "Ringfence: 2 new", body: '{"new": 2}', attributes });
  const [message] = stores.messages.get(topicArn) ?? [];
  assert.equal(message?.messageId, messageId);
  assert.equal(message?.subject, "Ringfence: 2 new");
  assert.equal(message?.message, '{"new": 2}');
  assert.deepEqual(Object.fromEntries(message?.attributes ?? []), {
    severity: { type: "String", value: "high" },
    accounts: { type: "String.Array", value: `["${HUB_ACCOUNT}","${MEMBER_ACCOUNT}"]` },
  });
});

test("a message that may have arrived is not sent again, and one that was refused is", async () => {
  const message = { subject: "s", body: "b", attributes: {} };
  const waysOfAnswering: readonly (readonly [Answer, number])[] = [
    [(request) => request.socket.destroy(), 1],
    [() => {}, 1],
    [answerWith(200, "<PublishResponse><Publ", { "content-type": "text/xml" }), 1],
    [answerWith(500, "", {}), 2],
    [answerWith(429, "", { "retry-after": "0" }), 2],
  ];
  for (const [answer, requests] of waysOfAnswering) {
    await using wire = await startWire(answer, { requestTimeoutMs: 300 });
    const topic = openTopic("arn:aws:sns:eu-west-1:111122223333:t", wire.transport, credentials);
    await assert.rejects(topic.publish(message), (error) => toUnseen(error) !== null);
    assert.equal(wire.requests.length, requests, String(answer));
  }
});

test("each message has a connection of its own, which cannot be stale", async () => {
  const published =
    "<PublishResponse><PublishResult><MessageId>m</MessageId></PublishResult></PublishResponse>";
  await using wire = await startWire(answerWith(200, published, { "content-type": "text/xml" }));
  const topic = openTopic("arn:aws:sns:eu-west-1:111122223333:t", wire.transport, credentials);
  for (const body of ["a", "b"]) await topic.publish({ subject: "s", body, attributes: {} });
  assert.equal(wire.connections(), 2);
});

test("a topic ARN without a Region is our own mistake", () => {
  assert.throws(() => openTopic("topic", undefined as never), TypeError);
});

test("objects are written on condition, read, and listed in order", async () => {
  await using open = await openWorld(company);
  const store = openBucket(
    { bucket: "ringfence-state", region: REGION, credentials: open.credentials },
    open.transport,
  );
  assert.equal(await store.getObject("state/a.json"), null);
  const first = await store.putObject("state/a.json", '{"ü": "💥"}', { ifNoneMatch: "*" });
  assert.deepEqual(await store.getObject("state/a.json"), { body: '{"ü": "💥"}', etag: first });
  const lost = { name: "PreconditionFailed" };
  await assert.rejects(store.putObject("state/a.json", "{}", { ifNoneMatch: "*" }), lost);
  await assert.rejects(store.putObject("state/a.json", "{}", { ifMatch: '"other"' }), lost);
  await assert.rejects(store.putObject("state/none.json", "{}", { ifMatch: first }), lost);
  const second = await store.putObject("state/a.json", "{}", { ifMatch: first });
  assert.notEqual(second, first);
  await assert.rejects(store.putObject("state/a.json", "{}", { ifMatch: first }), lost);
  await store.putObject("state/B.json", "", undefined);
  assert.deepEqual(await store.getObject("state/B.json"), {
    body: "",
    etag: await store.putObject("state/B.json", ""),
  });
  await store.putObject("runs/1/report.json", "{}");
  assert.deepEqual(await store.listObjects("state/"), ["state/B.json", "state/a.json"]);
  assert.deepEqual(await store.listObjects("nothing/"), []);
});

test("a list of objects goes over pages", async () => {
  await using open = await openWorld(company);
  const store = openBucket(
    { bucket: "ringfence-state", region: REGION, credentials: open.credentials },
    open.transport,
  );
  const keys = Array.from({ length: 1001 }, (_, index) => `runs/1/${String(index).padStart(5, "0")}.json`);
  for (let start = 0; start < keys.length; start += 50)
    await Promise.all(keys.slice(start, start + 50).map((key) => store.putObject(key, "{}")));
  assert.deepEqual(await store.listObjects("runs/"), keys);
  assert.equal(open.scanner.callCounts["s3:ListObjectsV2"], 2);
});

test("a bucket that does not exist is an error, not an object that does not", async () => {
  await using open = await openWorld(company);
  const bucket = { bucket: "somebody-elses", region: REGION, credentials: open.credentials };
  await assert.rejects(openBucket(bucket, open.transport).getObject("a"), { name: "NoSuchBucket" });
});

test("a secret is read, and stays out of the error when it is not there", async () => {
  await using open = await openWorld(company);
  const arn = open.emulator.putSecret("ringfence/slack", "https://hooks.slack.example/services/T0/B0/secret");
  assert.equal(
    await getSecretValue(arn, open.transport, open.credentials),
    "https://hooks.slack.example/services/T0/B0/secret",
  );
  await assert.rejects(getSecretValue(arn.replace("slack", "gone"), open.transport, open.credentials), {
    name: "ResourceNotFoundException",
  });
});

test("a SecureString is read in clear; what is kept in clear is refused without being repeated", async () => {
  await using open = await openWorld(company);
  const url = "https://hooks.slack.example/services/T0/B0/secret";
  open.emulator.putParameter("/ringfence/slack", url);
  open.emulator.putParameter("/ringfence/plain", url, "String");
  const read = (name: string) => getSecureParameter(name, REGION, open.transport, open.credentials);
  assert.equal(await read("/ringfence/slack"), url);
  await assert.rejects(read("/ringfence/plain"), (error: Error) => {
    assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)}`, /hooks\.slack/);
    assert.deepEqual(toUnseen(error), {
      seen: false,
      why: "not-supported",
      detail: "the parameter is no SecureString; store the secret as one",
    });
    return true;
  });
  await assert.rejects(read("/ringfence/gone"), { name: "ParameterNotFound" });
});
