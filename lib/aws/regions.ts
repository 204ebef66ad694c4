// The Regions that are enabled in one account, asked with that account's own credentials.

import { AccountClient, ListRegionsCommand } from "@aws-sdk/client-account";
import * as v from "valibot";
import { absentAsNull, collectPages, parseAnswer, Text } from "./answer.ts";
import { inTime, observeCalls, toClientConfig, type CredentialSource, type Transport } from "./clients.ts";
import { renewExpired } from "./renew-expired.ts";

const Regions = v.object({
  Regions: v.array(v.object({ RegionName: Text, RegionOptStatus: Text })),
  NextToken: absentAsNull(v.string()),
});

/** ENABLING and DISABLING Regions answer now and then; only these two always do. */
const ENABLED = ["ENABLED", "ENABLED_BY_DEFAULT"] as const;

/** In code-unit order. */
export async function listRegions(
  transport: Transport,
  region: string,
  credentials: CredentialSource,
): Promise<readonly string[]> {
  const client = new AccountClient(toClientConfig(transport, region, credentials));
  client.middlewareStack.use(observeCalls(transport, "account"));
  client.middlewareStack.use(renewExpired(credentials));
  const regions = await collectPages(async (NextToken) => {
    const command = new ListRegionsCommand({
      NextToken,
      MaxResults: 50,
      RegionOptStatusContains: [...ENABLED],
    });
    const answer = await inTime(transport, (options) => client.send(command, options));
    const page = parseAnswer(Regions, answer, "ListRegions");
    return { items: page.Regions, nextToken: page.NextToken };
  }, "ListRegions");
  return regions
    .filter(({ RegionOptStatus }) => ENABLED.some((status) => status === RegionOptStatus))
    .map(({ RegionName }) => RegionName)
    .toSorted();
}
