// Of every refusal the packaged functions say what the code says: their bundles leave out the SDK's classes of errors,
// and what is told apart by a name must still be told apart.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { World, WorldFault } from "../../../emulator/world.ts";
import { world } from "../../../emulator/worlds/build.ts";
import {
  healthyCluster,
  hubAccount,
  memberAccount,
  organizationOfTwo,
} from "../../../emulator/worlds/scenarios/small-company.ts";
import type { Report } from "../../../lib/model/report.ts";
import { scanWorld } from "../../scenarios/scan-world.ts";
import { packageTemplate } from "./deployment.ts";
import { inAccount, SCHEDULE, toParameters } from "./in-account.ts";

const refused = (service: string, operation: string, status: number, code: string): WorldFault => ({
  service,
  operation,
  answer: { kind: "error", status, code, message: "Nobody may." },
});

/** One cluster has no add-on (ResourceNotFoundException, whose members are read); the others have what `faults` say. */
function company(faults: readonly WorldFault[]): World {
  return world({
    name: "company",
    description: "Two accounts.",
    organization: organizationOfTwo,
    accounts: [
      hubAccount([healthyCluster({ name: "plain", addons: [] })]),
      memberAccount([healthyCluster()]),
    ],
    faults,
  });
}

const CASES: Readonly<Record<string, readonly WorldFault[]>> = {
  "no add-on": [],
  "no role": [refused("sts", "AssumeRole", 403, "AccessDenied")],
  "a Region without STS": [refused("sts", "AssumeRole", 403, "RegionDisabledException")],
  "no Regions": [refused("account", "ListRegions", 403, "AccessDeniedException")],
  "a list that is refused": [refused("eks", "ListClusters", 400, "InvalidParameterException")],
  "a cluster that is gone": [refused("eks", "DescribeCluster", 404, "ResourceNotFoundException")],
  "an add-on that is refused": [refused("eks", "DescribeAddon", 400, "InvalidRequestException")],
  "no organization": [refused("organizations", "ListRoots", 400, "AWSOrganizationsNotInUseException")],
};

const template = packageTemplate();
for (const [name, faults] of Object.entries(CASES))
  test(`${name}: as the code says it`, async () => {
    const inWorld = company(faults);
    const { report: expected } = await scanWorld(inWorld);
    await inAccount(template, inWorld, toParameters(inWorld), async ({ start, report }) => {
      const { run } = await start(SCHEDULE);
      assert.deepEqual(toWords(report(run)), toWords(expected));
    });
  });

function toWords({ coverage, findings }: Pick<Report, "coverage" | "findings">) {
  return {
    coverage,
    findings: findings.map(({ controlId, account, region, cluster, subject, status, because }) => ({
      controlId,
      place: [account, region, cluster, subject.kind, subject.name],
      status,
      because,
    })),
  };
}
