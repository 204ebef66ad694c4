// NETPOL.40 and .41: policies for the recognised components of a GitOps installation, and narrowed versions of
// the policies that open them. Addresses that nobody told us are places to fill in, never inventions.

import type { GitOpsController } from "../model/gitops.ts";
import type { Remediation } from "../model/finding.ts";
import type { Direction } from "../model/isolation-detail.ts";
import type { RawObject } from "../model/kubernetes.ts";
import { toDnsRule } from "./cluster-dns.ts";
import { closePaths } from "./close-paths.ts";
import { servicesOf } from "./declared-access.ts";
import { policiesByName } from "./edit-policy.ts";
import { toReplacementName } from "./file-name.ts";
import {
  ownPeers,
  toComponentPolicyName,
  toSelectable,
  type SelectableController,
} from "./gitops-components.ts";
import { entrancesOf } from "./gitops-entrances.ts";
import { listShort } from "./list-short.ts";
import { narrowPolicy } from "./narrow-policy.ts";
import {
  toApplyCommand,
  toFreeName,
  toManifestFile,
  toPolicy,
  type PolicyManifest,
  type RemedyFile,
} from "./policy-manifest.ts";
import type { PolicyReads } from "./remedy-nullification.ts";
import { addressOfRange, toSingleAddress } from "./service-address.ts";

export interface GitOpsNamespace {
  readonly name: string;
  readonly controllers: readonly GitOpsController[];
}

/** NETPOL.40 */
export function remedyOpenComponents(namespace: GitOpsNamespace, reads: PolicyReads): Remediation {
  const present = presentPolicies(namespace, reads);
  const all = toSelectable(namespace.controllers);
  const bare = all.filter(({ controller }) => isBare(controller));
  const policies = toNamedPolicies(namespace.name, bare, "ingress", present, (one) => ingressOf(one, all));
  const narrowed = [...openPolicies(namespace.controllers)].flatMap(([name, opening]) => {
    const raw = present.get(name);
    if (raw === undefined) return [];
    const manifest =
      opening.paths.length > 0
        ? closePaths(raw, opening.paths, opening.ports)
        : narrowPolicy(raw, ["ingress"], toDnsRule(reads));
    return manifest === null ? [] : [{ name, manifest }];
  });
  const files = [
    ...(policies.length === 0 ? [] : [toManifestFile("gitops-ingress.yaml", policies)]),
    ...narrowed.map(({ name, manifest }) => toManifestFile(toReplacementName(name), [manifest])),
  ];
  return toRemediation(files, [
    policies.length === 0
      ? ""
      : `Close the components of namespace ${namespace.name} that nothing isolates: only the product's own components, and others for metrics and webhooks, get in.`,
    narrowed.length === 0
      ? ""
      : `Replace ${listShort(narrowed.map(({ name }) => name))} by the version that keeps the restricted ports inside the namespace; where Helm or the GitOps tool itself owns the policy, change it there.`,
    files.length === 0
      ? "Allow the named ports only from the product's own components with a podSelector, and remove the rules that open them."
      : "",
  ]);
}

/** NETPOL.41 */
export function remedyOpenEgress(namespace: GitOpsNamespace, reads: PolicyReads): Remediation {
  const present = presentPolicies(namespace, reads);
  const all = toSelectable(namespace.controllers);
  const policies = toNamedPolicies(namespace.name, all, "egress", present, ({ controller }) => [
    toDnsRule(reads),
    { to: ownPeers(all, controller.product) },
    ...apiServerRules(reads),
  ]);
  const opening = new Set(namespace.controllers.flatMap(({ egress }) => egress.nullifiedBy));
  const narrowed = [...opening].toSorted().flatMap((name) => {
    const raw = present.get(name);
    const manifest = raw === undefined ? null : narrowPolicy(raw, ["egress"], toDnsRule(reads));
    return manifest === null ? [] : [{ name, manifest }];
  });
  const files = [
    ...(policies.length === 0 ? [] : [toManifestFile("gitops-egress.yaml", policies, PLACES_TO_FILL_IN)]),
    ...narrowed.map(({ name, manifest }) => toManifestFile(toReplacementName(name), [manifest])),
  ];
  return toRemediation(files, [
    files.length === 0
      ? "Add an egress policy for the controllers that allows DNS, the Kubernetes API server and the addresses of your Git and chart sources."
      : `Restrict the egress of the controllers in namespace ${namespace.name} to DNS, each other and the API server. Before you apply it, fill in the marked places of gitops-egress.yaml: without the addresses of your Git and chart sources the controllers fetch nothing.`,
    narrowed.length === 0
      ? ""
      : `Then replace ${listShort(narrowed.map(({ name }) => name))}, which opens egress, by the narrowed version.`,
  ]);
}

