// The same small organization on two servers: the emulated cloud, and moto's server, which nobody here wrote.

import { CreateClusterCommand, type EKSClient } from "@aws-sdk/client-eks";
import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  ListRootsCommand,
  MoveAccountCommand,
} from "@aws-sdk/client-organizations";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { EnableSecurityHubCommand } from "@aws-sdk/client-securityhub";
import { CreateStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { type CallerEnvironment, startCloud } from "../../../emulator/cloud.ts";
import {
  type Credentials,
  HOME,
  MEMBER,
  OTHER,
  SCANNER,
  toAccount,
  toClients,
  toCluster,
  toCredentials,
  toWorld,
} from "../../emulator/aws-world.ts";
import type { Contract } from "./contract.ts";
import { enterMoto, MOTO_ACCOUNT, MOTO_KEYS, startMoto } from "./moto-server.ts";

export type Server = "emulator" | "moto";
export type AwsContract = Contract<AwsApi, Server>;
type Clients = ReturnType<typeof toClients> & { readonly stepFunctions: SFNClient };

export interface AwsApi {
  readonly hub: string;
  readonly member: string;
  /** Of the hub's operator. */
  readonly own: Clients;
  /** Of whoever has these keys. */
  as(credentials: Credentials, region?: string): Clients;
  /** Keys of a hub role or function that may assume the member's role and start the state machine. */
  keysOf(role: "scan" | "start"): Credentials;
  readonly externalId: string;
  readonly bucket: string;
  readonly topicArn: string;
  readonly stateMachineArn: string;
  readonly secretArn: string;
  /** The ids that no two servers share, by what they are of. */
  named(value: unknown): unknown;
  close(): Promise<void>;
}

const NAMES = ["first", "second", "third"];
const BUCKET = `ringfence-prod-${SCANNER}-${HOME}`;
const EXTERNAL_ID = "a-secret-between-two";
export const WEBHOOK = "https://hooks.example.com/services/T0/B0/contract";

const ANYBODY: CallerEnvironment = {
  AWS_ENDPOINT_URL: "",
  AWS_REGION: HOME,
  AWS_ACCESS_KEY_ID: MOTO_KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: MOTO_KEYS.secretAccessKey,
  AWS_SESSION_TOKEN: MOTO_KEYS.sessionToken,
};

function withStates(
  clients: ReturnType<typeof toClients>,
  endpoint: string,
  credentials: Credentials,
): Clients {
  return {
    ...clients,
    stepFunctions: new SFNClient({ endpoint, region: HOME, credentials, maxAttempts: 1 }),
  };
}

function toNamed(ids: Readonly<Record<string, string>>): (value: unknown) => unknown {
  return (value) => {
    const text = Object.entries(ids).reduce(
      (so, [name, id]) => so.replaceAll(id, `<${name}>`),
      JSON.stringify(value),
    );
    return JSON.parse(text) as unknown;
  };
}

export async function openEmulatedCloud(): Promise<AwsApi> {
  const organization = {
    id: "o-abcdefghij",
    managementAccountId: SCANNER,
    rootId: "r-root",
    units: [{ id: "ou-root-12345678", name: "unit", parentId: "r-root" }],
    emptyPages: false,
  };
  const clusters = NAMES.map((name) => toCluster(name));
  const accounts = [
    toAccount(SCANNER, { name: "hub" }),
    toAccount(MEMBER, { name: "member", clusters }),
    toAccount(OTHER, { name: "other", parentId: "ou-root-12345678" }),
  ];
  const cloud = await startCloud(toWorld({ organization, accounts }));
  const as = (credentials: Credentials, region?: string): Clients =>
    withStates(toClients(cloud, credentials, region), cloud.endpoint, credentials);
  cloud.putParameter("/ringfence/slack", WEBHOOK);
  return {
    hub: SCANNER,
    member: MEMBER,
    own: as(toCredentials(cloud.environment)),
    as,
    keysOf: (role) => toCredentials(cloud.environmentFor(`ringfence-prod-${role}`)),
    externalId: EXTERNAL_ID,
    bucket: BUCKET,
    topicArn: cloud.topicArn,
    stateMachineArn: `arn:aws:states:${HOME}:${SCANNER}:stateMachine:ringfence-prod`,
    secretArn: cloud.putSecret("ringfence/slack", WEBHOOK),
    named: toNamed({ hub: SCANNER, member: MEMBER, other: OTHER, root: "r-root" }),
    close: () => cloud.close(),
  };
}

export async function openMoto(): Promise<AwsApi> {
  const moto = await startMoto();
  const { endpoint } = moto;
  const as = (credentials: Credentials, region?: string): Clients =>
    withStates(toClients({ endpoint, environment: ANYBODY }, credentials, region), endpoint, credentials);
  const own = as(MOTO_KEYS);
  const organization = await createOrganization(own);
  const inMember = as(await enterMoto(endpoint, HOME, organization.member));
  await createClusters(inMember.eks, organization.member);
  await inMember.securityHub.send(new EnableSecurityHubCommand({}));
  const CreateBucketConfiguration = { LocationConstraint: HOME } as const;
  await own.s3.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
  const { TopicArn = "" } = await own.sns.send(new CreateTopicCommand({ Name: "ringfence-findings" }));
  const secret = await own.secretsManager.send(
    new CreateSecretCommand({ Name: "ringfence/slack", SecretString: WEBHOOK }),
  );
  await own.ssm.send(
    new PutParameterCommand({ Name: "/ringfence/slack", Value: WEBHOOK, Type: "SecureString" }),
  );
  const machine = await own.stepFunctions.send(
    new CreateStateMachineCommand({
      name: "ringfence-prod",
      roleArn: `arn:aws:iam::${MOTO_ACCOUNT}:role/machine`,
      definition: JSON.stringify({ StartAt: "End", States: { End: { Type: "Succeed" } } }),
    }),
  );
  return {
    hub: MOTO_ACCOUNT,
    member: organization.member,
    own,
    as,
    keysOf: () => MOTO_KEYS,
    externalId: EXTERNAL_ID,
    bucket: BUCKET,
    topicArn: TopicArn,
    stateMachineArn: machine.stateMachineArn ?? "",
    secretArn: secret.ARN ?? "",
    named: toNamed({ hub: MOTO_ACCOUNT, ...organization }),
    close: () => Promise.resolve(moto.close()),
  };
}

async function createOrganization({
  organizations,
}: Clients): Promise<{ member: string; other: string; root: string }> {
  await organizations.send(new CreateOrganizationCommand({ FeatureSet: "ALL" }));
  const { Roots = [] } = await organizations.send(new ListRootsCommand({}));
  const root = Roots[0]?.Id ?? "";
  const create = async (name: string): Promise<string> => {
    const account = new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com` });
    return (await organizations.send(account)).CreateAccountStatus?.AccountId ?? "";
  };
  const [member, other] = [await create("member"), await create("other")];
  const { OrganizationalUnit } = await organizations.send(
    new CreateOrganizationalUnitCommand({ ParentId: root, Name: "unit" }),
  );
  await organizations.send(
    new MoveAccountCommand({
      AccountId: other,
      SourceParentId: root,
      DestinationParentId: OrganizationalUnit?.Id,
    }),
  );
  return { member, other, root };
}

async function createClusters(eks: EKSClient, account: string): Promise<void> {
  for (const name of NAMES)
    await eks.send(
      new CreateClusterCommand({
        name,
        roleArn: `arn:aws:iam::${account}:role/eks`,
        resourcesVpcConfig: { subnetIds: ["subnet-1"] },
      }),
    );
}
