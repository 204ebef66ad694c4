// The lists that a scan reads in protobuf, as an API server has them: objects with who set which field, and what becomes
// of each in a scan.

import { scaleCluster } from "../../emulator/worlds/scale.ts";
import { Interner } from "../../lib/kubernetes/interner.ts";
import { projectMetadata, projectPods, projectPolicies } from "../../lib/kubernetes/project-items.ts";
import {
  type Message,
  NETWORK_POLICY,
  PARTIAL_OBJECT_METADATA,
} from "../../lib/kubernetes/protobuf-schema.ts";
import { toNamespace } from "../../lib/kubernetes/schema.ts";
import type { RawObject } from "../../lib/model/kubernetes.ts";
import { APPLIED_MANAGED_FIELDS, POD_MANAGED_FIELDS } from "../managed-fields.ts";

const SCALE = { namespacesPerCluster: 1_000, podsPerCluster: 10_000, policiesPerCluster: 4_000 };

export interface List {
  readonly title: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly schema: Message;
  readonly items: readonly object[];
  /** From an item, parsed or within a ProtobufReader, to what is kept. For one reading of the list. */
  readonly createProject: () => (item: unknown, page: Pick<List, "apiVersion" | "kind">) => unknown;
}

export function createLists(): readonly List[] {
  const { objects } = scaleCluster("bench", "eu-central-1", SCALE);
  const ofKind = (kind: string, managedFields: readonly object[]): RawObject[] =>
    objects
      .filter((object) => object.kind === kind)
      .map((object) => ({ ...object, metadata: { ...object.metadata, managedFields } }));
  const metadataOf = (kind: string, managedFields: readonly object[]) => ({
    apiVersion: "meta.k8s.io/v1",
    kind: "PartialObjectMetadataList",
    schema: PARTIAL_OBJECT_METADATA,
    items: ofKind(kind, managedFields).map(({ metadata }) => ({ metadata })),
  });
  return [
    {
      title: "Metadata of pods",
      ...metadataOf("Pod", POD_MANAGED_FIELDS),
      createProject: () => projectPods({ hostNetwork: false, finished: false }, new Interner()),
    },
    {
      title: "Metadata of namespaces",
      ...metadataOf("Namespace", APPLIED_MANAGED_FIELDS),
      createProject: () => projectMetadata("Namespace", toNamespace),
    },
    {
      title: "NetworkPolicies",
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicyList",
      schema: NETWORK_POLICY,
      items: ofKind("NetworkPolicy", APPLIED_MANAGED_FIELDS).map(({ metadata, spec }) => ({
        metadata,
        spec,
      })),
      createProject: projectPolicies,
    },
  ];
}
