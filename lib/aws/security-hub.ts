// One account's Security Hub CSPM in one Region, before anything is asked of it. The client is heavy and is
// loaded at the first call, so that a run with nothing to publish never pays for it.

import type { SecurityHub } from "../scan/sources.ts";
import type { CredentialSource, Transport } from "./clients.ts";

export interface SecurityHubContext {
  readonly transport: Transport;
  readonly region: string;
  readonly partition: string;
  readonly accountId: string;
  readonly credentials: CredentialSource;
}

export function openSecurityHub(context: SecurityHubContext): SecurityHub {
  const { region, partition, accountId } = context;
  // Each account's own custom integrations share one product (userguide, "Custom integrations").
  const productArn = `arn:${partition}:securityhub:${region}:${accountId}:product/${accountId}/default`;
  let loading: Promise<SecurityHub> | undefined;
  const load = (): Promise<SecurityHub> =>
    (loading ??= import("./security-hub-calls.ts").then(({ createSecurityHubCalls }) =>
      createSecurityHubCalls(context, productArn),
    ));
  return {
    productArn,
    importFindings: async (findings) => (await load()).importFindings(findings),
    listFindings: async (filter) => (await load()).listFindings(filter),
  };
}
