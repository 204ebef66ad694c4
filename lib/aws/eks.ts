// Amazon EKS in one Region of one account: lists and describes. At most five calls at a time, because EKS
// publishes no rates and every reader of the account shares them.

import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  EKSClient,
  ListCapabilitiesCommand,
  ListClustersCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-eks";
import pLimit from "p-limit";
import * as v from "valibot";
import type { Addon, Capability, ClusterDescription } from "../model/snapshot.ts";
import { absentAsNull, collectPages, parseAnswer } from "./answer.ts";
import { inTime, observeCalls, toClientConfig, type CredentialSource, type Transport } from "./clients.ts";
import { CapabilityAnswer, toAddon, toCapability, toClusterDescription } from "./cluster-description.ts";
import { renewExpired } from "./renew-expired.ts";

const CONCURRENT_CALLS = 5;

const nextToken = absentAsNull(v.string());
const ClustersPage = v.object({ clusters: v.array(v.string()), nextToken });
const CapabilitiesPage = v.object({ capabilities: v.array(CapabilityAnswer), nextToken });

export interface Eks {
  /** Connected clusters too. */
  listClusters(): Promise<readonly string[]>;
  describeCluster(name: string): Promise<ClusterDescription>;
  /** null: the add-on is not installed. A cluster that is gone throws ResourceNotFoundException. */
  describeAddon(clusterName: string, addonName: string): Promise<Addon | null>;
  listCapabilities(clusterName: string): Promise<readonly Capability[]>;
}

export function openEks(transport: Transport, region: string, credentials: CredentialSource): Eks {
  const client = openClient(transport, region, credentials);
  const limit = pLimit(CONCURRENT_CALLS);

  const describeCluster = async (name: string): Promise<ClusterDescription> => {
    const command = new DescribeClusterCommand({ name });
    const answer = await limit(() => inTime(transport, (options) => client.send(command, options)));
    return toClusterDescription(answer.cluster);
  };

  const describeAddon = async (clusterName: string, addonName: string): Promise<Addon | null> => {
    const command = new DescribeAddonCommand({ clusterName, addonName });
    try {
      const answer = await limit(() => inTime(transport, (options) => client.send(command, options)));
      return toAddon(answer.addon);
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
      // The exception names what was not found; for a missing cluster it names no add-on.
      if (error.addonName === addonName) return null;
      // Where it names neither, only a cluster that is still there makes the add-on the missing one.
      await describeCluster(clusterName);
      return null;
    }
  };

  return {
    describeCluster,
    describeAddon,
    listClusters: () =>
      collectPages(async (token) => {
        const command = new ListClustersCommand({ include: ["all"], nextToken: token });
        const answer = await limit(() => inTime(transport, (options) => client.send(command, options)));
        const page = parseAnswer(ClustersPage, answer, "ListClusters");
        return { items: page.clusters, nextToken: page.nextToken };
      }, "ListClusters"),
    listCapabilities: (clusterName) =>
      collectPages(async (token) => {
        const command = new ListCapabilitiesCommand({ clusterName, nextToken: token });
        const answer = await limit(() => inTime(transport, (options) => client.send(command, options)));
        const page = parseAnswer(CapabilitiesPage, answer, "ListCapabilities");
        return { items: page.capabilities.map(toCapability), nextToken: page.nextToken };
      }, "ListCapabilities"),
  };
}

function openClient(transport: Transport, region: string, credentials: CredentialSource): EKSClient {
  const client = new EKSClient(toClientConfig(transport, region, credentials));
  client.middlewareStack.use(observeCalls(transport, "eks"));
  client.middlewareStack.use(renewExpired(credentials));
  return client;
}
