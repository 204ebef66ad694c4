// String filters of GetFindings. Pure.

import { isRecord } from "../json-body.ts";
import type { StoredFinding } from "../stores.ts";
import { invalidInput } from "./hub.ts";

export interface FindingFilter {
  readonly path: readonly string[];
  readonly values: readonly { readonly comparison: string; readonly value: string }[];
}

const MAX_VALUES = 20;

/** Where each filter attribute looks. `Resources` and other lists match on any of their items. */
const PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ["ProductArn", ["ProductArn"]],
  ["AwsAccountId", ["AwsAccountId"]],
  ["Id", ["Id"]],
  ["GeneratorId", ["GeneratorId"]],
  ["Region", ["Region"]],
  ["Type", ["Types"]],
  ["Title", ["Title"]],
  ["ProductName", ["ProductName"]],
  ["CompanyName", ["CompanyName"]],
  ["RecordState", ["RecordState"]],
  ["WorkflowStatus", ["Workflow", "Status"]],
  ["SeverityLabel", ["Severity", "Label"]],
  ["ComplianceStatus", ["Compliance", "Status"]],
  ["ResourceId", ["Resources", "Id"]],
  ["ResourceType", ["Resources", "Type"]],
  ["ResourceRegion", ["Resources", "Region"]],
]);

type Comparison = (actual: string, wanted: string) => boolean;

const COMPARISONS: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ["EQUALS", (actual, wanted) => actual === wanted],
  ["PREFIX", (actual, wanted) => actual.startsWith(wanted)],
  ["CONTAINS", (actual, wanted) => actual.includes(wanted)],
]);

export function parseFilter(attribute: string, values: unknown): FindingFilter {
  const path = PATHS.get(attribute);
  if (path === undefined) throw invalidInput(`The filter ${attribute} is not evaluated by the emulator`);
  if (!Array.isArray(values) || values.length > MAX_VALUES) {
    throw invalidInput(`The filter ${attribute} must be a list of at most ${MAX_VALUES} values`);
  }
  return {
    path,
    values: values.map((item: unknown) => {
      if (!isRecord(item)) throw invalidInput(`The filter ${attribute} holds something that is not a filter`);
      const { Comparison: comparison, Value: value } = item;
      if (typeof value !== "string" || typeof comparison !== "string" || !isComparison(comparison)) {
        throw invalidInput(`The filter ${attribute} has an unknown Comparison or no Value`);
      }
      return { comparison, value };
    }),
  };
}

function isComparison(name: string): boolean {
  return COMPARISONS.has(positive(name));
}

function isNegated(name: string): boolean {
  return name.startsWith("NOT_") || name.endsWith("_NOT_EQUALS");
}

/** `NOT_EQUALS` → `EQUALS`, `PREFIX_NOT_EQUALS` → `PREFIX`, `NOT_CONTAINS` → `CONTAINS`. */
function positive(name: string): string {
  return name.replace(/^NOT_/u, "").replace(/_NOT_EQUALS$/u, "");
}

/** "EQUALS and PREFIX on the same field are joined by OR; the negated ones by AND." (API reference, StringFilter) */
export function matchesFilter({ path, values }: FindingFilter, finding: StoredFinding): boolean {
  const actual = collectStrings(finding, path);
  const holds = ({ comparison, value }: FindingFilter["values"][number]): boolean => {
    const compare = COMPARISONS.get(positive(comparison));
    return compare !== undefined && actual.some((text) => compare(text, value));
  };
  const negated = values.filter(({ comparison }) => isNegated(comparison));
  const positives = values.filter(({ comparison }) => !isNegated(comparison));
  if (negated.some(holds)) return false;
  return positives.length === 0 || positives.some(holds);
}

function collectStrings(value: unknown, path: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((item) => collectStrings(item, path));
  const [member, ...rest] = path;
  if (member === undefined) return typeof value === "string" ? [value] : [];
  return isRecord(value) && Object.hasOwn(value, member) ? collectStrings(value[member], rest) : [];
}
