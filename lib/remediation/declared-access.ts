// What a namespace's Services say that its pods serve, and to whom beyond the namespace: a load balancer, a node
// port, an Ingress or an admission webhook is reachable on purpose. A Service by itself is no permission.

import type { AdmissionWebhook, Ingress, Labels, Service } from "../model/kubernetes.ts";
import type { Observed } from "../model/observed.ts";
import { oncePerList } from "../model/once-per-list.ts";
import { isPortName, isPortNumber } from "../netpol/parse-ports.ts";
import { PROTOCOLS } from "../netpol/policy.ts";
import type { DnsReads } from "./cluster-dns.ts";

export interface AccessReads extends DnsReads {
  readonly ingresses: Observed<readonly Ingress[]>;
  readonly admissionWebhooks: Observed<readonly AdmissionWebhook[]>;
}

/** A port as NetworkPolicyPort has it: of the pod, by number or by the name of a container port. */
export interface PodPort {
  readonly protocol: string;
  readonly port: number | string;
}

export type Audience = "load-balancer" | "internal-load-balancer" | "node-port" | "ingress" | "webhook";

/** Who reaches a Service from outside its namespace on purpose, on which ports of its pods. */
export interface Entrance {
  readonly audience: Audience;
  /** Of the Service, the Ingress or the webhook configuration. */
  readonly name: string;
  readonly ports: readonly PodPort[];
  /** Of a load balancer that admits these addresses alone; empty: it admits every address. */
  readonly sourceRanges: readonly string[];
}

export interface ServedPods {
  readonly service: string;
  readonly selector: Labels;
  readonly ports: readonly PodPort[];
  /**
   * As the sender of a connection sees them: the Service's own ports too, because the VPC CNI's agent looks before
   * kube-proxy puts the pod's address and port in the place of the Service's.
   */
  readonly portsFromInside: readonly PodPort[];
  readonly entrances: readonly Entrance[];
}

/** Beyond so many of one namespace a file is no longer read by anybody. */
export const MAX_SERVED = 100;

/** In code-unit order of the Services' names; none where the Services were not seen. */
export function servedPodsOf(namespace: string, reads: AccessReads): readonly ServedPods[] {
  return servicesOf(namespace, reads.services)
    .flatMap((service) => toServedPods(service, reads))
    .toSorted((a, b) => (a.service < b.service ? -1 : 1));
}

function toServedPods(service: Service, reads: AccessReads): readonly ServedPods[] {
  const { name, selector, ports } = service;
  // "If empty or not present, the service is assumed to have an external process managing its endpoints"; an
  // ExternalName has none (ServiceSpec.selector).
  if (selector === null || Object.keys(selector).length === 0 || service.type === "ExternalName") return [];
  const served = toPodPorts(service, ports);
  if (served.length === 0) return [];
  const own = ports.filter(isPort).map(({ protocol, port }) => ({ protocol, port }));
  const portsFromInside = distinct([...served, ...own]);
  const entrances = entrancesOf(service, served, reads);
  return [{ service: name, selector, ports: served, portsFromInside, entrances }];
}

function entrancesOf(
  service: Service,
  served: readonly PodPort[],
  { ingresses, admissionWebhooks }: AccessReads,
): readonly Entrance[] {
  const toEntrance = (audience: Audience, name: string, ports: readonly PodPort[]): readonly Entrance[] =>
    ports.length === 0 ? [] : [{ audience, name, ports, sourceRanges: [] }];
  const { name, namespace } = service;
  const behind = ingresses.seen ? (ingressesByNamespace(ingresses.value).get(namespace) ?? []) : [];
  const called = admissionWebhooks.seen
    ? (webhooksByNamespace(admissionWebhooks.value).get(namespace) ?? [])
    : [];
  const own = audienceOf(service);
  return [
    ...(own === null ? [] : [{ audience: own, name, ports: served, sourceRanges: service.sourceRanges }]),
    ...behind.flatMap((ingress) => {
      const backends = ingress.backends.filter((backend) => backend.service === name);
      return toEntrance(
        "ingress",
        ingress.name,
        portsNamed(
          service,
          backends.map(({ port }) => port),
        ),
      );
    }),
    ...called
      .filter((webhook) => webhook.service === name)
      .flatMap(({ configuration, port }) =>
        toEntrance("webhook", configuration, portsNamed(service, [port])),
      ),
  ];
}

function audienceOf({ type, isInternal }: Service): Audience | null {
  if (type === "LoadBalancer") return isInternal ? "internal-load-balancer" : "load-balancer";
  return type === "NodePort" ? "node-port" : null;
}

/** Of the Service's ports those with one of the numbers or names; null stands for all of them. */
function portsNamed(service: Service, wanted: readonly (number | string | null)[]): readonly PodPort[] {
  const ports = service.ports.filter(({ port, name }) =>
    wanted.some((one) => one === null || one === port || one === name),
  );
  return toPodPorts(service, ports);
}

/** The ports on which the pods listen. */
function toPodPorts({ clusterIPs }: Service, ports: Service["ports"]): readonly PodPort[] {
  const isHeadless = clusterIPs.includes("None");
  return distinct(
    ports.filter(isPort).flatMap(({ protocol, port, targetPort }) => [
      // "If this is not specified, the value of the 'port' field is used (an identity map)." (ServicePort)
      { protocol, port: targetPort ?? port },
      // "This field is ignored for services with clusterIP=None": clients of a headless one use its own port.
      ...(isHeadless ? [{ protocol, port }] : []),
    ]),
  );
}

/** What the API server takes; a manifest can have anything. */
function isPort({ protocol, port, targetPort }: Service["ports"][number]): boolean {
  return (
    PROTOCOLS.some((known) => known === protocol) &&
    [port, targetPort ?? port].every((one) => isPortNumber(one) || isPortName(one))
  );
}

function distinct(ports: readonly PodPort[]): readonly PodPort[] {
  return [...new Map(ports.map((one) => [`${one.protocol}/${one.port}`, one])).values()];
}

export function servicesOf(namespace: string, services: Observed<readonly Service[]>): readonly Service[] {
  return services.seen ? (servicesByNamespace(services.value).get(namespace) ?? []) : [];
}

function byNamespace<T extends { readonly namespace: string }>(
  objects: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  return Map.groupBy(objects, ({ namespace }) => namespace);
}

const servicesByNamespace = oncePerList(byNamespace<Service>);
const ingressesByNamespace = oncePerList(byNamespace<Ingress>);
const webhooksByNamespace = oncePerList(byNamespace<AdmissionWebhook>);
