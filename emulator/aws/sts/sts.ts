// AWS Security Token Service.

import { toQueryService } from "../query-protocol.ts";
import { assumeRole } from "./assume-role.ts";
import { getCallerIdentity } from "./get-caller-identity.ts";

export const sts = toQueryService({
  id: "sts",
  version: "2011-06-15",
  namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  denied: { code: "AccessDenied", status: 403 },
  operations: [assumeRole, getCallerIdentity],
});
