// securityhub:BatchImportFindings: an account imports its own findings into its own hub, all others are refused;
// each finding is then taken or named in FailedFindings.

import { AwsError } from "../aws-error.ts";
import { isRecord } from "../json-body.ts";
import type { JsonRecord } from "../json-body.ts";
import type { CallContext, Permission } from "../operation.ts";
import { takeFromQuota } from "../quota.ts";
import type { RestInput, RestJsonOperation } from "../rest-json-protocol.ts";
import type { StoredFinding } from "../stores.ts";
import { findFormatProblem } from "./finding-format.ts";
import { findingKey, invalidInput, requireHub, toDefaultProductArn } from "./hub.ts";
import { toStoredFinding } from "./stored-finding.ts";

/** "Findings … Maximum number of 100 items." (API reference) */
const MAX_FINDINGS = 100;
/** "The maximum allowed size for a batch is 6 MB." (partner guide) */
const MAX_CALL_BYTES = 6 * 1024 * 1024;
/** "The maximum allowed size for a finding is 240 Kb. An error is returned for any finding larger than 240 Kb." */
const MAX_FINDING_BYTES = 240 * 1024;

/** "RateLimit of 10 requests per second. BurstLimit of 30 requests per second." (API reference, Welcome) */
const QUOTA = { ratePerSecond: 10, burst: 30 };

const PRODUCT_ARN = /^arn:[a-z-]+:securityhub:[a-z0-9-]+:(?:\d{12})?:product\/[^/]+\/[^/]+$/u;

export const batchImportFindings: RestJsonOperation = {
  name: "BatchImportFindings",
  method: "POST",
  path: "/findings/import",
  permissions: toPermissions,
  run: (input, context) => {
    takeFromQuota("BatchImportFindings", QUOTA, context);
    if (context.request.body.length > MAX_CALL_BYTES) {
      throw invalidInput("The batch is larger than the maximum of 6 MB");
    }
    const findings = parseFindings(input);
    requireOwnFindings(findings, context);
    const hub = requireHub(context);
    const judged = findings.map((finding) => ({ finding, problem: findProblem(finding) }));
    for (const { finding, problem } of firstOfEachId(judged)) {
      if (problem === null) store(hub, finding, context);
    }
    const failed = judged.flatMap(({ finding, problem }) =>
      problem === null
        ? []
        : [{ Id: String(finding["Id"]), ErrorCode: "InvalidInput", ErrorMessage: problem }],
    );
    return {
      FailedCount: failed.length,
      SuccessCount: findings.length - failed.length,
      FailedFindings: failed,
    };
  },
};

/** Authorised on the product, with the finding's account as `securityhub:TargetAccount`. */
function toPermissions(input: RestInput): readonly Permission[] {
  const pairs = parseFindings(input).map(({ ProductArn: productArn, AwsAccountId: accountId }) => {
    const isWellFormed =
      typeof productArn === "string" &&
      PRODUCT_ARN.test(productArn) &&
      typeof accountId === "string" &&
      /^\d{12}$/u.test(accountId);
    if (isWellFormed) return `${productArn} ${accountId}`;
    throw new AwsError("AuthorizerConfigurationException", 500, "AwsAccountId or ProductArn is malformed");
  });
  return [...new Set(pairs)].map((pair) => {
    const [resource = "", accountId = ""] = pair.split(" ");
    return {
      action: "securityhub:BatchImportFindings",
      resource,
      context: new Map([["securityhub:targetaccount", accountId]]),
    };
  });
}

function parseFindings({ body }: RestInput): readonly JsonRecord[] {
  const { Findings: findings } = body;
  if (!Array.isArray(findings) || findings.length === 0 || findings.length > MAX_FINDINGS) {
    throw invalidInput(`Findings must hold between 1 and ${MAX_FINDINGS} findings`);
  }
  return findings.map((finding: unknown) => {
    if (!isRecord(finding)) throw invalidInput("Findings holds something that is not a finding");
    return finding;
  });
}

/** The default product takes findings of the account that owns it and is called by that account alone. (§1.5) */
function requireOwnFindings(findings: readonly JsonRecord[], context: CallContext): void {
  const { account, region } = context;
  const productArn = toDefaultProductArn(context);
  for (const { AwsAccountId: accountId, ProductArn: given } of findings) {
    if (accountId !== account.id || !String(given).endsWith(`:product/${account.id}/default`)) {
      throw new AwsError(
        "AccessDeniedException",
        403,
        `Account ${account.id} is not allowed to import findings for account ${String(accountId)} with product ${String(given)}`,
      );
    }
    if (given !== productArn) throw invalidInput(`ProductArn is not of the Region ${region}`);
  }
}

function findProblem(finding: JsonRecord): string | null {
  if (Buffer.byteLength(JSON.stringify(finding)) > MAX_FINDING_BYTES) {
    return "Finding is larger than the maximum of 240 KB.";
  }
  const problem = findFormatProblem(finding);
  return problem === null ? null : `Finding does not adhere to Amazon Finding Format. ${problem}.`;
}

/** "If a finding is included more than once, Security Hub CSPM only processes the first." (§1.6) */
function firstOfEachId<Item extends { readonly finding: JsonRecord }>(
  judged: readonly Item[],
): readonly Item[] {
  const ids = judged.map(({ finding }) => finding["Id"]);
  return judged.filter(({ finding }, index) => ids.indexOf(finding["Id"]) === index);
}

/** A newer UpdatedAt overwrites the whole finding; an equal or older one is ignored, and counts as success. (§1.6) */
function store(hub: Map<string, StoredFinding>, finding: JsonRecord, context: CallContext): void {
  const key = findingKey(String(finding["ProductArn"]), String(finding["Id"]));
  const before = hub.get(key);
  if (before !== undefined && toTime(before) >= toTime(finding)) return;
  hub.set(key, toStoredFinding(finding, before, context));
}

function toTime(finding: JsonRecord): number {
  return Date.parse(String(finding["UpdatedAt"]));
}
