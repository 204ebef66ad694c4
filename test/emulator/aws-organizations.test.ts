// The organization of a world through its API: pages, empty pages, states, and who may ask; and the Regions.

import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { ListRegionsCommand } from "@aws-sdk/client-account";
import {
  DescribeOrganizationalUnitCommand,
  DescribeOrganizationCommand,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  ListRootsCommand,
} from "@aws-sdk/client-organizations";
import type { OrganizationsClient } from "@aws-sdk/client-organizations";

import { administeredOrganization } from "../../emulator/aws/organizations/directory.ts";
import type { World, WorldAccount } from "../../emulator/world.ts";
import {
  enter,
  MEMBER,
  OTHER,
  refusal,
  SCANNER,
  toAccount,
  toClients,
  toCredentials,
  toWorld,
  withCloud,
} from "./aws-world.ts";

const UNITS = [
  { id: "ou-root-workload", name: "Workloads", parentId: "r-root" },
  { id: "ou-root-prod0000", name: "Production", parentId: "ou-root-workload" },
];

function toLargeWorld(emptyPages: boolean): World {
  const extra = Array.from({ length: 40 }, (_, index) =>
    toAccount(String(400000000000 + index), { parentId: "ou-root-prod0000" }),
  );
  return toWorld({
    organization: {
      id: "o-abcdefghij",
      managementAccountId: OTHER,
      rootId: "r-root",
      units: UNITS,
      emptyPages,
    },
    accounts: [toAccount(SCANNER), toAccount(MEMBER), toAccount(OTHER), ...extra],
  });
}

/** Ids and sizes of every page of ListAccounts. */
async function readPages(organizations: OrganizationsClient, maxResults?: number) {
  const ids: (string | undefined)[] = [];
  const sizes: number[] = [];
  let token: string | undefined;
  do {
    const input = { MaxResults: maxResults, NextToken: token };
    const { Accounts = [], NextToken } = await organizations.send(new ListAccountsCommand(input));
    ids.push(...Accounts.map(({ Id }) => Id));
    sizes.push(Accounts.length);
    token = NextToken;
  } while (token !== undefined);
  return { ids, sizes };
}

describe("ListAccounts", () => {
  it("comes in pages of at most 20", async () => {
    await withCloud(toLargeWorld(false), async (cloud) => {
      const { organizations } = toClients(cloud);
      const { ids, sizes } = await readPages(organizations);
      assert.deepEqual(sizes, [20, 20, 3]);
      assert.equal(new Set(ids).size, 43);
      assert.equal((await readPages(organizations, 7)).sizes.length, 7);
      for (const MaxResults of [0, 21]) {
        await assert.rejects(
          organizations.send(new ListAccountsCommand({ MaxResults })),
          refusal("InvalidInputException", 400),
        );
      }
    });
  });

  it("puts empty pages in between where the world says so", async () => {
    await withCloud(toLargeWorld(true), async (cloud) => {
      const { ids, sizes } = await readPages(toClients(cloud).organizations);
      assert.deepEqual(sizes, [0, 20, 0, 20, 0, 3]);
      assert.equal(new Set(ids).size, 43);
    });
  });

  it("takes its own tokens only", async () => {
    await withCloud(toLargeWorld(false), async (cloud) => {
      const { organizations } = toClients(cloud);
      const { NextToken } = await organizations.send(
        new ListAccountsForParentCommand({ ParentId: "ou-root-prod0000" }),
      );
      assert.ok(NextToken !== undefined);
      for (const token of [NextToken, "made-up"]) {
        await assert.rejects(
          organizations.send(new ListAccountsCommand({ NextToken: token })),
          refusal("InvalidInputException", 400),
        );
      }
    });
  });

  it("gives the state in the new words and the old", async () => {
    const states: readonly WorldAccount["state"][] = [
      "ACTIVE",
      "SUSPENDED",
      "PENDING_ACTIVATION",
      "PENDING_CLOSURE",
      "CLOSED",
    ];
    const members = states.map((state, index) => toAccount(String(500000000000 + index), { state }));
    await withCloud(toWorld({ accounts: [toAccount(SCANNER), ...members] }), async (cloud) => {
      const { Accounts = [] } = await toClients(cloud).organizations.send(new ListAccountsCommand({}));
      assert.deepEqual(
        Accounts.slice(1).map(({ State, Status }) => [State, Status]),
        [
          ["ACTIVE", "ACTIVE"],
          ["SUSPENDED", "SUSPENDED"],
          ["PENDING_ACTIVATION", undefined],
          ["PENDING_CLOSURE", "PENDING_CLOSURE"],
          ["CLOSED", "SUSPENDED"],
        ],
      );
      assert.equal(Accounts[0]?.Arn, `arn:aws:organizations::${OTHER}:account/o-abcdefghij/${SCANNER}`);
      assert.ok(Accounts[0]?.JoinedTimestamp instanceof Date);
    });
  });
});

