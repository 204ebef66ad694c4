import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseFindingId, toFindingId, type FindingIdParts } from "../../lib/model/finding-id.ts";

const parts: FindingIdParts = {
  region: "eu-central-1",
  account: "111122223333",
  cluster: "shop-prod",
  controlId: "NETPOL.20",
  createdAt: "2025-03-01T08:30:00Z",
  subject: { kind: "namespace", name: "payments" },
};

// The hashes were made with sha256sum, not with this code, over for instance
// ["2025-03-01T08:30:00.000Z","namespace","payments"].
// Golden: these ids live in people's Security Hub, tickets and exemptions. They never change.
const golden: readonly (readonly [what: string, parts: FindingIdParts, id: string])[] = [
  ["a namespace", parts, "ringfence/eu-central-1/111122223333/shop-prod/NETPOL.20/e6395c8504cbe2cb"],
  [
    "the cluster itself",
    { ...parts, controlId: "NETPOL.2", subject: { kind: "cluster", name: "shop-prod" } },
    "ringfence/eu-central-1/111122223333/shop-prod/NETPOL.2/a7d367db978abdf8",
  ],
  [
    "an account that could not be entered",
    {
      region: null,
      account: "444455556666",
      cluster: null,
      controlId: "NETPOL.9",
      createdAt: null,
      subject: { kind: "account", name: "444455556666" },
    },
    "ringfence/-/444455556666/-/NETPOL.9/0ae551815e50980d",
  ],
  [
    "a kubeconfig cluster with a name of reserved characters",
    { ...parts, region: null, account: null, cluster: "kind@me/ü!'()*", createdAt: null },
    "ringfence/-/-/kind%40me%2F%C3%BC%21%27%28%29%2A/NETPOL.20/b571b4c171f928c9",
  ],
];

for (const [what, given, id] of golden) {
  test(`the id of ${what} is frozen`, () => {
    assert.equal(toFindingId(given), id);
  });
}

test("one instant written in two ways is one cluster", () => {
  assert.equal(toFindingId({ ...parts, createdAt: "2025-03-01T09:30:00.000+01:00" }), toFindingId(parts));
});

const different: readonly (readonly [what: string, change: Partial<FindingIdParts>])[] = [
  ["Region", { region: "us-east-1" }],
  ["account", { account: "999988887777" }],
  ["cluster", { cluster: "shop-test" }],
  ["control", { controlId: "NETPOL.22" }],
  ["creation time (the cluster was made again)", { createdAt: "2025-03-01T08:30:01Z" }],
  ["unknown creation time", { createdAt: null }],
  ["subject kind", { subject: { kind: "cluster", name: "payments" } }],
  ["subject name", { subject: { kind: "namespace", name: "payment" } }],
  ["cluster that is called -", { cluster: "-" }],
];

for (const [what, change] of different) {
  test(`another ${what} gives another id`, () => {
    assert.notEqual(toFindingId({ ...parts, ...change }), toFindingId(parts));
  });
}

test("no cluster and a cluster called - are told apart", () => {
  assert.notEqual(toFindingId({ ...parts, cluster: null }), toFindingId({ ...parts, cluster: "-" }));
});

const anyText = fc.string({ unit: "binary", minLength: 1, maxLength: 80 });

test("law: an id has only unreserved characters, % and /, and gives its scope back", () => {
  fc.assert(
    fc.property(
      fc.option(anyText),
      fc.option(anyText),
      fc.option(anyText),
      anyText,
      (region, account, cluster, name) => {
        const id = toFindingId({ ...parts, region, account, cluster, subject: { kind: "namespace", name } });
        assert.match(id, /^ringfence\/[\w.~%-]+\/[\w.~%-]+\/[\w.~%-]+\/NETPOL\.20\/[0-9a-f]{16}$/);
        assert.deepEqual(parseFindingId(id), { region, account, cluster, controlId: "NETPOL.20" });
      },
    ),
  );
});

test("a lone surrogate in a name does not throw", () => {
  assert.match(toFindingId({ ...parts, cluster: "a\ud800" }), /\/a%EF%BF%BD\//);
});

const foreign = [
  "",
  "ringfence/",
  "prowler/eu-central-1/111122223333/a/NETPOL.1/0011223344556677",
  "ringfence/eu-central-1/111122223333/a/NETPOL.1/00112233445566",
  "ringfence/eu-central-1/111122223333/a/b/NETPOL.1/0011223344556677",
  "ringfence/eu-central-1/111122223333/%E0%A4/NETPOL.1/0011223344556677",
  "ringfence/eu-central-1/111122223333/a/-/0011223344556677",
];

for (const id of foreign) {
  test(`${JSON.stringify(id)} is not one of our ids`, () => {
    assert.equal(parseFindingId(id), null);
  });
}
