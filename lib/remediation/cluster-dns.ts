// The egress rule that lets pods resolve names, as this cluster resolves them. Without it a default deny for
// egress breaks every workload at once.

import type { DaemonSet, Service } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import type { ClusterDescription } from "../model/snapshot.ts";
import { isPortName, isPortNumber } from "../netpol/parse-ports.ts";
import { servicesOf } from "./declared-access.ts";
import { addressOfRange, toSingleAddress } from "./service-address.ts";

export interface DnsReads {
  readonly cluster: Observed<ClusterDescription>;
  readonly daemonSets: Observed<readonly DaemonSet[]>;
  readonly services: Observed<readonly Service[]>;
}

const HOME = "kube-system";
/** The label that the API server sets on every namespace. */
const HOME_LABELS = { matchLabels: { "kubernetes.io/metadata.name": HOME } };

/** CoreDNS keeps kube-dns's label, in EKS's add-on and in the usual installations by hand. */
const KUBE_DNS_LABELS = { "k8s-app": "kube-dns" };
const DNS_PORT = 53;

/** NodeLocal DNSCache's own address (its manifest's default, `__PILLAR__LOCAL__DNS__`). */
const NODE_LOCAL_ADDRESS = "169.254.20.10";

/** EKS gives the Service kube-dns the tenth address of the Service range. */
const DNS_SERVICE_INDEX = 10;

export function toDnsRule(reads: DnsReads): unknown {
  const service = dnsServiceOf(reads);
  const addresses = new Set([
    ...(service === null ? autoModeAddresses(reads) : service.clusterIPs.flatMap(toSingleAddress)),
    ...nodeLocalAddresses(reads),
  ]);
  return {
    to: [toPodPeer(service), ...[...addresses].map((cidr) => ({ ipBlock: { cidr } }))],
    // A client asks again by TCP where the answer was cut to fit UDP (RFC 7766), so both.
    ports: dnsPortsOf(service).flatMap((port) => [
      { protocol: "UDP", port },
      { protocol: "TCP", port },
    ]),
  };
}

/** The Service that every pod's resolv.conf names: kube-dns, whatever answers behind it. Null: it was not seen. */
function dnsServiceOf({ services }: DnsReads): Service | null {
  return servicesOf(HOME, services).find(({ name }) => name === "kube-dns") ?? null;
}

function toPodPeer(service: Service | null): unknown {
  const selector = service?.selector ?? {};
  const matchLabels = Object.keys(selector).length === 0 ? KUBE_DNS_LABELS : selector;
  return { namespaceSelector: HOME_LABELS, podSelector: { matchLabels } };
}

/** Pods behind the Service may listen elsewhere than it does: the engine sees one port or the other. */
function dnsPortsOf(service: Service | null): readonly (number | string)[] {
  const behind = (service?.ports ?? [])
    .filter(({ port }) => port === DNS_PORT)
    .flatMap(({ targetPort }) => (isPortNumber(targetPort) || isPortName(targetPort) ? [targetPort] : []));
  return [...new Set([DNS_PORT, ...behind])];
}

function nodeLocalAddresses({ daemonSets }: DnsReads): readonly string[] {
  if (!daemonSets.seen) return [];
  const cache = daemonSets.value.find(
    ({ name, namespace }) => name === "node-local-dns" && namespace === HOME,
  );
  if (cache === undefined) return [];
  const told = cache.containers.flatMap(({ args }) => localAddressesIn(args));
  return (told.length === 0 ? [NODE_LOCAL_ADDRESS] : told).flatMap(toSingleAddress);
}

/** `-localip 169.254.20.10,10.100.0.10`: "comma-separated string of ip addresses to bind dnscache to". */
function localAddressesIn(args: readonly string[]): readonly string[] {
  return args.flatMap((arg, index) => {
    const match = /^--?localip(?:=(.*))?$/.exec(arg);
    return match === null ? [] : (match[1] ?? args[index + 1] ?? "").split(",");
  });
}

/** Auto Mode nodes bring CoreDNS in their image: no pod carries kube-dns's label, only the Service's address answers. */
function autoModeAddresses({ cluster }: DnsReads): readonly string[] {
  if (!cluster.seen || cluster.value.autoMode !== true || cluster.value.serviceCidr === null) return [];
  const cidr = addressOfRange(cluster.value.serviceCidr, DNS_SERVICE_INDEX);
  return cidr === null ? [] : [cidr];
}
