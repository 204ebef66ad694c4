// sns:Publish to a standard topic.

import { randomUUID } from "node:crypto";

import { AwsError } from "../aws-error.ts";
import type { Form, QueryOperation } from "../query-protocol.ts";
import { getOrCreate } from "../stores.ts";
import type { PublishedMessage } from "../stores.ts";
import { requireTopic } from "./topic.ts";

/** "The maximum message size … 262,144 bytes", message attributes included. (Developer guide) */
const MAX_BYTES = 262_144;
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
