// s3:ListObjectsV2: keys in UTF-8 order, below a prefix, rolled up at a delimiter. Authorised as s3:ListBucket.

import { AwsError } from "../aws-error.ts";
import { pageSize } from "../json-body.ts";
import type { CallContext, Permission } from "../operation.ts";
import { toPage } from "../page.ts";
import type { StoredObject } from "../stores.ts";
import { queryValue } from "../wire.ts";
import { toElement, XML_DECLARATION } from "../xml.ts";
import { requireBucket, toBucketArn } from "./object.ts";
import type { S3Operation } from "./object.ts";

/** "By default, the action returns up to 1,000 key names." (API reference) */
const MAX_KEYS = 1000;
const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

export const listObjectsV2: S3Operation = {
  name: "ListObjectsV2",
  permissions: ({ bucket }, context) => [toPermission(bucket, context)],
  run: ({ bucket }, context) => {
    const objects = requireBucket(context, bucket, toPermission(bucket, context));
    const prefix = parameter(context, "prefix") ?? "";
    const size = pageSize(parameter(context, "max-keys"), "max-keys", MAX_KEYS, "InvalidArgument");
    const page = toPage({
      items: toEntries(objects, prefix, context),
      size,
      token: parameter(context, "continuation-token"),
      list: `ListObjectsV2 ${bucket} ${prefix}`,
      invalidToken: "InvalidArgument",
    });
    const elements = [
      toElement("Name", bucket),
      toElement("Prefix", encodeKey(prefix, context)),
      toElement("KeyCount", page.items.length),
      toElement("MaxKeys", size),
      toElement("EncodingType", parameter(context, "encoding-type")),
      toElement("IsTruncated", page.nextToken !== undefined),
      toElement("NextContinuationToken", page.nextToken),
      ...page.items.map((entry) => toEntryElement(entry, context)),
    ].join("");
    return {
      status: 200,
      headers: { "content-type": "application/xml", "x-amz-request-id": context.requestId },
      body: `${XML_DECLARATION}<ListBucketResult xmlns="${NAMESPACE}">${elements}</ListBucketResult>`,
    };
  },
};

function toPermission(bucket: string, context: CallContext): Permission {
  return {
    action: "s3:ListBucket",
    resource: toBucketArn(context, bucket),
    context: new Map([["s3:prefix", parameter(context, "prefix") ?? ""]]),
  };
}

/** An object, or null for a common prefix. */
interface Entry {
  readonly name: string;
  readonly object: StoredObject | null;
}

function toEntries(
  objects: ReadonlyMap<string, StoredObject>,
  prefix: string,
  context: CallContext,
): readonly Entry[] {
  const delimiter = parameter(context, "delimiter");
  const startAfter = parameter(context, "start-after") ?? "";
  const entries = new Map<string, Entry>();
  for (const key of [...objects.keys()].toSorted(byUtf8)) {
    if (!key.startsWith(prefix) || byUtf8(key, startAfter) <= 0) continue;
    const end = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    const name = end === -1 || delimiter === undefined ? key : key.slice(0, end + delimiter.length);
    entries.set(name, { name, object: end === -1 ? (objects.get(key) ?? null) : null });
  }
  return [...entries.values()];
}

function byUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function toEntryElement({ name, object }: Entry, context: CallContext): string {
  const key = encodeKey(name, context);
  if (object === null) return toElement("CommonPrefixes", { Prefix: key });
  return toElement("Contents", {
    Key: key,
    LastModified: object.lastModified.toISOString(),
    ETag: object.etag,
    Size: object.body.length,
    StorageClass: "STANDARD",
  });
}

/** A client may ask for URL-encoded keys, because XML cannot hold every character. */
function encodeKey(key: string, context: CallContext): string {
  const encoding = parameter(context, "encoding-type");
  if (encoding === undefined) return key;
  if (encoding !== "url")
    throw new AwsError("InvalidArgument", 400, "Invalid Encoding Method specified in Request");
  return encodeURIComponent(key).replaceAll("%2F", "/");
}

function parameter({ request }: CallContext, name: string): string | undefined {
  return queryValue(request, name);
}
