// The part of a scan that asks AWS: accounts, their Regions and clusters, each cluster's description and add-on, by
// the modules of the scan and with its bounds. Reads nothing of a cluster's API.

import pLimit from "p-limit";
import { compose } from "../lib/compose/compose.ts";
import { parseConfiguration } from "../lib/config/config.ts";
import { discoverAccounts, discoverClusters } from "../lib/scan/discover.ts";

export async function discoverEverything(file: object): Promise<void> {
  const configuration = parseConfiguration(JSON.stringify(file), "the configuration of the benchmark");
  const { signal } = new AbortController();
  const composition = compose(configuration, { environment: process.env, signal, now: () => new Date() });
  const { cloud, context, accounts, clusters: scope } = composition;
  const limit = pLimit(configuration.limits.concurrency);
  const { accountIds } = await discoverAccounts(cloud, accounts, context.observe);
  await Promise.all(
    accountIds.map(async (id) => {
      const account = await cloud.enterAccount(id);
      const { clusters } = await discoverClusters(account, scope, context.observe);
      const describe = (region: string, name: string) =>
        Promise.all([account.describeCluster(region, name), account.describeAddon(region, name, "vpc-cni")]);
      await Promise.all(clusters.map(({ region, name }) => limit(() => describe(region, name))));
    }),
  );
  composition.close();
}
