// A company of two accounts, the hub's without clusters: what a test is about stands in the member's.

import type { World, WorldFault } from "../../emulator/world.ts";
import { world } from "../../emulator/worlds/build.ts";
import {
  hubAccount,
  memberAccount,
  organizationOfTwo,
} from "../../emulator/worlds/scenarios/small-company.ts";

type Member = Parameters<typeof memberAccount>;

export function twoAccounts(
  clusters: Member[0] = [],
  { faults = [], member }: { readonly faults?: readonly WorldFault[]; readonly member?: Member[1] } = {},
): World {
  return world({
    name: "two",
    description: "Two accounts, made for a test.",
    organization: organizationOfTwo,
    accounts: [hubAccount([]), memberAccount(clusters, member)],
    faults,
  });
}
