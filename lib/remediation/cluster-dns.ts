// The egress rule that lets pods resolve names, as this cluster resolves them. Without it a default deny for
// egress breaks every workload at once.

import type { DaemonSet } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import type { ClusterDescription } from "../model/snapshot.ts";
import { addressOfRange } from "./service-address.ts";

export interface DnsReads {
  readonly cluster: Observed<ClusterDescription>;
  readonly daemonSets: Observed<readonly DaemonSet[]>;
}

/** CoreDNS keeps kube-dns's label; the label with the namespace's name is set by the API server. */
const KUBE_DNS = {
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
  podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
};

/** NodeLocal DNSCache's own address (its manifest's default, `__PILLAR__LOCAL__DNS__`). */
const NODE_LOCAL_DNS = { ipBlock: { cidr: "169.254.20.10/32" } };

/** EKS gives the Service kube-dns the tenth address of the Service range. */
const DNS_SERVICE_INDEX = 10;

export function toDnsRule(reads: DnsReads): unknown {
  return {
    to: [KUBE_DNS, ...nodeLocalPeers(reads), ...autoModePeers(reads)],
    // A client asks again by TCP where the answer was cut to fit UDP (RFC 7766), so both.
    ports: [
      { protocol: "UDP", port: 53 },
      { protocol: "TCP", port: 53 },
    ],
  };
}

function nodeLocalPeers({ daemonSets }: DnsReads): readonly unknown[] {
  if (!daemonSets.seen) return [];
  return daemonSets.value.some(
    ({ name, namespace }) => name === "node-local-dns" && namespace === "kube-system",
  )
    ? [NODE_LOCAL_DNS]
    : [];
}

/** Auto Mode nodes bring CoreDNS in their image: no pod carries kube-dns's label, only the Service's address answers. */
function autoModePeers({ cluster }: DnsReads): readonly unknown[] {
  if (!cluster.seen || cluster.value.autoMode !== true || cluster.value.serviceCidr === null) return [];
  const cidr = addressOfRange(cluster.value.serviceCidr, DNS_SERVICE_INDEX);
  return cidr === null ? [] : [{ ipBlock: { cidr } }];
}
