// The Regions of one account, seen with that account's own credentials: for whoever looks for clusters, not for whoever
// knows where they are.

import type { AccountRegions } from "../scan/sources.ts";
import type { AccountContext } from "./entrance.ts";

export function openRegions({ homeRegion, credentials, transport }: AccountContext): AccountRegions {
  return {
    async listRegions() {
      const { listRegions } = await import("./regions.ts");
      return listRegions(transport, homeRegion, credentials);
    },
  };
}