describe("the tree", () => {
  it("is walked from the root, one level at a time", async () => {
    await withCloud(toLargeWorld(false), async (cloud) => {
      const { organizations } = toClients(cloud);
      const { Roots = [] } = await organizations.send(new ListRootsCommand({}));
      assert.deepEqual(
        Roots.map(({ Id }) => Id),
        ["r-root"],
      );
      const below = await organizations.send(
        new ListOrganizationalUnitsForParentCommand({ ParentId: "r-root" }),
      );
      assert.deepEqual(below.OrganizationalUnits, [
        {
          Id: "ou-root-workload",
          Name: "Workloads",
          Arn: `arn:aws:organizations::${OTHER}:ou/o-abcdefghij/ou-root-workload`,
        },
      ]);
      const atRoot = await organizations.send(new ListAccountsForParentCommand({ ParentId: "r-root" }));
      assert.deepEqual(
        atRoot.Accounts?.map(({ Id }) => Id),
        [SCANNER, MEMBER, OTHER],
      );
      const unit = await organizations.send(
        new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: "ou-root-prod0000" }),
      );
      assert.equal(unit.OrganizationalUnit?.Name, "Production");
      const parents = await organizations.send(new ListParentsCommand({ ChildId: "400000000000" }));
      assert.deepEqual(parents.Parents, [{ Id: "ou-root-prod0000", Type: "ORGANIZATIONAL_UNIT" }]);
      const unitParents = await organizations.send(new ListParentsCommand({ ChildId: "ou-root-workload" }));
      assert.deepEqual(unitParents.Parents, [{ Id: "r-root", Type: "ROOT" }]);
    });
  });

  it("says what does not exist", async () => {
    await withCloud(toLargeWorld(false), async (cloud) => {
      const { organizations } = toClients(cloud);
      const calls: readonly (readonly [answer: Promise<unknown>, name: string])[] = [
        [
          organizations.send(new ListAccountsForParentCommand({ ParentId: "ou-x" })),
          "ParentNotFoundException",
        ],
        [
          organizations.send(new ListOrganizationalUnitsForParentCommand({ ParentId: "r-x" })),
          "ParentNotFoundException",
        ],
        [organizations.send(new ListParentsCommand({ ChildId: "999999999999" })), "ChildNotFoundException"],
        [
          organizations.send(new DescribeOrganizationalUnitCommand({ OrganizationalUnitId: "ou-x" })),
          "OrganizationalUnitNotFoundException",
        ],
      ];
      await Promise.all(calls.map(([answer, name]) => assert.rejects(answer, refusal(name, 400))));
    });
  });

  it("is described to its own members", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { Organization } = await toClients(cloud).organizations.send(new DescribeOrganizationCommand({}));
      assert.equal(Organization?.Id, "o-abcdefghij");
      assert.equal(Organization?.MasterAccountId, OTHER);
    });
  });

  it("is closed to members, and to functions whose role does not name the call", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const member = toClients(cloud, await enter(cloud)).organizations;
      await assert.rejects(
        member.send(new ListAccountsCommand({})),
        refusal("AccessDeniedException", 400, /organizations:ListAccounts/u),
      );
      const scan = toClients(cloud, toCredentials(cloud.environmentFor("ringfence-prod-scan")));
      await assert.rejects(
        scan.organizations.send(new ListRootsCommand({})),
        refusal("AccessDeniedException", 400, /organizations:ListRoots/u),
      );
      const accounts = toClients(cloud, toCredentials(cloud.environmentFor("ringfence-prod-accounts")));
      assert.ok(await accounts.organizations.send(new ListRootsCommand({})));
    });
  });

  it("is told to its administrators only, whatever a policy allows", () => {
    const world = toWorld();
    for (const id of [SCANNER, OTHER]) {
      assert.ok(administeredOrganization({ world, account: toAccount(id) }));
    }
    assert.throws(() => administeredOrganization({ world, account: toAccount(MEMBER) }), {
      code: "AccessDeniedException",
    });
  });

  it("is not there for an account that is in none", async () => {
    await withCloud(toWorld({ organization: null }), async (cloud) => {
      const { organizations } = toClients(cloud);
      await assert.rejects(
        organizations.send(new ListAccountsCommand({})),
        refusal("AWSOrganizationsNotInUseException", 400),
      );
    });
  });
});

describe("ListRegions", () => {
  it("tells the enabled from the others, in pages", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const { account } = toClients(cloud, await enter(cloud));
      const enabled = await account.send(
        new ListRegionsCommand({ RegionOptStatusContains: ["ENABLED", "ENABLED_BY_DEFAULT"] }),
      );
      assert.deepEqual(enabled.Regions, [
        { RegionName: "eu-west-1", RegionOptStatus: "ENABLED_BY_DEFAULT" },
        { RegionName: "us-east-1", RegionOptStatus: "ENABLED_BY_DEFAULT" },
      ]);
      const names: string[] = [];
      let token: string | undefined;
      do {
        const page = await account.send(new ListRegionsCommand({ MaxResults: 10, NextToken: token }));
        assert.ok((page.Regions?.length ?? 0) <= 10);
        names.push(...(page.Regions ?? []).map(({ RegionName }) => RegionName ?? ""));
        token = page.NextToken;
      } while (token !== undefined);
      assert.ok(names.includes("me-south-1"));
      assert.deepEqual(names, names.toSorted());
      await assert.rejects(
        account.send(new ListRegionsCommand({ MaxResults: 51 })),
        refusal("ValidationException", 400),
      );
    });
  });

  it("tells opt-in Regions from those that are always on", async () => {
    const accounts = [toAccount(SCANNER, { enabledRegions: ["eu-west-1", "me-south-1"] })];
    await withCloud(toWorld({ accounts }), async (cloud) => {
      const { Regions = [] } = await toClients(cloud).account.send(
        new ListRegionsCommand({ RegionOptStatusContains: ["ENABLED"] }),
      );
      assert.deepEqual(
        Regions.map(({ RegionName }) => RegionName),
        ["me-south-1"],
      );
    });
  });

  it("is asked of another account by an administrator only", async () => {
    await withCloud(toWorld(), async (cloud) => {
      const input = { AccountId: OTHER, MaxResults: 1 };
      assert.ok(await toClients(cloud).account.send(new ListRegionsCommand(input)));
      const member = toClients(cloud, await enter(cloud));
      await assert.rejects(
        member.account.send(new ListRegionsCommand(input)),
        refusal("AccessDeniedException", 403),
      );
    });
  });
});
