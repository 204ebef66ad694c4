// The way into member accounts: one AssumeRole per account and process, shared by everyone who waits for it and
// repeated only when its credentials run out. Keeps credentials in memory and nowhere else.

import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
import * as v from "valibot";
import { parseAnswer, Text } from "./answer.ts";
import { inTime, type CredentialSource, type Transport } from "./clients.ts";
import { toSessionPolicy } from "./session-policy.ts";
import { reuse } from "./reuse.ts";

export interface RoleSettings {
  /** With its path, where it has one: `security/RingfenceReader`. */
  readonly name: string;
  readonly externalId?: string;
  /** Narrow the session to what a scan needs. */
  readonly sessionPolicy: boolean;
}

export interface RoleSession {
  readonly role: RoleSettings;
  readonly partition: string;
  readonly accountId: string;
  /** Shown in the member's CloudTrail. */
  readonly runId: string | undefined;
}

/** As the SDK's own cache: it asks again when less than this is left. */
const REFRESH_BEFORE_EXPIRY_MS = 5 * 60_000;

const AssumedRole = v.object({
  Credentials: v.object({
    AccessKeyId: Text,
    SecretAccessKey: Text,
    SessionToken: Text,
    Expiration: v.date(),
  }),
});

export function openRoleCredentials(
  sts: STSClient,
  transport: Transport,
  session: RoleSession,
  now: () => Date,
): CredentialSource {
  return reuse(async () => {
    const credentials = await assumeRole(sts, transport, session);
    return {
      value: credentials,
      freshUntilMs: credentials.expiration.getTime() - REFRESH_BEFORE_EXPIRY_MS,
    };
  }, now);
}

async function assumeRole(
  sts: STSClient,
  transport: Transport,
  { role, partition, accountId, runId }: RoleSession,
): Promise<AwsCredentialIdentity & { readonly expiration: Date }> {
  const command = new AssumeRoleCommand({
    RoleArn: `arn:${partition}:iam::${accountId}:role/${role.name}`,
    RoleSessionName: toSessionName(runId),
    // One hour is the default and, from a role (a Lambda's), the longest: "role chaining" in the API reference.
    DurationSeconds: 3600,
    ...(role.externalId === undefined ? {} : { ExternalId: role.externalId }),
    ...(role.sessionPolicy ? { Policy: JSON.stringify(toSessionPolicy(partition, accountId)) } : {}),
  });
  const answer = await inTime(transport, (options) => sts.send(command, options));
  const { Credentials: issued } = parseAnswer(AssumedRole, answer, "AssumeRole");
  return {
    accessKeyId: issued.AccessKeyId,
    secretAccessKey: issued.SecretAccessKey,
    sessionToken: issued.SessionToken,
    expiration: issued.Expiration,
  };
}

/** RoleSessionName: 2 to 64 characters of [\w+=,.@-] (AssumeRole, API reference). */
export function toSessionName(runId: string | undefined): string {
  if (runId === undefined) return "ringfence";
  return `ringfence-${runId.replaceAll(/[^\w+=,.@-]/g, "-")}`.slice(0, 64);
}
