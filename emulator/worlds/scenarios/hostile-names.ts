// Names and texts chosen to break a careless reader: members of Object.prototype, the longest labels that the API
// server admits, control characters, and two names that it would refuse but a hostile endpoint may send.

import type { RawObject } from "../../../lib/model/kubernetes.ts";
import type { World } from "../../world.ts";
import { world } from "../build.ts";
import { deployment, namespace, pod, service } from "../objects.ts";
import { denyByDefault, networkPolicy } from "../policies.ts";
import { healthyCluster, hubAccount, shop } from "./small-company.ts";

export const HOSTILE_NAMESPACES = [
  "constructor",
  "prototype",
  "tostring",
  "valueof",
  // Not RFC 1123 labels, so no real API server has them.
  "__proto__",
  "hasOwnProperty",
] as const;

const ESCAPES = "line\nbreak \u0000 null \u001b[31mred\u001b[0m \u202Ereversed \u{1F512} </script> %s ${x}";
// Labels: a prefix of at most 253 characters, "/", a name of at most 63, and a value of at most 63.
const LONG_KEY = `${"a".repeat(61)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(63)}/${"e".repeat(63)}`;
const LONG_VALUE = "v".repeat(63);
const LONG_NAME = "n".repeat(253);

export function hostileNames(): World {
  return world({
    name: "hostile-names",
    description: "One cluster full of names, labels and annotations that break careless readers.",
    accounts: [
      hubAccount([
        healthyCluster({
          manifests: [...shop(), ...HOSTILE_NAMESPACES.flatMap(hostileNamespace), ...longNames()],
          describe: { tags: { constructor: "tag", ["__proto__"]: "tag", note: ESCAPES } },
        }),
      ]),
    ],
  });
}

/** Closed, with one workload whose labels are the names themselves. */
function hostileNamespace(name: string): readonly RawObject[] {
  const labels = { ["__proto__"]: "polluted", constructor: "x", toString: "y", app: "app" };
  return [
    namespace(name, { ["__proto__"]: "polluted" }, { note: ESCAPES, ["__proto__"]: "polluted" }),
    deployment(name, "constructor", {
      labels,
      matchLabels: { constructor: "x" },
      annotations: { note: ESCAPES },
    }),
    denyByDefault(name),
    networkPolicy(name, "constructor", {
      podSelector: { matchLabels: labels },
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ podSelector: { matchLabels: { ["__proto__"]: "polluted" } } }] }],
    }),
    service(name, "constructor", { selector: { constructor: "x" }, ports: [{ port: 80 }] }),
  ];
}

function longNames(): readonly RawObject[] {
  const home = "l".repeat(63);
  const labels = { [LONG_KEY]: LONG_VALUE };
  return [
    namespace(home, labels, { "example.com/megabyte": "x".repeat(250_000), note: ESCAPES }),
    pod(home, LONG_NAME, { labels }),
    networkPolicy(home, LONG_NAME, {
      podSelector: { matchLabels: labels },
      policyTypes: ["Ingress", "Egress"],
    }),
  ];
}
