// The JSON Schemas of schemas/, made from the schemas that the code itself checks with. Pure: nothing is
// written here, so that a test can compare with what is committed.

import {
  toJsonSchema,
  toJsonSchemaDefs,
  type ConversionConfig,
  type JsonSchema,
} from "@valibot/to-json-schema";
import { ConfigurationSchema } from "../lib/config/config.ts";
import {
  ChunkSchema,
  CollectInputSchema,
  CollectOutputSchema,
  DiscoverInputSchema,
  DiscoverOutputSchema,
  PlanInputSchema,
  ReportInputSchema,
  RunSchema,
  ScanOutputSchema,
  StartEventSchema,
} from "../lib/events.ts";
import { ExplanationSchema } from "../lib/report/explanation-schema.ts";
import {
  ClusterSchema,
  CoverageSchema,
  DirectionSchema,
  EnforcementSchema,
  EvidenceSchema,
  FindingSchema,
  NamespaceSchema,
  NodeSchema,
  ProbeSchema,
  RemediationSchema,
  ReportSchema,
  WorkloadSchema,
} from "../lib/report/schema.ts";

const DRAFT = "https://json-schema.org/draft/2020-12/schema";

const settings: ConversionConfig = {
  target: "draft-2020-12",
  typeMode: "input",
  // Rules between keys, and dates that no calendar has: an editor learns of them when Ringfence reads the file.
  ignoreActions: ["check", "raw_check", "partial_check"],
};

/** File name under schemas/ → its text. */
export function toSchemaFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["config.schema.json", toFile("Ringfence configuration", toConfigurationSchema())],
    ["report.schema.json", toFile("Ringfence report (--format json)", toReportSchema())],
    [
      "explanation.schema.json",
      toFile("One document of ringfence explain --format json", toExplanationSchema()),
    ],
    ["events.schema.json", toFile("Events between the handlers of Ringfence", toEventSchemas())],
  ]);
}

function toFile(title: string, schema: JsonSchema): string {
  return `${JSON.stringify({ $schema: DRAFT, title, ...schema }, null, 2)}\n`;
}

function toConfigurationSchema(): JsonSchema {
  return toJsonSchema(ConfigurationSchema, settings);
}

/** What a report and an explanation have in common. */
const PARTS = {
  direction: DirectionSchema,
  enforcement: EnforcementSchema,
  evidence: EvidenceSchema,
  finding: FindingSchema,
  namespace: NamespaceSchema,
  node: NodeSchema,
  remediation: RemediationSchema,
  workload: WorkloadSchema,
};

function toReportSchema(): JsonSchema {
  const definitions = { cluster: ClusterSchema, coverage: CoverageSchema, probe: ProbeSchema, ...PARTS };
  return toJsonSchema(ReportSchema, { ...settings, definitions });
}

function toExplanationSchema(): JsonSchema {
  return toJsonSchema(ExplanationSchema, { ...settings, definitions: PARTS });
}

function toEventSchemas(): JsonSchema {
  const $defs = toJsonSchemaDefs(
    {
      startEvent: StartEventSchema,
      run: RunSchema,
      discoverInput: DiscoverInputSchema,
      discoverOutput: DiscoverOutputSchema,
      planInput: PlanInputSchema,
      chunk: ChunkSchema,
      scanOutput: ScanOutputSchema,
      reportInput: ReportInputSchema,
      collectInput: CollectInputSchema,
      collectOutput: CollectOutputSchema,
      coverage: CoverageSchema,
    },
    settings,
  );
  return { $defs };
}
