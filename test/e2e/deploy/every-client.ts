// Calls each operation of AWS that a Lambda calls, and says as plain data what came of it: for lean-sdk.test.ts, which
// runs this file as it is and as a bundle.

import { openBulkStore } from "../../../lib/aws/bulk-store.ts";
import type { CredentialSource, Transport } from "../../../lib/aws/clients.ts";
import { openEks } from "../../../lib/aws/eks.ts";
import { toUnseen } from "../../../lib/aws/errors.ts";
import { listOrganizationAccounts } from "../../../lib/aws/organizations.ts";
import { getSecureParameter } from "../../../lib/aws/parameters.ts";
import { listRegions } from "../../../lib/aws/regions.ts";
import { openBucket } from "../../../lib/aws/s3.ts";
import { getSecretValue } from "../../../lib/aws/secrets.ts";
import { createSecurityHubCalls } from "../../../lib/aws/security-hub-calls.ts";
import { openTopic } from "../../../lib/aws/sns.ts";
import { openStateMachine } from "../../../lib/aws/state-machine.ts";
import { openSts } from "../../../lib/aws/sts.ts";
import type { AsffFinding } from "../../../lib/model/asff.ts";

const ACCOUNT = "111122223333";
const REGION = "eu-central-1";
const PRODUCT = `arn:aws:securityhub:${REGION}:${ACCOUNT}:product/${ACCOUNT}/default`;
const PART_BYTES = 1_000;

export type Outcome = { readonly value: unknown } | { readonly name: string; readonly why: unknown };

/** By what was asked. */
export async function callEveryClient(
  transport: Transport,
  credentials: CredentialSource,
  finding: AsffFinding,
): Promise<Readonly<Record<string, Outcome>>> {
  const bucket = { bucket: "runs", region: REGION, credentials };
  const store = openBucket(bucket, transport);
  const bulk = openBulkStore(bucket, transport, PART_BYTES);
  const eks = openEks(transport, REGION, credentials);
  const sts = openSts({ region: REGION, transport, credentials, now: () => new Date(0) });
  const hub = createSecurityHubCalls(
    { transport, region: REGION, partition: "aws", accountId: ACCOUNT, credentials },
    PRODUCT,
  );
  const session = {
    role: { name: "Reader", externalId: "1", sessionPolicy: true },
    partition: "aws",
    accountId: ACCOUNT,
    runId: "run-1",
  };
  const calls: Readonly<Record<string, () => Promise<unknown>>> = {
    "an import": () => hub.importFindings([finding]),
    "findings that are listed": () => hub.listFindings({ recordState: "ACTIVE" }),
    "an object": () => store.getObject("a key/ü.json"),
    "an object that is written": () => store.putObject("a key/ü.json", "{}", { ifNoneMatch: "*" }),
    keys: () => store.listObjects("runs/"),
    "an object in parts": () => bulk.putPieces("long.json", toPieces("x".repeat(PART_BYTES), "y".repeat(10))),
    "a cluster": () => eks.describeCluster("shop"),
    clusters: () => eks.listClusters(),
    "an add-on": () => eks.describeAddon("shop", "vpc-cni"),
    capabilities: () => eks.listCapabilities("shop"),
    "the caller": () => sts.getCallerIdentity(),
    "a role": () => sts.openRole(session)(),
    Regions: () => listRegions(transport, REGION, credentials),
    accounts: () => listOrganizationAccounts(transport, "us-east-1", credentials),
    "a message": () =>
      openTopic(`arn:aws:sns:${REGION}:${ACCOUNT}:findings`, transport, credentials).publish({
        subject: "s",
        body: "b",
        attributes: { one: "1", more: ["2", "3"] },
      }),
    "a secret": () =>
      getSecretValue(`arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:a`, transport, credentials),
    "a parameter": () => getSecureParameter("/a", REGION, transport, credentials),
    "an execution": () =>
      openStateMachine(
        `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:m`,
        transport,
        credentials,
      ).startExecution("one", { a: 1 }),
  };
  const outcomes: [string, Outcome][] = [];
  for (const [name, call] of Object.entries(calls)) outcomes.push([name, await toOutcome(call)]);
  return Object.fromEntries(outcomes);
}

async function* toPieces(...pieces: readonly string[]): AsyncGenerator<string> {
  yield* pieces;
}

async function toOutcome(call: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await call() };
  } catch (error) {
    return { name: error instanceof Error ? error.name : String(error), why: toUnseen(error) };
  }
}
