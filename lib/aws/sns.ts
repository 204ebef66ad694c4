// An SNS topic: publishes one message. Does not format, split or repeat; that is the sink's.

import { PublishCommand, SNSClient, type MessageAttributeValue } from "@aws-sdk/client-sns";
import * as v from "valibot";
import type { Topic } from "../scan/sources.ts";
import { parseAnswer, Text } from "./answer.ts";
import { readArnRegion } from "./arn.ts";
import {
  inTime,
  observeCalls,
  toClientConfig,
  type CredentialSource,
  type Transport,
  withFreshConnections,
} from "./clients.ts";
import { sendOnce } from "./pacing.ts";

const Published = v.object({ MessageId: Text });

/** The topic's own Region is called. Without `credentials` the default chain is asked. */
export function openTopic(topicArn: string, transport: Transport, credentials?: CredentialSource): Topic {
  // The SDK would repeat what may have arrived; a topic has no memory of it. So no connection may be a stale one.
  const fresh = withFreshConnections(transport);
  const client = new SNSClient({
    ...toClientConfig(fresh, readArnRegion(topicArn), credentials),
    maxAttempts: 1,
  });
  client.middlewareStack.use(observeCalls(transport, "sns"));
  return {
    async publish({ subject, body, attributes }) {
      const command = new PublishCommand({
        TopicArn: topicArn,
        Subject: subject,
        Message: body,
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [name, toAttribute(value)]),
        ),
      });
      const answer = await sendOnce(transport, () =>
        inTime(transport, (options) => client.send(command, options)),
      );
      return { messageId: parseAnswer(Published, answer, "Publish").MessageId };
    },
  };
}

function toAttribute(value: string | readonly string[]): MessageAttributeValue {
  if (typeof value === "string") return { DataType: "String", StringValue: value };
  return { DataType: "String.Array", StringValue: JSON.stringify(value) };
}
