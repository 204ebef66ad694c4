// The way into accounts: into the scanner's own as it is, into another by its role, once per account and process.
// What is then asked of an account is handed in, so that a process carries the clients of what it asks and no others.

import type { Entrance } from "../scan/sources.ts";
import type { CredentialSource, Transport } from "./clients.ts";
import type { RoleSettings } from "./credentials.ts";
import type { OwnIdentity } from "./own-identity.ts";
import { reuseForever } from "./reuse.ts";

export interface EntranceOptions {
  /** The scanner's Region: its regional STS endpoint is the one that is called. */
  readonly region: string;
  readonly role: RoleSettings;
  /** False: the caller's own account is entered with the caller's credentials, and needs no role. */
  readonly assumeInOwnAccount: boolean;
  readonly transport: Transport;
  /** Goes into the name of every role session. */
  readonly runId?: string;
  readonly now: () => Date;
}

/** One account, and who asks it. */
export interface AccountContext {
  readonly accountId: string;
  readonly partition: string;
  /** The Region of the scanner, for services that have one endpoint for all Regions. */
  readonly homeRegion: string;
  readonly credentials: CredentialSource;
  readonly transport: Transport;
  readonly now: () => Date;
}

export function openEntrance<Account>(
  identity: OwnIdentity,
  options: EntranceOptions,
  openAccount: (context: AccountContext) => Account,
): Entrance<Account> {
  const { region: homeRegion, transport } = options;
  const { awsNow: now } = identity;
  const tryDoor = async (
    accountId: string,
    partition: string,
    credentials: CredentialSource,
  ): Promise<AccountContext> => {
    // So that a refusal is the account's and not that of the first call behind it.
    await credentials();
    return { accountId, partition, homeRegion, credentials, transport, now };
  };
  const findOwnWay = reuseForever(async () => {
    const { accountId, partition } = await identity.getCallerAccount();
    return tryDoor(accountId, partition, identity.credentials);
  });
  const enterOwnAccount = reuseForever(async () => openAccount(await findOwnWay()));
  const findWay = async (accountId: string): Promise<AccountContext> => {
    const caller = await identity.getCallerAccount();
    if (accountId === caller.accountId && !options.assumeInOwnAccount) return findOwnWay();
    const session = { role: options.role, partition: caller.partition, accountId, runId: options.runId };
    return tryDoor(accountId, caller.partition, await identity.openRole(session));
  };

  // The way in is kept, and not what was opened: that has 20 KB of a client for each Region, and an account has its end.
  const ways = new Map<string, () => Promise<AccountContext>>();
  return {
    async enterAccount(accountId) {
      const known = ways.get(accountId) ?? reuseForever(() => findWay(accountId));
      ways.set(accountId, known);
      return openAccount(await known());
    },
    enterOwnAccount,
  };
}
