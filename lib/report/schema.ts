// The report's shape as a schema, from which schemas/report.schema.json is generated and the order of keys in
// the JSON is taken. It may not drift from the types of lib/model: the last line makes the compiler compare.

import * as v from "valibot";
import { CHANGES, SEVERITIES, STATUSES, SUBJECT_KINDS } from "../model/finding.ts";
import { WHYS } from "../model/observed.ts";
import { COMPUTE_TYPES, DEFAULT_DENIES, ENFORCEMENT_VERDICTS, ENGINES, POSTURES } from "../model/posture.ts";
import type { Report } from "../model/report.ts";
import { COVERAGE_OUTCOMES } from "../model/target.ts";

const Text = v.string();
const Texts = v.array(v.string());
const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Time = v.pipe(v.string(), v.isoTimestamp(), v.description("RFC 3339"));
const Share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

// Null where there is no AWS around the cluster, or where it means "the whole of".
const Account = v.nullable(v.pipe(v.string(), v.regex(/^\d{12}$/)));
const Region = v.nullable(v.string());

export const EvidenceSchema = v.strictObject({
  source: Text,
  object: Text,
  observed: Text,
  means: Text,
  command: v.pipe(v.string(), v.description("Reads the same thing again; empty where no command can.")),
  file: v.exactOptional(v.pipe(v.string(), v.description("Where it stands in the manifests."))),
  line: v.exactOptional(v.pipe(Count, v.minValue(1))),
});

export const RemediationSchema = v.strictObject({
  text: Text,
  commands: Texts,
  files: v.array(v.strictObject({ name: Text, content: Text })),
});

export const FindingSchema = v.strictObject({
  id: v.pipe(v.string(), v.regex(/^ringfence\/[^/]+\/[^/]+\/[^/]+\/[^/]+\/[0-9a-f]{16}$/)),
  controlId: v.pipe(v.string(), v.regex(/^NETPOL\.[1-9]\d*$/)),
  title: Text,
  status: v.picklist(STATUSES),
  severity: v.picklist(SEVERITIES),
  account: Account,
  region: Region,
  cluster: v.nullable(v.string()),
  subject: v.strictObject({ kind: v.picklist(SUBJECT_KINDS), name: Text }),
  because: v.pipe(v.string(), v.description("One full sentence.")),
  evidence: v.array(EvidenceSchema),
  remediation: RemediationSchema,
  firstSeenAt: v.exactOptional(Time),
  change: v.exactOptional(v.picklist(CHANGES)),
  exemption: v.exactOptional(
    v.pipe(
      v.strictObject({ until: Text, owner: Text, reason: Text, source: Text }),
      v.description(
        "Of an exempt finding: who accepted it, why, and the last day on which that holds (UTC).",
      ),
    ),
  ),
});

export const CoverageSchema = v.strictObject({
  account: Account,
  region: Region,
  cluster: v.nullable(v.string()),
  file: v.exactOptional(Text),
  line: v.exactOptional(Count),
  outcome: v.picklist(COVERAGE_OUTCOMES),
  why: v.exactOptional(v.picklist(WHYS)),
  detail: v.exactOptional(Text),
});

export const NodeSchema = v.strictObject({
  name: Text,
  computeType: v.picklist(COMPUTE_TYPES),
  engine: v.nullable(v.picklist(ENGINES)),
  verdict: v.picklist(["enforced", "not-enforced", "unknown"]),
  pods: v.nullable(Count),
  because: Text,
});

export const EnforcementSchema = v.strictObject({
  verdict: v.picklist(ENFORCEMENT_VERDICTS),
  engine: v.nullable(v.picklist(ENGINES)),
  engines: v.array(v.picklist(ENGINES)),
  mode: v.nullable(v.picklist(["standard", "strict"])),
  because: Text,
  evidence: v.array(EvidenceSchema),
  nodes: v.array(NodeSchema),
  missing: v.pipe(Texts, v.description("Facts that would have been needed and were not seen.")),
  notAttempted: v.boolean(),
  unselectedPods: v.nullable(v.picklist(["allowed", "denied"])),
  ipBlocksMatchPods: v.nullable(v.boolean()),
});

export const DirectionSchema = v.strictObject({
  isolated: v.nullable(v.boolean()),
  openToCluster: v.nullable(v.boolean()),
  openToExternal: v.nullable(v.boolean()),
  externalShare: v.nullable(Share),
  policies: Texts,
  nullifiedBy: Texts,
  because: v.exactOptional(Text),
});

