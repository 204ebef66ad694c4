// sns:GetTopicAttributes of a standard topic.

import type { QueryOperation } from "../query-protocol.ts";
import { requireTopic } from "./topic.ts";

export const getTopicAttributes: QueryOperation = {
  name: "GetTopicAttributes",
  permissions: (form) => [{ action: "sns:GetTopicAttributes", resource: form.get("TopicArn") ?? "" }],
  run: (form, context) => {
    const arn = requireTopic(form, context);
    // The one attribute that every topic has; a map's entries are not a list of members.
    return { Attributes: { entry: { key: "TopicArn", value: arn } } };
  },
};
