// Every service refuses its first two calls with 429 and then answers: a patient scanner ends as if nothing was.

import type { World, WorldFault } from "../../world.ts";
import { world } from "../build.ts";
import { healthyCluster, hubAccount, memberAccount, organizationOfTwo } from "./small-company.ts";

// Codes as the API models name them; STS and SNS speak the query protocol, where it is Throttling.
const OPERATIONS: readonly (readonly [service: string, operation: string, code: string])[] = [
  ["organizations", "ListAccounts", "TooManyRequestsException"],
  ["sts", "AssumeRole", "Throttling"],
  ["account", "ListRegions", "TooManyRequestsException"],
  ["eks", "ListClusters", "ThrottlingException"],
  ["eks", "DescribeCluster", "ThrottlingException"],
  ["eks", "DescribeAddon", "ThrottlingException"],
  ["securityhub", "BatchImportFindings", "TooManyRequestsException"],
  ["sns", "Publish", "Throttling"],
];

export function throttled(): World {
  return world({
    name: "throttled",
    description: "Two accounts; every service answers 429 to the first two calls of an operation.",
    organization: organizationOfTwo,
    accounts: [
      hubAccount([healthyCluster()]),
      memberAccount([healthyCluster({ name: "other", vpcOctet: 21 })]),
    ],
    faults: [
      ...OPERATIONS.map(toFault),
      kubernetesFault("/api/v1/namespaces"),
      kubernetesFault("/api/v1/pods"),
    ],
  });
}

function toFault([service, operation, code]: readonly [string, string, string]): WorldFault {
  return {
    service,
    operation,
    calls: [1, 2],
    answer: { kind: "error", status: 429, code, message: "Rate exceeded" },
  };
}

/** As API Priority and Fairness answers: 429 with Retry-After in seconds. */
function kubernetesFault(operation: string): WorldFault {
  return {
    service: "kubernetes",
    operation,
    calls: [1, 2],
    answer: {
      kind: "error",
      status: 429,
      code: "TooManyRequests",
      message: "Too many requests, please try again later.",
      retryAfterSeconds: 1,
    },
  };
}
