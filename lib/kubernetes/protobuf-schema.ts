// The messages that are read: which field is which member of the JSON form, and what Go leaves out there. Data only.
// Source: generated.proto and types.go of k8s.io/api/networking/v1 and of k8s.io/apimachinery, v0.36.

export interface Field {
  readonly member: string;
  readonly type: FieldType;
  /** A list in JSON, and a field of its own for each entry on the wire. */
  readonly repeated?: true;
  /** `omitempty` of what is no pointer in Go: the wire has it also where it is zero, JSON has not. */
  readonly omitZero?: true;
  /** Many objects have the same; equal bytes are read once and frozen. */
  readonly shared?: true;
}

export type FieldType =
  | "text"
  | "integer"
  | "flag"
  /** `map<string, string>` */
  | "texts"
  | "time"
  | "intOrString"
  /** Passed over: three quarters of an object's metadata, of which nothing is kept. */
  | "dropped"
  | Message;

export type Message = ReadonlyMap<number, Field>;

const LABEL_SELECTOR: Message = new Map([
  [1, { member: "matchLabels", type: "texts" }],
  [
    2,
    {
      member: "matchExpressions",
      type: new Map([
        [1, { member: "key", type: "text" }],
        [2, { member: "operator", type: "text" }],
        [3, { member: "values", type: "text", repeated: true }],
      ]),
      repeated: true,
    },
  ],
]);

const OWNER_REFERENCE: Message = new Map([
  [1, { member: "kind", type: "text" }],
  [3, { member: "name", type: "text" }],
  [4, { member: "uid", type: "text" }],
  [5, { member: "apiVersion", type: "text" }],
  [6, { member: "controller", type: "flag" }],
  [7, { member: "blockOwnerDeletion", type: "flag" }],
]);

export const OBJECT_META: Message = new Map([
  [1, { member: "name", type: "text", omitZero: true }],
  [2, { member: "generateName", type: "text", omitZero: true }],
  [3, { member: "namespace", type: "text", omitZero: true }],
  [4, { member: "selfLink", type: "text", omitZero: true }],
  [5, { member: "uid", type: "text", omitZero: true }],
  [6, { member: "resourceVersion", type: "text", omitZero: true }],
  [7, { member: "generation", type: "integer", omitZero: true }],
  [8, { member: "creationTimestamp", type: "time", omitZero: true, shared: true }],
  [9, { member: "deletionTimestamp", type: "time" }],
  [10, { member: "deletionGracePeriodSeconds", type: "integer" }],
  [11, { member: "labels", type: "texts" }],
  [12, { member: "annotations", type: "texts" }],
  [13, { member: "ownerReferences", type: OWNER_REFERENCE, repeated: true }],
  [14, { member: "finalizers", type: "text", repeated: true }],
  [17, { member: "managedFields", type: "dropped" }],
]);

export const PARTIAL_OBJECT_METADATA: Message = new Map([[1, { member: "metadata", type: OBJECT_META }]]);

const PORTS: Field = {
  member: "ports",
  type: new Map([
    [1, { member: "protocol", type: "text" }],
    [2, { member: "port", type: "intOrString" }],
    [3, { member: "endPort", type: "integer" }],
  ]),
  repeated: true,
};

const PEER: Message = new Map([
  [1, { member: "podSelector", type: LABEL_SELECTOR }],
  [2, { member: "namespaceSelector", type: LABEL_SELECTOR }],
  [
    3,
    {
      member: "ipBlock",
      type: new Map([
        [1, { member: "cidr", type: "text" }],
        [2, { member: "except", type: "text", repeated: true }],
      ]),
    },
  ],
]);

const NETWORK_POLICY_SPEC: Message = new Map([
  [1, { member: "podSelector", type: LABEL_SELECTOR }],
  [
    2,
    {
      member: "ingress",
      type: new Map([
        [1, PORTS],
        [2, { member: "from", type: PEER, repeated: true }],
      ]),
      repeated: true,
    },
  ],
  [
    3,
    {
      member: "egress",
      type: new Map([
        [1, PORTS],
        [2, { member: "to", type: PEER, repeated: true }],
      ]),
      repeated: true,
    },
  ],
  [4, { member: "policyTypes", type: "text", repeated: true }],
]);

export const NETWORK_POLICY: Message = new Map([
  [1, { member: "metadata", type: OBJECT_META }],
  [2, { member: "spec", type: NETWORK_POLICY_SPEC, shared: true }],
  // Kubernetes 1.24 to 1.27, where a feature gate was on: how an engine took the policy.
  [3, { member: "status", type: new Map() }],
]);
