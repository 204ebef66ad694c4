// The shape of `ringfence explain --format json` as a schema, from which schemas/explanation.schema.json is generated. It
// may not drift from the types of lib/model: the last line makes the compiler compare.

import * as v from "valibot";
import type { Explanation } from "../model/explanation.ts";
import { DEAD_PEER_SELECTIONS, DIRECTIONS, OVER_BROAD_REASONS } from "../model/isolation-detail.ts";
import { WHYS } from "../model/observed.ts";
import { ClusterSchema, FindingSchema, type IsSame, NamespaceSchema, type Writable } from "./schema.ts";

const Text = v.string();
const Means = v.pipe(v.string(), v.description("One sentence: what was seen, and no judgement."));

const place = {
  policy: Text,
  direction: v.picklist(DIRECTIONS),
  path: v.pipe(v.string(), v.description("Where it stands in the policy, as spec.ingress[0].from[1].")),
};

const OverBroadRuleSchema = v.strictObject({
  ...place,
  reason: v.picklist(OVER_BROAD_REASONS),
  detail: v.pipe(v.string(), v.description("Who it admits, and on which ports.")),
  means: Means,
});

const DeadPeerSchema = v.strictObject({
  ...place,
  detail: v.pipe(v.string(), v.description("Who it selects.")),
  selects: v.pipe(
    v.picklist(DEAD_PEER_SELECTIONS),
    v.description("Uncounted pods are on the host's network, finished or being deleted."),
  ),
  means: Means,
});

const ProblemSchema = v.strictObject({ policy: Text, because: Text });

function toFirstItems<T extends v.GenericSchema>(item: T) {
  const more = v.pipe(v.number(), v.integer(), v.minValue(0), v.description("How many there are besides."));
  return v.strictObject({ items: v.array(item), more });
}

const RulesReviewSchema = v.strictObject({
  overBroadRules: toFirstItems(OverBroadRuleSchema),
  deadPeers: toFirstItems(DeadPeerSchema),
  problems: v.pipe(
    toFirstItems(ProblemSchema),
    v.description("What could not be read: what it admits is not known."),
  ),
  ignoredPolicies: v.pipe(
    toFirstItems(ProblemSchema),
    v.description("They count for nothing: the engine does not implement their API."),
  ),
  blind: v.pipe(
    v.nullable(v.string()),
    v.description("Why these lists may lack something; null: all policies were seen."),
  ),
});

const SeenRulesSchema = v.strictObject({ seen: v.literal(true), value: RulesReviewSchema });
const UnseenRulesSchema = v.strictObject({ seen: v.literal(false), why: v.picklist(WHYS), detail: Text });

const { account, region, name, createdAt, version, enforcement } = ClusterSchema.entries;

const NamespaceExplanationSchema = v.strictObject({
  schemaVersion: v.literal(1),
  kind: v.literal("namespace"),
  cluster: v.strictObject({ account, region, name, createdAt, version, enforcement }),
  namespace: NamespaceSchema,
  rules: v.pipe(
    v.union([SeenRulesSchema, UnseenRulesSchema]),
    v.description("Not seen where only a report was looked at."),
  ),
  findings: v.array(FindingSchema),
});

const FindingExplanationSchema = v.strictObject({
  schemaVersion: v.literal(1),
  kind: v.literal("finding"),
  finding: FindingSchema,
  about: Text,
});

const MissedExplanationSchema = v.strictObject({
  schemaVersion: v.literal(1),
  kind: v.pipe(
    v.literal("missed"),
    v.description("Not in what could be looked at, and not everything could."),
  ),
  subject: Text,
  because: Text,
});

export const ExplanationSchema = v.union([
  NamespaceExplanationSchema,
  FindingExplanationSchema,
  MissedExplanationSchema,
]);

true satisfies IsSame<Writable<v.InferOutput<typeof ExplanationSchema>>, Writable<Explanation>>;
