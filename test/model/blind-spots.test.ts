import assert from "node:assert/strict";
import { test } from "node:test";
import { toBlindSpotSentence, toScopeCounts } from "../../lib/model/blind-spots.ts";
import type { Coverage } from "../../lib/model/target.ts";

const manifests = { account: null, region: null, cluster: "manifests" } as const;

test("a document that could not be read is counted as a document, and not as the cluster it stands for too", () => {
  const coverage: readonly Coverage[] = [
    { ...manifests, outcome: "scanned" },
    { ...manifests, file: "a.yaml", line: 3, outcome: "missed", why: "malformed" },
    { ...manifests, file: "b.yaml", outcome: "missed", why: "unreachable" },
  ];
  assert.equal(
    toBlindSpotSentence(coverage),
    "2 documents could not be looked at. What was not seen was not judged.",
  );
});

test("each scope is counted once", () => {
  const scopes: readonly Coverage[] = [
    { account: "111122223333", region: "eu-west-1", cluster: "a", outcome: "missed" },
    { account: "111122223333", region: "eu-west-1", cluster: null, outcome: "missed" },
    { account: "111122223333", region: null, cluster: null, outcome: "missed" },
    { account: null, region: null, cluster: null, outcome: "missed" },
    { ...manifests, file: "a.yaml", outcome: "missed" },
  ];
  assert.equal(toScopeCounts(scopes), "1 cluster, 1 Region, 1 account and 1 document");
});
