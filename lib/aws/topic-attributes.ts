// Whether an SNS topic is there, asked by doctor. Publishes nothing, and says nothing about who may publish.

import { GetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import * as v from "valibot";
import { parseAnswer, Text } from "./answer.ts";
import { readArnRegion } from "./arn.ts";
import { inTime, observeCalls, toClientConfig, type Transport } from "./clients.ts";

const Described = v.object({ Attributes: v.object({ TopicArn: Text }) });

/** `sns:GetTopicAttributes`, in the topic's own Region. Throws where there is no such topic. */
export async function getTopicAttributes(topicArn: string, transport: Transport): Promise<void> {
  const client = new SNSClient(toClientConfig(transport, readArnRegion(topicArn), undefined));
  client.middlewareStack.use(observeCalls(transport, "sns"));
  const command = new GetTopicAttributesCommand({ TopicArn: topicArn });
  const answer = await inTime(transport, (options) => client.send(command, options));
  parseAnswer(Described, answer, "GetTopicAttributes");
}
