// Which topics there are: every one of the scanner's account whose name begins with `ringfence-`.

import { AwsError } from "../aws-error.ts";
import type { CallContext } from "../operation.ts";
import type { Form } from "../query-protocol.ts";

const TOPIC_ARN = /^arn:[a-z-]+:sns:([a-z0-9-]+):(\d{12}):([\w-]{1,256})$/u;

/** The ARN of the topic that the call names. Throws where there is none. */
export function requireTopic(form: Form, { world, region }: CallContext): string {
  const arn = form.get("TopicArn") ?? "";
  const [, topicRegion, accountId, name] = TOPIC_ARN.exec(arn) ?? [];
  if (topicRegion !== region) throw new AwsError("InvalidParameter", 400, "Invalid parameter: TopicArn");
  const exists = accountId === world.scanner.accountId && name?.startsWith("ringfence-") === true;
  if (!exists) throw new AwsError("NotFound", 404, "Topic does not exist");
  return arn;
}