export const WorkloadSchema = v.strictObject({
  kind: Text,
  name: Text,
  pods: v.strictObject({
    counted: Count,
    isolatedIngress: v.nullable(Count),
    isolatedEgress: v.nullable(Count),
  }),
  hostNetwork: v.boolean(),
  ingress: DirectionSchema,
  egress: DirectionSchema,
});

const DefaultDenySchema = v.strictObject({
  ingress: v.picklist(DEFAULT_DENIES),
  egress: v.picklist(DEFAULT_DENIES),
});

const ReachSchema = v.strictObject({
  isolated: v.nullable(v.boolean()),
  openToCluster: v.nullable(v.boolean()),
  openToExternal: v.nullable(v.boolean()),
  externalShare: v.nullable(Share),
  rules: v.array(v.strictObject({ action: v.picklist(["allow", "deny", "pass"]), peer: Text, ports: Text })),
  moreRules: Count,
  otherwise: v.nullable(v.picklist(["allow", "deny"])),
  isDoubtful: v.boolean(),
});

const SuggestionSideSchema = v.strictObject({
  posture: v.picklist(POSTURES),
  defaultDeny: DefaultDenySchema,
  groups: v.array(
    v.strictObject({
      workloads: Texts,
      moreWorkloads: Count,
      pods: Count,
      hostNetwork: v.boolean(),
      ingress: ReachSchema,
      egress: ReachSchema,
    }),
  ),
  moreWorkloads: Count,
});

const SuggestionSchema = v.strictObject({
  policies: Texts,
  before: SuggestionSideSchema,
  after: SuggestionSideSchema,
});

export const NamespaceSchema = v.strictObject({
  name: Text,
  posture: v.picklist(POSTURES),
  assumesEnforcement: v.exactOptional(v.boolean()),
  policies: Texts,
  deadPolicies: Texts,
  unprocessedPolicies: v.exactOptional(
    v.pipe(Texts, v.description("Not processed by AWS's controller as they stand: NETPOL.5 says why.")),
  ),
  defaultDeny: DefaultDenySchema,
  workloads: v.array(WorkloadSchema),
  suggestion: v.exactOptional(
    v.pipe(SuggestionSchema, v.description("What its suggested policies would change: a comparison.")),
  ),
});

export const ClusterSchema = v.strictObject({
  account: Account,
  region: Region,
  name: Text,
  createdAt: v.exactOptional(Time),
  version: v.exactOptional(Text),
  routeTags: v.exactOptional(
    v.pipe(Texts, v.description("Tags of publish.routes that it carries, where tags are trusted.")),
  ),
  enforcement: EnforcementSchema,
  namespaces: v.array(NamespaceSchema),
  suggestionsLeftOut: v.exactOptional(Count),
});

export const ProbeSchema = v.strictObject({
  from: Text,
  to: Text,
  port: v.union([v.number(), v.string()]),
  protocol: Text,
  allowed: v.nullable(v.boolean()),
  because: Text,
});

export const TrendPointSchema = v.strictObject({
  startedAt: Time,
  complete: v.boolean(),
  clusters: v.strictObject({
    expected: Count,
    scanned: Count,
    partial: Count,
    missed: Count,
    skipped: Count,
  }),
  enforcement: v.strictObject({ judged: Count, enforced: Count }),
  isolation: v.strictObject({ judged: Count, isolated: Count }),
  failed: v.strictObject({
    critical: Count,
    high: Count,
    medium: Count,
    low: Count,
    informational: Count,
  }),
});

export const ReportSchema = v.strictObject({
  schemaVersion: v.literal(1),
  tool: v.strictObject({ name: v.literal("ringfence"), version: Text }),
  startedAt: Time,
  finishedAt: Time,
  complete: v.pipe(v.boolean(), v.description("False as soon as one coverage entry is partial or missed.")),
  coverage: v.array(CoverageSchema),
  clusters: v.array(ClusterSchema),
  findings: v.array(FindingSchema),
  probes: v.exactOptional(v.array(ProbeSchema)),
  trend: v.exactOptional(
    v.pipe(v.array(TrendPointSchema), v.description("Runs that the state remembers, oldest first.")),
  ),
  stats: v.exactOptional(
    v.strictObject({
      durationMs: Count,
      awsCalls: v.record(v.string(), Count),
      kubernetesRequests: Count,
    }),
  ),
});

/** The same type with every `readonly` taken off, so that only names, types and optionality are compared. */
export type Writable<T> = T extends readonly (infer Item)[]
  ? Writable<Item>[]
  : T extends object
    ? { -readonly [Key in keyof T]: Writable<T[Key]> }
    : T;
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- assignability would overlook an optional key; identity is only compared between deferred conditional types
export type IsSame<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

true satisfies IsSame<Writable<v.InferOutput<typeof ReportSchema>>, Writable<Report>>;
