// The ways to read one list, the floor first and ours last: its pages as each way gets them, and one page's items.

import { toEnvelope, toListMessage } from "../../emulator/kubernetes/write-protobuf.ts";
import { emptyManagedFields } from "../../lib/kubernetes/empty-managed-fields.ts";
import { isRecord } from "../../lib/kubernetes/foreign-json.ts";
import { PAGE_LIMIT } from "../../lib/kubernetes/list.ts";
import { parseProtobufPage } from "../../lib/kubernetes/protobuf-page.ts";
import { NETWORK_POLICY } from "../../lib/kubernetes/protobuf-schema.ts";
import { createDecoder } from "./decode-messages.ts";
import type { List } from "./lists.ts";
import { createFieldReader } from "./read-fields.ts";

export interface Reader {
  readonly title: string;
  readonly pages: readonly Buffer[];
  /** An item is good until the next one is asked for. */
  readonly read: (page: Buffer) => Iterable<unknown>;
}

export function createReaders({ apiVersion, kind, schema, items }: List): readonly Reader[] {
  const pages = Array.from({ length: Math.ceil(items.length / PAGE_LIMIT) }, (_, index) =>
    items.slice(index * PAGE_LIMIT, (index + 1) * PAGE_LIMIT),
  );
  const metadata = { resourceVersion: "1000" };
  const json = pages.map((page) => Buffer.from(JSON.stringify({ kind, apiVersion, metadata, items: page })));
  const lists = pages.map((page) => Buffer.from(toListMessage(metadata, page, schema)));
  const envelopes = lists.map((list) => toEnvelope(apiVersion, kind, list));
  return [
    { title: "JSON.parse", pages: json, read: parseItems },
    // In place in a scan, where nobody needs the page again.
    { title: "our JSON", pages: json, read: (page) => parseItems(emptyManagedFields(Buffer.from(page))) },
    {
      title: "library, decoded whole",
      pages: lists,
      read: createDecoder(schema, schema === NETWORK_POLICY),
    },
    { title: "library, field by field", pages: lists, read: createFieldReader(schema) },
    { title: "our protobuf", pages: envelopes, read: (page) => parseProtobufPage(page, "a page").items },
  ];
}

function parseItems(page: Buffer): readonly unknown[] {
  const list: unknown = JSON.parse(page.toString());
  const items = isRecord(list) ? list["items"] : null;
  if (!Array.isArray(items)) throw new Error("the page is no list");
  return items;
}
