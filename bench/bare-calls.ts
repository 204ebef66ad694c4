// What a scan asks of AWS and of the clusters, asked by nothing but the AWS SDK and node:https, with the scan's own
// bounds on what is under way: what nobody can do without. Judges nothing.

import { Agent } from "node:https";
import { AccountClient, ListRegionsCommand } from "@aws-sdk/client-account";
import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  EKSClient,
  ListClustersCommand,
} from "@aws-sdk/client-eks";
import {
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListRootsCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";
import pLimit, { type LimitFunction } from "p-limit";
import { createEksToken } from "../lib/aws/eks-token.ts";
import { type List, readPages } from "./read-lists.ts";

export interface BareCalls {
  /** Clusters at the same time. */
  readonly concurrency: number;
  /** Of each cluster; none: the cloud's part alone. */
  readonly lists: readonly List[];
}

/** Calls of one account and Region at the same time, as lib/aws/eks.ts has it. */
const CONCURRENT_CALLS = 5;
/** Connections to one cluster, as lib/kubernetes/http-client.ts has it. */
const MAX_SOCKETS = 6;

export async function callBare({ concurrency, lists }: BareCalls): Promise<void> {
  const sts = new STSClient({});
  const [accounts] = await Promise.all([listAccounts(), sts.send(new GetCallerIdentityCommand({}))]);
  const limit = pLimit(concurrency);
  await Promise.all(
    accounts.map(async (account) => {
      const RoleArn = `arn:aws:iam::${account}:role/RingfenceReader`;
      const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "bench" }));
      const credentials = {
        accessKeyId: required(Credentials?.AccessKeyId),
        secretAccessKey: required(Credentials?.SecretAccessKey),
        sessionToken: required(Credentials?.SessionToken),
      };
      await readAccount(credentials, lists, limit);
    }),
  );
}

async function listAccounts(): Promise<readonly string[]> {
  const organizations = new OrganizationsClient({});
  const { Roots } = await organizations.send(new ListRootsCommand({}));
  const ParentId = required(Roots?.[0]?.Id);
  const listPages = async (): Promise<readonly string[]> => {
    const ids: string[] = [];
    let NextToken: string | undefined;
    do {
      const command = new ListAccountsForParentCommand({ ParentId, NextToken, MaxResults: 20 });
      const page = await organizations.send(command);
      ids.push(...(page.Accounts ?? []).map(({ Id }) => required(Id)));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return ids;
  };
  const units = organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId, MaxResults: 20 }));
  const [ids] = await Promise.all([listPages(), units]);
  return ids;
}

async function readAccount(
  credentials: AwsCredentialIdentity,
  lists: readonly List[],
  limit: LimitFunction,
): Promise<void> {
  const { Regions = [] } = await new AccountClient({ credentials }).send(
    new ListRegionsCommand({ MaxResults: 50, RegionOptStatusContains: ["ENABLED", "ENABLED_BY_DEFAULT"] }),
  );
  const found = await Promise.all(
    Regions.map(async ({ RegionName }) => {
      const region = required(RegionName);
      const eks = new EKSClient({ region, credentials });
      const callLimit = pLimit(CONCURRENT_CALLS);
      const { clusters = [] } = await eks.send(new ListClustersCommand({ include: ["all"] }));
      return clusters.map((name) => ({ name, region, eks, callLimit }));
    }),
  );
  await Promise.all(
    found.flat().map((cluster) => limit(() => readCluster({ ...cluster, credentials }, lists))),
  );
}

interface Listed {
  readonly name: string;
  readonly region: string;
  readonly eks: EKSClient;
  readonly callLimit: LimitFunction;
  readonly credentials: AwsCredentialIdentity;
}

async function readCluster(
  { name, region, eks, callLimit, credentials }: Listed,
  lists: readonly List[],
): Promise<void> {
  const [{ cluster }] = await Promise.all([
    callLimit(() => eks.send(new DescribeClusterCommand({ name }))),
    callLimit(() => eks.send(new DescribeAddonCommand({ clusterName: name, addonName: "vpc-cni" }))),
  ]);
  if (lists.length === 0) return;
  const endpoint = required(cluster?.endpoint);
  const ca = Buffer.from(required(cluster?.certificateAuthority?.data), "base64");
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, ca });
  const now = new Date();
  const token = await createEksToken({ partition: "aws", region, clusterId: name, credentials, now });
  await Promise.all(lists.map((list) => readPages(agent, { endpoint, token }, list)));
  agent.destroy();
}

function required(value: string | undefined): string {
  if (value === undefined) throw new Error("An answer of the emulated cloud lacks what the next call needs");
  return value;
}
