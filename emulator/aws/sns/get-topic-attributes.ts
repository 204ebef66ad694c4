// sns:GetTopicAttributes of a standard topic.

import type { QueryOperation } from "../query-protocol.ts";
import { requireTopic } from "./topic.ts";

const ONE_SUBSCRIBER = { confirmed: 1, pending: 0 };

export const getTopicAttributes: QueryOperation = {
  name: "GetTopicAttributes",
  permissions: (form) => [{ action: "sns:GetTopicAttributes", resource: form.get("TopicArn") ?? "" }],
  run: (form, context) => {
    const arn = requireTopic(form, context);
    const name = arn.split(":").at(-1) ?? "";
    const { confirmed, pending } = context.world.topicSubscriptions?.get(name) ?? ONE_SUBSCRIBER;
    // Of what GetTopicAttributes documents, what anybody here asks for.
    const attributes = {
      TopicArn: arn,
      SubscriptionsConfirmed: confirmed,
      SubscriptionsPending: pending,
      SubscriptionsDeleted: 0,
    };
    return { Attributes: { entry: Object.entries(attributes).map(([key, value]) => ({ key, value })) } };
  },
};
