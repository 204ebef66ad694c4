// sns:Publish to a standard topic. Every topic of the scanner's account whose name begins with `ringfence-` exists.

import { randomUUID } from "node:crypto";

import { AwsError } from "../aws-error.ts";
import type { CallContext } from "../operation.ts";
import type { Form, QueryOperation } from "../query-protocol.ts";
import { getOrCreate } from "../stores.ts";
import type { PublishedMessage } from "../stores.ts";

/** "The maximum message size … 262,144 bytes", message attributes included. (Developer guide) */
const MAX_BYTES = 262_144;
const TOPIC_ARN = /^arn:[a-z-]+:sns:([a-z0-9-]+):(\d{12}):([\w-]{1,256})$/u;
/** "Subjects must be ASCII text that begins with a letter, number, or punctuation mark, … less than 100 characters." */
const SUBJECT = /^[!-~][ -~]{0,99}$/u;
const ATTRIBUTE_TYPES = new Set(["String", "String.Array", "Number", "Binary"]);

export const publish: QueryOperation = {
  name: "Publish",
  permissions: (form) => [{ action: "sns:Publish", resource: form.get("TopicArn") ?? "" }],
  run: (form, context) => {
    const topicArn = requireTopic(form, context);
    const message = toMessage(form);
    getOrCreate(context.stores.messages, topicArn, () => []).push(message);
    return { MessageId: message.messageId };
  },
};

function requireTopic(form: Form, { world, region }: CallContext): string {
  const arn = form.get("TopicArn") ?? "";
  const [, topicRegion, accountId, name] = TOPIC_ARN.exec(arn) ?? [];
  if (topicRegion !== region) throw invalid("TopicArn");
  const exists = accountId === world.scanner.accountId && name?.startsWith("ringfence-") === true;
  if (!exists) throw new AwsError("NotFound", 404, "Topic does not exist");
  return arn;
}

function toMessage(form: Form): PublishedMessage {
  const message = form.get("Message");
  if (message === undefined || message === "") throw invalid("Message");
  const subject = form.get("Subject");
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalid("Subject");
  if (form.has("MessageStructure")) throw invalid("MessageStructure");
  const attributes = toAttributes(form);
  const sizes = [...attributes].map(([name, { type, value }]) => byteLength(name + type + value));
  if (sizes.reduce((sum, size) => sum + size, byteLength(message)) > MAX_BYTES) {
    throw invalid("Message too long");
  }
  return { messageId: randomUUID(), subject, message, attributes };
}

function toAttributes(form: Form): PublishedMessage["attributes"] {
  const attributes = new Map<string, { readonly type: string; readonly value: string }>();
  for (let index = 1; form.has(`MessageAttributes.entry.${index}.Name`); index++) {
    const prefix = `MessageAttributes.entry.${index}`;
    const name = form.get(`${prefix}.Name`) ?? "";
    const type = form.get(`${prefix}.Value.DataType`) ?? "";
    const value = form.get(`${prefix}.Value.${type === "Binary" ? "BinaryValue" : "StringValue"}`) ?? "";
    if (!ATTRIBUTE_TYPES.has(type) || value === "") {
      throw new AwsError(
        "ParameterValueInvalid",
        400,
        `The message attribute '${name}' has an invalid message attribute type or an empty value`,
      );
    }
    if (type === "String.Array" && !isJsonArray(value)) throw invalid(`Message attribute '${name}'`);
    attributes.set(name, { type, value });
  }
  return attributes;
}

function isJsonArray(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

function invalid(what: string): AwsError {
  return new AwsError("InvalidParameter", 400, `Invalid parameter: ${what}`);
}
