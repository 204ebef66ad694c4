// The calls to Security Hub: imports findings, and reads back our own and nobody else's. Loaded lazily, as one
// chunk, by security-hub.ts; importing the SDK's whole namespace lazily would defeat tree-shaking.

import {
  BatchImportFindingsCommand,
  GetFindingsCommand,
  SecurityHubClient,
  type AwsSecurityFindingFilters,
  type StringFilter,
} from "@aws-sdk/client-securityhub";
import * as v from "valibot";
import type { ImportResult, SecurityHub } from "../scan/sources.ts";
import { absentAsNull, collectPages, parseAnswer, Text } from "./answer.ts";
import { parseAsffFinding, toSdkFinding } from "./asff-wire.ts";
import { inTime, observeCalls, toClientConfig } from "./clients.ts";
import { MalformedAnswerError } from "./errors.ts";
import { bucketOf, sendPaced, sendPacedAgain } from "./pacing.ts";
import { renewExpired } from "./renew-expired.ts";
import type { SecurityHubContext } from "./security-hub.ts";

/** Every finding id starts with it (CONTRACTS); the default product is shared with other senders. */
const OWN_IDS = "ringfence/";

// API reference, Welcome: "BatchImportFindings - RateLimit of 10 requests per second. BurstLimit of 30 requests per
// second. … GetFindings - RateLimit of 3 requests per second. BurstLimit of 6"; per account and Region.
// Two of the burst stay unused: calls leave evenly and arrive less so (the first one opens a connection), and one that is
// refused costs a call and two seconds. Of 100 imports at once the emulated hub refused one without them.
export const IMPORT_RATE = { ratePerSecond: 10, burst: 28 } as const;
const READ_RATE = { ratePerSecond: 3, burst: 6 } as const;

const FailedFinding = v.object({ Id: Text, ErrorCode: Text, ErrorMessage: v.string() });
const ImportAnswer = v.object({
  SuccessCount: v.number(),
  FailedCount: v.number(),
  FailedFindings: absentAsNull(v.array(FailedFinding)),
});
const FindingsPage = v.object({ Findings: v.array(v.unknown()), NextToken: absentAsNull(v.string()) });

export function createSecurityHubCalls(context: SecurityHubContext, productArn: string): SecurityHub {
  const { transport, region, accountId, credentials } = context;
  // The SDK would repeat a call without waiting for its turn, and never longer than 5 seconds.
  const client = new SecurityHubClient({
    ...toClientConfig(transport, region, credentials),
    maxAttempts: 1,
  });
  client.middlewareStack.use(observeCalls(transport, "securityhub"));
  client.middlewareStack.use(renewExpired(credentials));
  const imports = bucketOf(transport, `BatchImportFindings ${accountId} ${region}`, IMPORT_RATE);
  const reads = bucketOf(transport, `GetFindings ${accountId} ${region}`, READ_RATE);
  return {
    productArn,
    async importFindings(findings) {
      const command = new BatchImportFindingsCommand({ Findings: findings.map(toSdkFinding) });
      // Once only: what was not taken is known by id, and repeated by id (lib/sinks).
      const answer = await sendPaced(imports, () =>
        inTime(transport, (options) => client.send(command, options)),
      );
      return toImportResult(parseAnswer(ImportAnswer, answer, "BatchImportFindings"));
    },
    async listFindings({ recordState, idPrefix = OWN_IDS }) {
      // In a home Region or an administrator's account GetFindings also returns other Regions and members.
      const Filters: AwsSecurityFindingFilters = {
        ProductArn: toEquals(productArn),
        AwsAccountId: toEquals(accountId),
        Region: toEquals(region),
        Id: [{ Comparison: "PREFIX", Value: idPrefix }],
        ...(recordState === undefined ? {} : { RecordState: toEquals(recordState) }),
      };
      return collectPages(async (NextToken) => {
        const command = new GetFindingsCommand({ Filters, MaxResults: 100, NextToken });
        const answer = await sendPacedAgain(reads, transport, () =>
          inTime(transport, (options) => client.send(command, options)),
        );
        const page = parseAnswer(FindingsPage, answer, "GetFindings");
        return { items: page.Findings.map(parseAsffFinding), nextToken: page.NextToken };
      }, "GetFindings");
    },
  };
}

function toEquals(value: string): StringFilter[] {
  return [{ Comparison: "EQUALS", Value: value }];
}

function toImportResult(answer: v.InferOutput<typeof ImportAnswer>): ImportResult {
  // Absent where nothing failed (API reference); absent beside a count, findings would be lost in silence.
  const failed = answer.FailedFindings ?? [];
  if (failed.length !== answer.FailedCount)
    throw new MalformedAnswerError("BatchImportFindings counted failures that it did not name");
  return {
    successCount: answer.SuccessCount,
    failed: failed.map((one) => ({ id: one.Id, code: one.ErrorCode, message: one.ErrorMessage })),
  };
}
