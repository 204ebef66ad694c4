// AWS Organizations.

import { toJsonService } from "../json-protocol.ts";
import { describeOrganization } from "./describe-organization.ts";
import { describeOrganizationalUnit } from "./describe-organizational-unit.ts";
import { listAccounts } from "./list-accounts.ts";
import { listAccountsForParent } from "./list-accounts-for-parent.ts";
import { listOrganizationalUnitsForParent } from "./list-organizational-units-for-parent.ts";
import { listParents } from "./list-parents.ts";
import { listRoots } from "./list-roots.ts";

export const organizations = toJsonService({
  id: "organizations",
  targetPrefix: "AWSOrganizationsV20161128",
  isGlobal: true,
  operations: [
    describeOrganization,
    describeOrganizationalUnit,
    listAccounts,
    listAccountsForParent,
    listOrganizationalUnitsForParent,
    listParents,
    listRoots,
  ],
});
