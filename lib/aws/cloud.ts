// The scanner's own side of AWS: who it is, the organization around it, and the way into member accounts. It may
// not import lib/kubernetes; the reader of a cluster is handed in.

import type { AccountCloud, Cloud } from "../scan/sources.ts";
import { createAccountCloud, type OpenKubernetes } from "./account-cloud.ts";
import type { CredentialSource, Transport } from "./clients.ts";
import type { RoleSettings } from "./credentials.ts";
import { reuseForever } from "./reuse.ts";
import type { Sts } from "./sts.ts";

export interface CloudOptions {
  /** The scanner's Region: its regional STS endpoint is the one that is called. */
  readonly region: string;
  readonly role: RoleSettings;
  /** False: the caller's own account is entered with the caller's credentials, and needs no role. */
  readonly assumeInOwnAccount: boolean;
  readonly transport: Transport;
  readonly openKubernetes: OpenKubernetes;
  /** Goes into the name of every role session. */
  readonly runId?: string;
  /** The scanner's own. Without them the SDK's default chain is asked. */
  readonly credentials?: CredentialSource;
  readonly now: () => Date;
}

export function openCloud(options: CloudOptions): Cloud {
  const { region, transport } = options;
  const loadSts = reuseForever(async (): Promise<Sts> => (await import("./sts.ts")).openSts(options));
  const ownCredentials: CredentialSource = async () => (await loadSts()).ownCredentials();
  const getCallerAccount = reuseForever(async () => (await loadSts()).getCallerIdentity());

  const enterWith = async (accountId: string, partition: string, credentials: CredentialSource) => {
    // The door is tried here, so that a refusal is the account's and not that of the first call behind it.
    await credentials();
    return createAccountCloud({
      accountId,
      partition,
      homeRegion: region,
      credentials,
      transport,
      openKubernetes: options.openKubernetes,
      now: options.now,
    });
  };
  const enterOwnAccount = reuseForever(async () => {
    const { accountId, partition } = await getCallerAccount();
    return enterWith(accountId, partition, ownCredentials);
  });
  const enter = async (accountId: string): Promise<AccountCloud> => {
    const caller = await getCallerAccount();
    if (accountId === caller.accountId && !options.assumeInOwnAccount) return enterOwnAccount();
    const session = { role: options.role, partition: caller.partition, accountId, runId: options.runId };
    const credentials = (await loadSts()).openRole(session);
    return enterWith(accountId, caller.partition, credentials);
  };

  const entered = new Map<string, () => Promise<AccountCloud>>();
  return {
    getCallerAccount,
    async listOrganizationAccounts() {
      const { listOrganizationAccounts } = await import("./organizations.ts");
      return listOrganizationAccounts(transport, region, ownCredentials);
    },
    enterAccount(accountId) {
      const known = entered.get(accountId) ?? reuseForever(() => enter(accountId));
      entered.set(accountId, known);
      return known();
    },
    enterOwnAccount,
    callCounts: transport.callCounts,
  };
}
