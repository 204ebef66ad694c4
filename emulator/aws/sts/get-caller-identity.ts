// sts:GetCallerIdentity. "No permissions are required to perform this operation." (API reference)

import type { QueryOperation } from "../query-protocol.ts";

export const getCallerIdentity: QueryOperation = {
  name: "GetCallerIdentity",
  permissions: () => [],
  run: (_, { session }) => ({
    Arn: session.arn,
    UserId: session.userId,
    Account: session.role.accountId,
  }),
};
