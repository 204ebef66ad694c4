// Amazon Simple Notification Service.

import { toQueryService } from "../query-protocol.ts";
import { getTopicAttributes } from "./get-topic-attributes.ts";
import { publish } from "./publish.ts";

export const sns = toQueryService({
  id: "sns",
  version: "2010-03-31",
  namespace: "http://sns.amazonaws.com/doc/2010-03-31/",
  denied: { code: "AuthorizationError", status: 403 },
  operations: [getTopicAttributes, publish],
});
