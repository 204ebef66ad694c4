// Who scans, and the accounts around it. The client of AWS Organizations is loaded at its first use.

import type { Organization } from "../scan/sources.ts";
import type { Transport } from "./clients.ts";
import type { OwnIdentity } from "./own-identity.ts";

export function openOrganization(
  { credentials, getCallerAccount }: OwnIdentity,
  { transport, region }: { readonly transport: Transport; readonly region: string },
): Organization {
  return {
    getCallerAccount,
    async listOrganizationAccounts() {
      const { listOrganizationAccounts } = await import("./organizations.ts");
      return listOrganizationAccounts(transport, region, credentials);
    },
  };
}
