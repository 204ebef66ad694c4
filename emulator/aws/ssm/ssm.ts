// AWS Systems Manager, of which only Parameter Store is here.

import { toJsonService } from "../json-protocol.ts";
import { getParameter } from "./get-parameter.ts";

export const ssm = toJsonService({
  id: "ssm",
  targetPrefix: "AmazonSSM",
  isGlobal: false,
  operations: [getParameter],
});
