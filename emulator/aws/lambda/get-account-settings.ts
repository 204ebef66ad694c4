// lambda:GetAccountSettings: the limits of the caller's account in a Region. No function of the world has a
// reservation, so all of the concurrency is unreserved.

import type { RestJsonOperation } from "../rest-json-protocol.ts";

/** "By default, Lambda provides your account with a total concurrency limit of 1,000" (Developer guide). */
const DEFAULT_CONCURRENCY = 1_000;
const MEGABYTE = 1024 * 1024;

export const getAccountSettings: RestJsonOperation = {
  name: "GetAccountSettings",
  method: "GET",
  path: "/2016-08-19/account-settings",
  permissions: () => [{ action: "lambda:GetAccountSettings", resource: "*" }],
  run: (_, { world }) => {
    const concurrency = world.lambdaConcurrency ?? DEFAULT_CONCURRENCY;
    return {
      AccountLimit: {
        TotalCodeSize: 80_530_636_800,
        CodeSizeUnzipped: 250 * MEGABYTE,
        CodeSizeZipped: 50 * MEGABYTE,
        ConcurrentExecutions: concurrency,
        UnreservedConcurrentExecutions: concurrency,
      },
      AccountUsage: { TotalCodeSize: 0, FunctionCount: 0 },
    };
  },
};
