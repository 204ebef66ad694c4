// A small world for the tests of the emulated AWS, and SDK clients that know nothing of the emulator.

import type { Agent } from "node:https";

import { AccountClient } from "@aws-sdk/client-account";
import { EKSClient } from "@aws-sdk/client-eks";
import { OrganizationsClient } from "@aws-sdk/client-organizations";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SSMClient } from "@aws-sdk/client-ssm";
import { SecurityHubClient } from "@aws-sdk/client-securityhub";
import { SNSClient } from "@aws-sdk/client-sns";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";

import { startCloud } from "../../emulator/cloud.ts";
import type { CallerEnvironment, Cloud, CloudOptions } from "../../emulator/cloud.ts";
import type { World, WorldAccount, WorldCluster } from "../../emulator/world.ts";

export const SCANNER = "111111111111";
export const MEMBER = "222222222222";
export const OTHER = "333333333333";
export const HOME = "eu-west-1";
export const EXTERNAL_ID = "a-secret-between-two";
export const MEMBER_ROLE = `arn:aws:iam::${MEMBER}:role/RingfenceReader`;

export function toAccount(id: string, more: Partial<WorldAccount> = {}): WorldAccount {
  return {
    id,
    name: `account ${id}`,
    state: "ACTIVE",
    parentId: "r-root",
    memberRole: { deployed: true, withoutActions: [] },
    spokeRegions: [],
    deniedByServiceControlPolicy: [],
    enabledRegions: ["eu-west-1", "us-east-1"],
    securityHubRegions: ["eu-west-1"],
    clusters: [],
    ...more,
  };
}

export function toCluster(name: string, more: Partial<WorldCluster> = {}): WorldCluster {
  return {
    name,
    region: HOME,
    status: "ACTIVE",
    createdAt: "2026-03-04T05:06:07Z",
    version: "1.34",
    platformVersion: "eks.9",
    authenticationMode: "API",
    describe: {},
    addons: [],
    capabilities: [],
    endpoint: "serves",
    access: { level: "view", withoutResources: [] },
    objects: [],
    extraApiVersions: [],
    ...more,
  };
}

export function toWorld(more: Partial<World> = {}): World {
  return {
    name: "test",
    description: "A world for tests.",
    partition: "aws",
    organization: {
      id: "o-abcdefghij",
      managementAccountId: OTHER,
      rootId: "r-root",
      units: [],
      emptyPages: false,
    },
    scanner: { accountId: SCANNER, region: HOME, externalId: EXTERNAL_ID },
    accounts: [toAccount(SCANNER), toAccount(MEMBER), toAccount(OTHER)],
    faults: [],
    ...more,
  };
}

/** Runs a test against a cloud and ends it. */
export async function withCloud(
  world: World,
  test: (cloud: Cloud) => Promise<void>,
  options?: CloudOptions,
): Promise<void> {
  const cloud = await startCloud(world, options);
  try {
    await test(cloud);
  } finally {
    await cloud.close();
  }
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export function toCredentials(environment: CallerEnvironment): Credentials {
  return {
    accessKeyId: environment.AWS_ACCESS_KEY_ID,
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY,
    sessionToken: environment.AWS_SESSION_TOKEN,
  };
}

const ignore = (): void => undefined;
/** The S3 client tells the console about streams, which tests send on purpose. */
const QUIET = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/** SDK clients of one caller. One attempt per call: a test asks for what one answer is. */
export function toClients(
  cloud: Pick<Cloud, "endpoint" | "environment">,
  credentials = toCredentials(cloud.environment),
  region = HOME,
  httpsAgent?: Agent,
) {
  const requestHandler = httpsAgent === undefined ? {} : { httpsAgent };
  const { endpoint } = cloud;
  const settings = { endpoint, region, credentials, requestHandler, maxAttempts: 1, logger: QUIET };
  return {
    account: new AccountClient(settings),
    eks: new EKSClient(settings),
    organizations: new OrganizationsClient(settings),
    s3: new S3Client(settings),
    secretsManager: new SecretsManagerClient(settings),
    ssm: new SSMClient(settings),
    securityHub: new SecurityHubClient(settings),
    sns: new SNSClient(settings),
    sts: new STSClient(settings),
  };
}

export interface EnterOptions {
  readonly from?: string;
  readonly policy?: object;
  readonly externalId?: string | undefined;
  readonly region?: string;
}

/** Assumes the member role, as the scan function does unless told otherwise. */
export async function enter(
  cloud: Cloud,
  accountId = MEMBER,
  options: EnterOptions = {},
): Promise<Credentials> {
  const environment = cloud.environmentFor(options.from ?? "ringfence-prod-scan");
  const { sts } = toClients(cloud, toCredentials(environment), options.region);
  const externalId = "externalId" in options ? options.externalId : EXTERNAL_ID;
  const { Credentials: issued } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${accountId}:role/RingfenceReader`,
      RoleSessionName: "ringfence",
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
      ...(options.policy === undefined ? {} : { Policy: JSON.stringify(options.policy) }),
    }),
  );
  const { AccessKeyId, SecretAccessKey, SessionToken } = issued ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined) {
    throw new TypeError("AssumeRole gave no credentials");
  }
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** For assert.rejects: the error's name and HTTP status, as an SDK shows them. */
export function refusal(name: string, status: number, message?: RegExp): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof Error)) throw new TypeError("rejected with something that is not an error");
    const { $metadata: metadata } = error as Error & { readonly $metadata?: { httpStatusCode?: number } };
    const seen = `${error.name} ${metadata?.httpStatusCode}`;
    if (seen !== `${name} ${status}`)
      throw new Error(`expected ${name} ${status}, got ${seen}: ${error.message}`);
    if (message !== undefined && !message.test(error.message)) {
      throw new Error(`expected a message like ${message}, got: ${error.message}`);
    }
    return true;
  };
}
