// The scanner's own side of AWS: who it is, the organization around it, and the way into member accounts. It may
// not import lib/kubernetes; the reader of a cluster is handed in.

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import * as v from "valibot";
import type { AccountCloud, Cloud } from "../scan/sources.ts";
import { createAccountCloud, type OpenKubernetes } from "./account-cloud.ts";
import { parseAnswer, Text } from "./answer.ts";
import {
  observeCalls,
  toClientConfig,
  toSendOptions,
  type CredentialSource,
  type Transport,
} from "./clients.ts";
import { openRoleCredentials, type RoleSettings } from "./credentials.ts";
import { MalformedAnswerError } from "./errors.ts";
import { reuseForever } from "./reuse.ts";

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

const Caller = v.object({ Account: Text, Arn: Text });

export function openCloud(options: CloudOptions): Cloud {
  const { region, transport } = options;
  const sts = new STSClient(toClientConfig(transport, region, options.credentials));
  sts.middlewareStack.use(observeCalls(transport, "sts"));
  // Resolved once for all clients: a profile or a container's endpoint is not asked again by each.
  const ownCredentials: CredentialSource = () => sts.config.credentials();

  const getCallerAccount = reuseForever(async () => {
    const answer = await sts.send(new GetCallerIdentityCommand({}), toSendOptions(transport));
    const { Account: accountId, Arn: arn } = parseAnswer(Caller, answer, "GetCallerIdentity");
    return { accountId, arn, partition: readPartition(arn) };
  });

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
    const credentials = openRoleCredentials(sts, transport, session, options.now);
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

function readPartition(arn: string): string {
  const partition = /^arn:([a-z0-9-]+):/.exec(arn)?.[1];
  if (partition === undefined)
    throw new MalformedAnswerError("GetCallerIdentity answered without a proper Arn");
  return partition;
}
