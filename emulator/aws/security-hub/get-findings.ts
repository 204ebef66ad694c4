// securityhub:GetFindings: the findings of this hub that match every filter. Filters and orders that are not
// evaluated here are refused, never ignored.

import { isRecord, optionalString, pageSize } from "../json-body.ts";
import type { JsonRecord } from "../json-body.ts";
import { toPage } from "../page.ts";
import { takeFromQuota } from "../quota.ts";
import type { RestJsonOperation } from "../rest-json-protocol.ts";
import { matchesFilter, parseFilter } from "./finding-filter.ts";
import type { FindingFilter } from "./finding-filter.ts";
import { invalidInput, requireHub, toHubArn } from "./hub.ts";

/** "GetFindings - RateLimit of 3 requests per second. BurstLimit of 6 requests per second." (API reference, Welcome) */
const QUOTA = { ratePerSecond: 3, burst: 6 };
const INVALID = "InvalidInputException";
/** "MaxResults … Valid Range: Minimum value of 1. Maximum value of 100." (API reference) */
const MAX_RESULTS = 100;
/** "You can use up to 10 filter attributes. For each attribute, you can provide up to 20 filter values." */
const MAX_ATTRIBUTES = 10;

export const getFindings: RestJsonOperation = {
  name: "GetFindings",
  method: "POST",
  path: "/findings",
  permissions: (_, context) => [{ action: "securityhub:GetFindings", resource: toHubArn(context) }],
  run: ({ body }, context) => {
    takeFromQuota("GetFindings", QUOTA, context);
    const hub = requireHub(context);
    const filters = parseFilters(body);
    const page = toPage({
      items: [...hub.values()].filter((finding) => filters.every((filter) => matchesFilter(filter, finding))),
      size: pageSize(body["MaxResults"], "MaxResults", MAX_RESULTS, INVALID),
      token: optionalString(body, "NextToken", INVALID),
      list: `GetFindings ${JSON.stringify(body["Filters"])}`,
      invalidToken: INVALID,
    });
    return { Findings: page.items, NextToken: page.nextToken };
  },
};

function parseFilters(body: JsonRecord): readonly FindingFilter[] {
  const { Filters: filters, SortCriteria: order } = body;
  if (order !== undefined) throw invalidInput("SortCriteria is not evaluated by the emulator");
  if (filters === undefined) return [];
  if (!isRecord(filters)) throw invalidInput("Filters must be an object");
  const entries = Object.entries(filters);
  if (entries.length > MAX_ATTRIBUTES)
    throw invalidInput(`Filters has more than ${MAX_ATTRIBUTES} attributes`);
  return entries.map(([attribute, values]) => parseFilter(attribute, values));
}
