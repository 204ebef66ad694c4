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
  /** By AWS's clock, which the SDK learns from its answers: what is signed by ourselves must not be of another time. */
  readonly awsNow: () => Date;
}

export function openOwnIdentity(options: StsOptions): OwnIdentity {
  let opened: Sts | null = null;
  const loadSts = reuseForever(async (): Promise<Sts> => {
    const { openSts } = await import("./sts.ts");
    opened ??= openSts(options);
    return opened;
  });
  return {
    credentials: async () => (await loadSts()).ownCredentials(),
    getCallerAccount: reuseForever(async () => (await loadSts()).getCallerIdentity()),
    openRole: async (session) => (await loadSts()).openRole(session),
    awsNow: () => new Date(options.now().getTime() + (opened?.clockOffsetMs() ?? 0)),
  };
}
