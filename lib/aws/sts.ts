// The scanner's own STS: who it is, and the credentials of other accounts' roles. Loaded at its first use, as every
// client is.

import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import * as v from "valibot";
import { parseAnswer, Text } from "./answer.ts";
import { inTime, observeCalls, toClientConfig, type CredentialSource, type Transport } from "./clients.ts";
import { openRoleCredentials, type RoleSession } from "./credentials.ts";
import { MalformedAnswerError } from "./errors.ts";

export interface Caller {
  readonly accountId: string;
  readonly arn: string;
  readonly partition: string;
}

export interface Sts {
  getCallerIdentity(): Promise<Caller>;
  /** Resolved once for all clients: a profile or a container's endpoint is not asked again by each. */
  readonly ownCredentials: CredentialSource;
  openRole(session: RoleSession): CredentialSource;
  /** AWS's clock less this machine's, as its answers told; 0 where that is next to nothing. */
  clockOffsetMs(): number;
}

export interface StsOptions {
  /** Its regional endpoint is called. */
  readonly region: string;
  readonly transport: Transport;
  /** Without them the SDK's default chain is asked. */
  readonly credentials?: CredentialSource;
  readonly now: () => Date;
}

/** The Date header has whole seconds, and is read after the way back. */
const NEGLIGIBLE_MS = 60_000;

const CallerIdentity = v.object({ Account: Text, Arn: Text });

export function openSts({ region, transport, credentials, now }: StsOptions): Sts {
  const client = new STSClient(toClientConfig(transport, region, credentials));
  client.middlewareStack.use(observeCalls(transport, "sts"));
  const clockOffsetMs = (): number => {
    const { systemClockOffset } = client.config;
    return Math.abs(systemClockOffset) < NEGLIGIBLE_MS ? 0 : systemClockOffset;
  };
  const awsNow = (): Date => new Date(now().getTime() + clockOffsetMs());
  return {
    async getCallerIdentity() {
      const command = new GetCallerIdentityCommand({});
      const answer = await inTime(transport, (options) => client.send(command, options));
      const { Account: accountId, Arn: arn } = parseAnswer(CallerIdentity, answer, "GetCallerIdentity");
      return { accountId, arn, partition: readPartition(arn) };
    },
    ownCredentials: () => client.config.credentials(),
    openRole: (session) => openRoleCredentials(client, transport, session, awsNow),
    clockOffsetMs,
  };
}

function readPartition(arn: string): string {
  const partition = /^arn:([a-z0-9-]+):/.exec(arn)?.[1];
  if (partition === undefined) throw new MalformedAnswerError("GetCallerIdentity answered with no valid Arn");
  return partition;
}
