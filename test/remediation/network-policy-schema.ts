// NetworkPolicy of networking.k8s.io/v1 as the API server takes it: the fields of the API reference and no other
// (kubectl's strict validation), with the rules of its validation that shape alone does not say.

import * as v from "valibot";
import { parseCidr } from "../../lib/netpol/address-range.ts";

const LABEL_NAME = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

const LabelKey = v.pipe(
  v.string(),
  v.check((key) => {
    const [name = "", prefix, ...more] = key.split("/").toReversed();
    return (
      more.length === 0 &&
      LABEL_NAME.test(name) &&
      (prefix === undefined || (prefix.length <= 253 && SUBDOMAIN.test(prefix)))
    );
  }, "a qualified name"),
);
const LabelValue = v.pipe(
  v.string(),
  v.check((value) => value === "" || LABEL_NAME.test(value), "a label's value"),
);

const LabelSelector = v.strictObject({
  matchLabels: v.optional(v.record(LabelKey, LabelValue)),
  matchExpressions: v.optional(
    v.array(
      v.strictObject({
        key: LabelKey,
        operator: v.picklist(["In", "NotIn", "Exists", "DoesNotExist"]),
        values: v.optional(v.array(LabelValue)),
      }),
    ),
  ),
});

const CidrText = v.pipe(
  v.string(),
  v.check((text) => parseCidr(text) !== null, "a CIDR"),
);

const IpBlock = v.pipe(
  v.strictObject({ cidr: CidrText, except: v.optional(v.array(CidrText)) }),
  v.check(
    ({ cidr, except = [] }) => except.every((hole) => isStrictlyInside(hole, cidr)),
    "inside the block",
  ),
);

function isStrictlyInside(inner: string, outer: string): boolean {
  const [hole, block] = [parseCidr(inner), parseCidr(outer)];
  return (
    hole !== null &&
    block !== null &&
    hole.family === block.family &&
    hole.prefixLength > block.prefixLength &&
    hole.range.from >= block.range.from &&
    hole.range.to <= block.range.to
  );
}

const Peer = v.union([
  v.strictObject({ ipBlock: IpBlock }),
  v.pipe(
    v.strictObject({
      podSelector: v.optional(LabelSelector),
      namespaceSelector: v.optional(LabelSelector),
    }),
    v.check((peer) => Object.keys(peer).length > 0, "a peer"),
  ),
]);

const PortNumber = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const PortName = v.pipe(v.string(), v.maxLength(15), v.regex(/^(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/));
const Port = v.pipe(
  v.strictObject({
    protocol: v.optional(v.picklist(["TCP", "UDP", "SCTP"])),
    port: v.optional(v.union([PortNumber, PortName])),
    endPort: v.optional(PortNumber),
  }),
  v.check(
    ({ port, endPort }) => endPort === undefined || (typeof port === "number" && port <= endPort),
    "endPort needs a port that is not above it",
  ),
);

const PolicyTypes = v.pipe(
  v.array(v.picklist(["Ingress", "Egress"])),
  v.check((types) => new Set(types).size === types.length, "each once"),
);

export const NetworkPolicySchema = v.strictObject({
  apiVersion: v.literal("networking.k8s.io/v1"),
  kind: v.literal("NetworkPolicy"),
  metadata: v.strictObject({
    name: v.pipe(v.string(), v.maxLength(253), v.regex(SUBDOMAIN)),
    namespace: v.pipe(v.string(), v.regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/)),
    labels: v.optional(v.record(LabelKey, LabelValue)),
    annotations: v.optional(v.record(LabelKey, v.string())),
  }),
  spec: v.strictObject({
    podSelector: LabelSelector,
    policyTypes: PolicyTypes,
    ingress: v.optional(
      v.array(v.strictObject({ from: v.optional(v.array(Peer)), ports: v.optional(v.array(Port)) })),
    ),
    egress: v.optional(
      v.array(v.strictObject({ to: v.optional(v.array(Peer)), ports: v.optional(v.array(Port)) })),
    ),
  }),
});
