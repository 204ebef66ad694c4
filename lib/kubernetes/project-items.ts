// From the items of lists that come in protobuf or in JSON, as the server answers, to the model: what is said is the
// same. For one list each, because what its items share is kept with the function.

import type { Pod, RawObject } from "../model/kubernetes.ts";
import type { Interner } from "./interner.ts";
import type { ListPage } from "./list.ts";
import { type Known, toPodMetadata } from "./pod.ts";
import { createMessageReader } from "./protobuf-message.ts";
import { createPodReader } from "./protobuf-pod.ts";
import { ProtobufReader } from "./protobuf-reader.ts";
import { NETWORK_POLICY, PARTIAL_OBJECT_METADATA } from "./protobuf-schema.ts";
import { toRawObject, toSchemaObject } from "./raw-object.ts";
import { createMetadataSharing, createPolicySharing } from "./share-policies.ts";

export function projectPods(known: Known, interner: Interner): (item: unknown) => Pod {
  const readPod = createPodReader(known, interner);
  return (item) => (item instanceof ProtobufReader ? readPod(item) : toPodMetadata(item, known, interner));
}

/** Of a kind of which only the metadata are read. */
export function projectMetadata<T>(kind: string, project: (item: unknown) => T): (item: unknown) => T {
  const readMessage = createMessageReader(kind, PARTIAL_OBJECT_METADATA);
  return (item) => project(item instanceof ProtobufReader ? readMessage(item) : item);
}

export function projectPolicies(): (item: unknown, page: Pick<ListPage, "apiVersion" | "kind">) => RawObject {
  const readMessage = createMessageReader("NetworkPolicy", NETWORK_POLICY);
  const [shareAll, shareMetadata] = [createPolicySharing(), createMetadataSharing()];
  return (item, page) =>
    item instanceof ProtobufReader
      ? shareMetadata(toSchemaObject(readMessage(item), page))
      : shareAll(toRawObject(item, page));
}
