// The demo: Fernwood, an online shop for outdoor gear. Four accounts, three Regions, nine clusters, each of a
// different make, and one thing in each that a platform team would want to know.

import type { World, WorldAccount } from "../world.ts";
import { account, world } from "./build.ts";
import { productionClusters } from "./demo/production.ts";
import { platformTools } from "./demo/security.ts";
import { stagingClusters } from "./demo/staging.ts";

const REGIONS = ["eu-central-1", "eu-west-1", "us-east-1"];
const ROOT = "r-fw01";
const UNIT = {
  security: "ou-fw01-security",
  workloads: "ou-fw01-workload",
  production: "ou-fw01-prodtion",
  staging: "ou-fw01-stagings",
};
const MANAGEMENT_ACCOUNT = "111122223333";
const SECURITY_ACCOUNT = "222233334444";

export function demo(): World {
  return world({
    name: "demo",
    description:
      "Fernwood, an online shop for outdoor gear: 4 accounts, 3 Regions and 9 clusters, of which one cannot be reached and one is being created.",
    organization: {
      id: "o-fernwood01",
      managementAccountId: MANAGEMENT_ACCOUNT,
      rootId: ROOT,
      units: [
        { id: UNIT.security, name: "Security", parentId: ROOT },
        { id: UNIT.workloads, name: "Workloads", parentId: ROOT },
        { id: UNIT.production, name: "Production", parentId: UNIT.workloads },
        { id: UNIT.staging, name: "Staging", parentId: UNIT.workloads },
      ],
      emptyPages: true,
    },
    // Delegated administrator of Organizations: lists accounts, though it is not the management account.
    scanner: { accountId: SECURITY_ACCOUNT, region: "eu-central-1", externalId: "fernwood-ringfence-7d1c" },
    accounts: accounts(),
  });
}

function accounts(): readonly WorldAccount[] {
  return [
    // StackSets leave out the management account, so nobody deployed the reader role here.
    account({
      id: MANAGEMENT_ACCOUNT,
      name: "fernwood-management",
      parentId: ROOT,
      memberRole: { deployed: false, withoutActions: [] },
      enabledRegions: REGIONS,
    }),
    account({
      id: SECURITY_ACCOUNT,
      name: "fernwood-security-tooling",
      parentId: UNIT.security,
      enabledRegions: REGIONS,
      clusters: [platformTools()],
    }),
    account({
      id: "333344445555",
      name: "fernwood-production",
      parentId: UNIT.production,
      enabledRegions: REGIONS,
      // Its spoke could read legacy-erp; the demo's scanner is not told to leave that cluster to it.
      spokeRegions: ["eu-central-1"],
      clusters: productionClusters(),
    }),
    account({
      id: "444455556666",
      name: "fernwood-staging",
      parentId: UNIT.staging,
      enabledRegions: REGIONS,
      // Security Hub was never switched on in us-east-1: its findings go to the scanner's own hub.
      securityHubRegions: ["eu-central-1", "eu-west-1"],
      clusters: stagingClusters(),
    }),
  ];
}
