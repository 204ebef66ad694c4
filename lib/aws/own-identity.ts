// Who scans: the credentials of this process, their account, and the roles that they may assume. STS's client is
// loaded at its first use.

import type { CredentialSource } from "./clients.ts";
import type { RoleSession } from "./credentials.ts";
import { reuseForever } from "./reuse.ts";
import type { Caller, Sts, StsOptions } from "./sts.ts";

export interface OwnIdentity {
  /** Resolved once for all clients. */
  readonly credentials: CredentialSource;
  readonly getCallerAccount: () => Promise<Caller>;
  readonly openRole: (session: RoleSession) => Promise<CredentialSource>;
}

export function openOwnIdentity(options: StsOptions): OwnIdentity {
  const loadSts = reuseForever(async (): Promise<Sts> => (await import("./sts.ts")).openSts(options));
  return {
    credentials: async () => (await loadSts()).ownCredentials(),
    getCallerAccount: reuseForever(async () => (await loadSts()).getCallerIdentity()),
    openRole: async (session) => (await loadSts()).openRole(session),
  };
}
