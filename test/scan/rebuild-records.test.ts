// What can be read back out of Security Hub, and how it is laid beside what the state remembers.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { STATUSES } from "../../lib/model/finding.ts";
import { isOpen } from "../../lib/scan/change.ts";
import { mergeRecords, toRebuiltRecords } from "../../lib/scan/rebuild-records.ts";
import { toAsff } from "../../lib/sinks/security-hub.ts";
import { day, finding, history, place } from "./life.ts";

const sent = (status: (typeof STATUSES)[number]) =>
  toAsff(
    finding(status, { severity: "high", ...(status === "not-applicable" ? { change: "vanished" } : {}) }),
    {
      productArn: "arn:aws:securityhub:eu-central-1:111111111111:product/111111111111/default",
      accountId: place.account,
      region: place.region,
      partition: "aws",
      now: day(2),
      createdAt: day(1).toISOString(),
    },
  );

describe("what was sent is read back", () => {
  for (const status of STATUSES)
    test(status, () => {
      const [record] = toRebuiltRecords([sent(status)]);
      const { id, controlId, title, subject } = finding(status);
      assert.deepEqual(record, {
        id,
        controlId,
        title,
        subject,
        firstSeenAt: day(1).toISOString(),
        confirmed: {
          status,
          severity: "high",
          contentHash: "",
          recordState: status === "not-applicable" ? "ARCHIVED" : "ACTIVE",
          sentAt: day(2).toISOString(),
          wasFailing: status === "unknown" ? null : status === "fail",
        },
        ...(status === "exempt" ? { exemptionFirstSeenAt: day(2).toISOString() } : {}),
        ...(isOpen(status) ? { openSince: day(2).toISOString() } : {}),
      });
    });

  test("since when it is open is read back where it was sent", () => {
    const finding = sent("fail");
    const fields = { ...finding.ProductFields, "ringfence/OpenSince": day(-7).toISOString() };
    const [record] = toRebuiltRecords([{ ...finding, ProductFields: fields }]);
    assert.equal(record?.openSince, day(-7).toISOString());
  });

  test("times in any form of RFC 3339", () => {
    const other = {
      ...sent("fail"),
      CreatedAt: "2026-11-02T07:00:00+01:00",
      UpdatedAt: "2026-11-03T06:00:00.000000Z",
    };
    const [record] = toRebuiltRecords([other]);
    assert.deepEqual(
      [record?.firstSeenAt, record?.confirmed?.sentAt],
      [day(1).toISOString(), day(2).toISOString()],
    );
  });

  test("without our own fields nothing is guessed", () => {
    const { ProductFields: _, ...bare } = sent("fail");
    assert.deepEqual(toRebuiltRecords([bare]), []);
    assert.deepEqual(toRebuiltRecords([{ ...sent("fail"), Id: "ringfence/other" }]), []);
    assert.deepEqual(toRebuiltRecords([{ ...sent("fail"), CreatedAt: "long ago" }]), []);
  });

  test("the status is that of Compliance where an older version said it only there", () => {
    const { ProductFields: { "ringfence/Status": _, ...fields } = {}, ...rest } = sent("exempt");
    const [record] = toRebuiltRecords([{ ...rest, ProductFields: fields }]);
    assert.equal(record?.confirmed?.status, "exempt");
  });
});

describe("beside what is remembered", () => {
  const [found] = toRebuiltRecords([sent("fail")]);
  assert.ok(found?.confirmed);

  test("the earlier CreatedAt and the later UpdatedAt hold, and the content is to be sent again", () => {
    const [record] = mergeRecords(history("fail"), [found]);
    assert.equal(record?.firstSeenAt, day(0).toISOString());
    assert.equal(record?.confirmed?.sentAt, day(2).toISOString());
    assert.equal(record?.confirmed?.contentHash, "");
    const [older] = mergeRecords(history("fail"), [{ ...found, firstSeenAt: day(-3).toISOString() }]);
    assert.equal(older?.firstSeenAt, day(-3).toISOString());
  });

  test("what only one of both knows stays", () => {
    const other = { ...found, id: `${found.id.slice(0, -1)}0` };
    assert.equal(mergeRecords(history("fail"), [other]).length, 2);
    assert.equal(mergeRecords([], [other])[0], other);
  });

  test("what was intended elsewhere is not taken for sent here", () => {
    const [remembered] = history("fail");
    assert.ok(remembered?.confirmed);
    const pending = { ...remembered, confirmed: null, intended: remembered.confirmed };
    const [record] = mergeRecords([pending], [found]);
    assert.deepEqual([record?.confirmed, record?.intended?.contentHash], [null, ""]);
    assert.equal(record?.intended?.sentAt, day(2).toISOString());
  });
});
