// One account's Security Hub CSPM in one Region: imports findings and reads back our own, nobody else's. The
// client is heavy and is loaded at the first call, so that a run with nothing to publish never pays for it.

import type { AwsSecurityFindingFilters, StringFilter } from "@aws-sdk/client-securityhub";
import * as v from "valibot";
import type { ImportResult, SecurityHub } from "../scan/sources.ts";
import { absentAsNull, collectPages, parseAnswer, Text } from "./answer.ts";
import { parseAsffFinding, toSdkFinding } from "./asff-wire.ts";
import {
  observeCalls,
  toClientConfig,
  toSendOptions,
  type CredentialSource,
  type Transport,
} from "./clients.ts";
import { MalformedAnswerError } from "./errors.ts";

export interface SecurityHubContext {
  readonly transport: Transport;
  readonly region: string;
  readonly partition: string;
  readonly accountId: string;
  readonly credentials: CredentialSource;
}

/** Every finding id starts with it (CONTRACTS); the default product is shared with other senders. */
const OWN_IDS = "ringfence/";

const ImportAnswer = v.object({
  SuccessCount: v.number(),
  FailedCount: v.number(),
  FailedFindings: absentAsNull(v.array(v.object({ Id: Text, ErrorCode: Text, ErrorMessage: v.string() }))),
});

const FindingsPage = v.object({ Findings: v.array(v.unknown()), NextToken: absentAsNull(v.string()) });

export function openSecurityHub(context: SecurityHubContext): SecurityHub {
  const { transport, region, partition, accountId } = context;
  // Each account's own custom integrations share one product (userguide, "Custom integrations").
  const productArn = `arn:${partition}:securityhub:${region}:${accountId}:product/${accountId}/default`;
  let loading: ReturnType<typeof loadClient> | undefined;
  const load = (): ReturnType<typeof loadClient> => (loading ??= loadClient(context));
  return {
    productArn,
    async importFindings(findings) {
      const { client, sdk } = await load();
      const command = new sdk.BatchImportFindingsCommand({ Findings: findings.map(toSdkFinding) });
      const answer = await client.send(command, toSendOptions(transport));
      return toImportResult(parseAnswer(ImportAnswer, answer, "BatchImportFindings"));
    },
    async listFindings({ recordState, idPrefix = OWN_IDS }) {
      const { client, sdk } = await load();
      // In a home Region or an administrator's account GetFindings also returns other Regions and members.
      const filters: AwsSecurityFindingFilters = {
        ProductArn: equals(productArn),
        AwsAccountId: equals(accountId),
        Region: equals(region),
        Id: [{ Comparison: "PREFIX", Value: idPrefix }],
        ...(recordState === undefined ? {} : { RecordState: equals(recordState) }),
      };
      return collectPages(async (NextToken) => {
        const command = new sdk.GetFindingsCommand({ Filters: filters, MaxResults: 100, NextToken });
        const page = parseAnswer(
          FindingsPage,
          await client.send(command, toSendOptions(transport)),
          "GetFindings",
        );
        return { items: page.Findings.map(parseAsffFinding), nextToken: page.NextToken };
      }, "GetFindings");
    },
  };
}

async function loadClient({ transport, region, credentials }: SecurityHubContext) {
  const sdk = await import("@aws-sdk/client-securityhub");
  const client = new sdk.SecurityHubClient(toClientConfig(transport, region, credentials));
  client.middlewareStack.use(observeCalls(transport, "securityhub"));
  return { client, sdk };
}

function equals(value: string): StringFilter[] {
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
