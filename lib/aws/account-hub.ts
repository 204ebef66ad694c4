// Where the findings of one account go: its Security Hub, in each Region.

import type { AccountHub } from "../scan/sources.ts";
import type { AccountContext } from "./entrance.ts";
import { perRegion } from "./per-region.ts";
import { openSecurityHub } from "./security-hub.ts";

export function openHub({ accountId, ...context }: AccountContext): AccountHub {
  return {
    accountId,
    securityHub: perRegion((region) => openSecurityHub({ ...context, accountId, region })),
  };
}
