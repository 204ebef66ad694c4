// One page of a list as Kubernetes sends it in protobuf: the envelope, what the list says of itself, and its items,
// which are read where they lie. Knows no kind of object.

import { MalformedAnswerError } from "./errors.ts";
import { ProtobufReader } from "./protobuf-reader.ts";

/** k8s.io/apimachinery runtime/serializer/protobuf: "k8s\0", and then a runtime.Unknown. */
const MAGIC = "k8s\0";

interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

interface ListMeta {
  /** Empty on the last page. */
  readonly token: string;
  readonly remainingItemCount: number;
}

export interface ProtobufPage extends TypeMeta, ListMeta {
  /** A reader within each item's message in turn: good until the next one is asked for. */
  readonly items: Iterable<ProtobufReader>;
}

/** `request` is what errors name. */
export function parseProtobufPage(body: Buffer, request: string): ProtobufPage {
  const { type, content } = openEnvelope(body, request);
  const items = readItems(new ProtobufReader(content, request));
  return { ...type, ...readListMeta(new ProtobufReader(content, request)), items };
}

/** `reason` of a Status: whoever asks for protobuf is refused in protobuf, too. */
export function readStatusReason(body: Buffer, request: string): string | null {
  const { type, content } = openEnvelope(body, request);
  const status = new ProtobufReader(content, request);
  let reason: string | null = null;
  while (status.next()) {
    if (status.field === 4) reason = status.readText();
    else status.skip();
  }
  return type.kind === "Status" ? reason : null;
}

function openEnvelope(body: Buffer, request: string): { readonly type: TypeMeta; readonly content: Buffer } {
  const toError = () => new MalformedAnswerError(request, "the answer is not Kubernetes' protobuf");
  if (body.toString("latin1", 0, MAGIC.length) !== MAGIC) throw toError();
  const envelope = new ProtobufReader(body.subarray(MAGIC.length), request);
  let content: Buffer | null = null;
  let type: TypeMeta = { apiVersion: "", kind: "" };
  while (envelope.next()) {
    if (envelope.field === 1) type = envelope.readInside(() => readTypeMeta(envelope));
    else if (envelope.field === 2) content = envelope.readBytes();
    // contentEncoding: "Unspecified means no encoding."
    else if (envelope.field === 3 && envelope.readText() !== "") throw toError();
    else if (envelope.field !== 3) envelope.skip();
  }
  if (content === null) throw toError();
  return { type, content };
}

function readTypeMeta(reader: ProtobufReader): TypeMeta {
  const type = { apiVersion: "", kind: "" };
  while (reader.next()) {
    if (reader.field === 1) type.apiVersion = reader.readText();
    else if (reader.field === 2) type.kind = reader.readText();
    else reader.skip();
  }
  return type;
}

/** Every list is ListMeta as field 1 and items as field 2. */
const METADATA = 1;
const ITEMS = 2;

/** Goes over the whole list, because nothing says that its metadata come first. */
function readListMeta(list: ProtobufReader): ListMeta {
  let metadata: ListMeta = { token: "", remainingItemCount: 0 };
  while (list.next()) {
    if (list.field === METADATA) metadata = list.readInside(() => readTokens(list));
    else list.skip();
  }
  return metadata;
}

function readTokens(reader: ProtobufReader): ListMeta {
  const metadata = { token: "", remainingItemCount: 0 };
  while (reader.next()) {
    if (reader.field === 3) metadata.token = reader.readText();
    else if (reader.field === 4) metadata.remainingItemCount = reader.readInteger();
    else reader.skip();
  }
  return metadata;
}

function* readItems(list: ProtobufReader): Generator<ProtobufReader> {
  while (list.next()) {
    if (list.field !== ITEMS) {
      list.skip();
      continue;
    }
    const outerEnd = list.enter();
    yield list;
    list.leave(outerEnd);
  }
}