/** Comment lines of the file. The words in capitals are no addresses, and kubectl would refuse them. */
const PLACES_TO_FILL_IN = [
  "FILL IN BEFORE APPLYING. Ringfence does not know these addresses and invents none. Add to each `egress` below:",
  "",
  "- to:",
  "    - ipBlock: {cidr: ADDRESS-OF-YOUR-GIT-SERVER/32}",
  "  ports:",
  "    - {protocol: TCP, port: 443} # 22 for SSH",
  "- to:",
  "    - ipBlock: {cidr: ADDRESS-OF-YOUR-CHART-OR-IMAGE-REGISTRY/32}",
  "  ports:",
  "    - {protocol: TCP, port: 443}",
  "# The API server's own addresses, for engines that look behind its Service (Calico, Cilium), and for Argo CD",
  "# the API servers of other clusters that it manages:",
  "#   kubectl get endpointslices -n default -l kubernetes.io/service-name=kubernetes",
  "- to:",
  "    - ipBlock: {cidr: ADDRESS-OF-THE-API-SERVER/32}",
  "  ports:",
  "    - {protocol: TCP, port: 443}",
  "    - {protocol: TCP, port: 6443}",
  "",
];

/** The address of the Service `kubernetes`, which the engine of AWS sees. */
function apiServerRules(reads: PolicyReads): readonly unknown[] {
  const addresses = apiServerAddresses(reads);
  if (addresses.length === 0) return [];
  const ports = [443, 6443].map((port) => ({ protocol: "TCP", port }));
  return [{ to: addresses.map((cidr) => ({ ipBlock: { cidr } })), ports }];
}

/** Where the Service was not seen: the first address of the Service range is its. */
function apiServerAddresses({ cluster, services }: PolicyReads): readonly string[] {
  const service = servicesOf("default", services).find(({ name }) => name === "kubernetes");
  if (service !== undefined) return service.clusterIPs.flatMap(toSingleAddress);
  const range = cluster.seen ? cluster.value.serviceCidr : null;
  const cidr = range === null ? null : addressOfRange(range, 1);
  return cidr === null ? [] : [cidr];
}

function ingressOf(
  { controller }: SelectableController,
  all: readonly SelectableController[],
): readonly unknown[] {
  const entrances = entrancesOf(controller).map((port) => ({ protocol: "TCP", port }));
  return [
    { from: ownPeers(all, controller.product) },
    ...(entrances.length === 0 ? [] : [{ from: [{ namespaceSelector: {} }], ports: entrances }]),
  ];
}

/** Nothing isolates it, and people are not meant to come in here. */
function isBare({ mayBeOpen, ingress }: GitOpsController): boolean {
  return !mayBeOpen && ingress.isolated === false;
}

interface Opening {
  readonly paths: readonly string[];
  readonly ports: readonly number[];
}

/** Every policy that opens a restricted port or a whole component, in code-unit order. */
function openPolicies(controllers: readonly GitOpsController[]): ReadonlyMap<string, Opening> {
  const byPath = controllers.flatMap(({ restrictedPorts }) =>
    restrictedPorts.flatMap(({ port, openPaths }) =>
      openPaths.flatMap(({ policy, path, certain }) =>
        certain && policy !== null ? [{ policy, path, port }] : [],
      ),
    ),
  );
  const wide = controllers
    .filter(({ mayBeOpen, ingress }) => !mayBeOpen && ingress.openToCluster === true)
    .flatMap(({ ingress }) => ingress.nullifiedBy);
  const names = [...new Set([...byPath.map(({ policy }) => policy), ...wide])].toSorted();
  return new Map(
    names.map((name) => {
      const own = byPath.filter(({ policy }) => policy === name);
      return [name, { paths: own.map(({ path }) => path), ports: own.map(({ port }) => port) }];
    }),
  );
}

function toNamedPolicies(
  namespace: string,
  components: readonly SelectableController[],
  direction: Direction,
  present: ReadonlyMap<string, RawObject>,
  rulesOf: (component: SelectableController) => readonly unknown[],
): readonly PolicyManifest[] {
  const taken = [...present.keys()];
  return components.map((component) => {
    const name = toFreeName(toComponentPolicyName(component.controller, direction), taken);
    taken.push(name);
    const rules = rulesOf(component);
    return toPolicy(namespace, name, {
      podSelector: component.selector,
      policyTypes: [direction === "ingress" ? "Ingress" : "Egress"],
      ...(direction === "ingress" ? { ingress: rules } : { egress: rules }),
    });
  });
}

function presentPolicies(
  { name }: GitOpsNamespace,
  { networkPolicies }: PolicyReads,
): ReadonlyMap<string, RawObject> {
  return networkPolicies.seen ? policiesByName(networkPolicies.value, name) : new Map<string, RawObject>();
}

function toRemediation(files: readonly RemedyFile[], sentences: readonly string[]): Remediation {
  return {
    text: sentences.filter((sentence) => sentence !== "").join(" "),
    commands: files.map(toApplyCommand),
    files,
  };
}
