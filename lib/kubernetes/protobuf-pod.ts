// The metadata of pods straight from the bytes to the model: a cluster has 100,000 of them, so what is passed over must
// cost nothing, and what many have in common is read once. Says of a pod what pod.ts says of its JSON.

import type { Labels, OwnerReference, Pod } from "../model/kubernetes.ts";
import { MalformedObjectError } from "./errors.ts";
import type { Interner } from "./interner.ts";
import { NO_LABELS, parseController } from "./object-metadata.ts";
import { isDeciding, isTerminating, type Known } from "./pod.ts";
import { createMessageReader, readEntry, readTexts, readTime } from "./protobuf-message.ts";
import type { ProtobufReader } from "./protobuf-reader.ts";
import { OBJECT_META } from "./protobuf-schema.ts";
import { createSharedReading } from "./share-reading.ts";

/** Of PartialObjectMetadata. */
const METADATA = 1;

/** Of ObjectMeta (protobuf-schema.ts). */
const NAME = 1;
const NAMESPACE = 3;
const CREATION_TIMESTAMP = 8;
const DELETION_TIMESTAMP = 9;
const DELETION_GRACE_PERIOD_SECONDS = 10;
const LABELS = 11;
const ANNOTATIONS = 12;
const OWNER_REFERENCES = 13;

/** For one list: what its pods share is kept as long as the function. */
export function createPodReader(known: Known, interner: Interner): (item: ProtobufReader) => Pod {
  const shared = createReadings();
  return (item) => {
    const metadata: Metadata = { ...NOTHING };
    while (item.next()) {
      if (item.field === METADATA) readMetadata(item, metadata, shared);
      else item.skip();
    }
    // As in JSON: what is not said, or empty, is missing.
    if (metadata.name === "") throw new MalformedObjectError("Pod", "metadata.name");
    if (metadata.namespace === "") throw new MalformedObjectError("Pod", "metadata.namespace");
    return {
      namespace: interner.namespace(metadata.namespace),
      name: metadata.name,
      labels: metadata.labels,
      annotations: interner.annotations(metadata.annotations),
      owner: metadata.owner,
      createdAt: metadata.createdAt,
      terminating: isTerminating(metadata),
      hostNetwork: known.hostNetwork,
      finished: known.finished,
      detail: null,
    };
  };
}

type Readings = ReturnType<typeof createReadings>;

function createReadings() {
  const readMetadata = createMessageReader("Pod", OBJECT_META);
  return {
    labels: createSharedReading(readTexts),
    time: createSharedReading((content) => readTime(content, "Pod", "creationTimestamp")),
    owner: createSharedReading((references) =>
      parseController("Pod", readMetadata(references)["ownerReferences"]),
    ),
  };
}

interface Metadata {
  name: string;
  namespace: string;
  labels: Labels;
  annotations: Labels;
  owner: OwnerReference | null;
  createdAt: string | null;
  terminating: boolean;
  deletionGraceSeconds: number | null;
}

const NOTHING: Metadata = {
  name: "",
  namespace: "",
  labels: NO_LABELS,
  annotations: NO_LABELS,
  owner: null,
  createdAt: null,
  terminating: false,
  deletionGraceSeconds: null,
};

function readMetadata(reader: ProtobufReader, metadata: Metadata, shared: Readings): void {
  const outerEnd = reader.enter();
  while (reader.next()) readField(reader, metadata, shared);
  reader.leave(outerEnd);
}

function readField(reader: ProtobufReader, metadata: Metadata, shared: Readings): void {
  switch (reader.field) {
    case NAME:
      metadata.name = reader.readText();
      return;
    case NAMESPACE:
      metadata.namespace = reader.readText();
      return;
    case CREATION_TIMESTAMP:
      reader.takeContent();
      metadata.createdAt = shared.time(reader);
      return;
    case DELETION_TIMESTAMP:
      reader.takeContent();
      metadata.terminating = shared.time(reader) !== null;
      return;
    case DELETION_GRACE_PERIOD_SECONDS:
      metadata.deletionGraceSeconds = reader.readInteger();
      return;
    case LABELS:
      reader.takeRun();
      metadata.labels = join(metadata.labels, shared.labels(reader));
      return;
    case ANNOTATIONS:
      addAnnotation(reader, metadata);
      return;
    case OWNER_REFERENCES:
      reader.takeRun();
      metadata.owner ??= shared.owner(reader);
      return;
    default:
      reader.skip();
  }
}

/** Go writes the entries of a map one after the other, as one run; nobody has to. */
function join(labels: Labels, run: Labels): Labels {
  return labels === NO_LABELS ? run : { ...labels, ...run };
}

function addAnnotation(reader: ProtobufReader, metadata: Metadata): void {
  const [key, value] = readEntry(reader, isDeciding);
  // The few keys that decide are known names, so none of them is `__proto__`.
  if (isDeciding(key)) metadata.annotations = { ...metadata.annotations, [key]: value };
}
