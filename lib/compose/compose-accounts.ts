// Wires the stage that lists accounts: the organization, and nothing inside an account.

import { toUnseen } from "../aws/errors.ts";
import { openOrganization } from "../aws/organization.ts";
import { openOwnIdentity } from "../aws/own-identity.ts";
import { toAccountScope } from "./compose-parts.ts";
import { composeStage, type Stage } from "./compose-stage.ts";
import type { AccountScope } from "../scan/discover.ts";
import { createObserve, type Observe } from "../scan/observe.ts";
import type { Organization } from "../scan/sources.ts";

export interface AccountsComposition extends Stage {
  readonly organization: Organization;
  readonly accounts: AccountScope;
  readonly observe: Observe;
}

export function composeAccounts(): AccountsComposition {
  const stage = composeStage();
  return {
    ...stage,
    organization: openOrganization(openOwnIdentity(stage), stage),
    accounts: toAccountScope(stage.configuration),
    observe: createObserve([toUnseen]),
  };
}
