// Whether an SNS topic is there and who listens to it, asked by doctor. Publishes nothing, and says nothing about who may
// publish.

import { GetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import * as v from "valibot";
import { parseAnswer, Text } from "./answer.ts";
import { readArnRegion } from "./arn.ts";
import { inTime, observeCalls, toClientConfig, type Transport } from "./clients.ts";

const Amount = v.pipe(Text, v.regex(/^\d{1,9}$/), v.transform(Number));
const Described = v.object({
  Attributes: v.object({ TopicArn: Text, SubscriptionsConfirmed: Amount, SubscriptionsPending: Amount }),
});

/** Subscriptions of a topic. */
export interface TopicSubscriptions {
  readonly confirmed: number;
  /** Asked for, and not confirmed by whoever is to get the messages. */
  readonly pending: number;
}

/** `sns:GetTopicAttributes`, in the topic's own Region. Throws where there is no such topic. */
export async function getTopicSubscriptions(
  topicArn: string,
  transport: Transport,
): Promise<TopicSubscriptions> {
  const client = new SNSClient(toClientConfig(transport, readArnRegion(topicArn), undefined));
  client.middlewareStack.use(observeCalls(transport, "sns"));
  const command = new GetTopicAttributesCommand({ TopicArn: topicArn });
  const answer = await inTime(transport, (options) => client.send(command, options));
  // API reference, GetTopicAttributes: "SubscriptionsConfirmed – The number of confirmed subscriptions for the topic."
  const { Attributes: attributes } = parseAnswer(Described, answer, "GetTopicAttributes");
  return { confirmed: attributes.SubscriptionsConfirmed, pending: attributes.SubscriptionsPending };
}
