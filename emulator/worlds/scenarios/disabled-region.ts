// A Region that the configuration names, but that the account never opted in to: credentials are not known there.

import type { World } from "../../world.ts";
import { world } from "../build.ts";
import { healthyCluster, hubAccount } from "./small-company.ts";

export const DISABLED_REGION = "ap-east-1";

export function disabledRegion(): World {
  return world({
    name: "disabled-region",
    description: "One account that has not enabled ap-east-1; scan it with that Region configured.",
    accounts: [hubAccount([healthyCluster()])],
    faults: [
      {
        service: "eks",
        operation: "ListClusters",
        region: DISABLED_REGION,
        answer: {
          kind: "error",
          status: 403,
          code: "UnrecognizedClientException",
          message: "The security token included in the request is invalid.",
        },
      },
    ],
  });
}
