// Who is meant to reach pods, from wire to model: Services, Ingresses and admission webhooks, reduced to what a
// suggested policy has to keep reachable.

import * as v from "valibot";

import type { AdmissionWebhook, Ingress, Labels, Service } from "../model/kubernetes.ts";
import { parseMetadata, requireNamespace } from "./object-metadata.ts";
import { parseObject, StringMap } from "./parse-object.ts";

const Text = v.string();

const ServiceSchema = v.object({
  spec: v.object({
    selector: v.nullish(StringMap, null),
    // ServiceSpec.type: "Defaults to ClusterIP."
    type: v.nullish(Text, "ClusterIP"),
    clusterIP: v.nullish(Text, ""),
    clusterIPs: v.nullish(v.array(Text), []),
    loadBalancerSourceRanges: v.nullish(v.array(Text), []),
    ports: v.nullish(
      v.array(
        v.object({
          name: v.nullish(Text, null),
          // ServicePort.protocol: "Default is TCP."
          protocol: v.nullish(Text, "TCP"),
          port: v.number(),
          targetPort: v.nullish(v.union([v.number(), Text]), null),
        }),
      ),
      [],
    ),
  }),
});

export function toService(item: unknown): Service {
  const metadata = parseMetadata("Service", item);
  const { spec } = parseObject("Service", ServiceSchema, item);
  // ServiceSpec.clusterIPs: "clusterIPs[0] and clusterIP have the same value"; old servers send only that.
  const clusterIPs = spec.clusterIPs.length > 0 || spec.clusterIP === "" ? spec.clusterIPs : [spec.clusterIP];
  return {
    namespace: requireNamespace("Service", metadata),
    name: metadata.name,
    labels: metadata.labels,
    selector: spec.selector,
    type: spec.type,
    clusterIPs,
    sourceRanges: spec.loadBalancerSourceRanges,
    isInternal: isInternal(metadata.annotations),
    ports: spec.ports,
  };
}

/**
 * The annotations of the in-tree controller and of the AWS Load Balancer Controller. Without them the default
 * depends on the controller, so that nothing is internal that does not say so.
 */
function isInternal(annotations: Labels): boolean {
  const prefix = "service.beta.kubernetes.io/aws-load-balancer-";
  const scheme = annotations[`${prefix}scheme`];
  return scheme === undefined ? annotations[`${prefix}internal`] === "true" : scheme === "internal";
}

const Backend = v.object({
  // IngressBackend: a Service, or a resource of another kind, which runs no pods.
  service: v.nullish(
    v.object({
      name: Text,
      port: v.nullish(v.object({ name: v.nullish(Text, null), number: v.nullish(v.number(), null) }), {}),
    }),
    null,
  ),
});

const IngressSchema = v.object({
  spec: v.nullish(
    v.object({
      defaultBackend: v.nullish(Backend, null),
      rules: v.nullish(
        v.array(
          v.object({
            http: v.nullish(
              v.object({ paths: v.nullish(v.array(v.object({ backend: Backend })), []) }),
              null,
            ),
          }),
        ),
        [],
      ),
    }),
    {},
  ),
});

export function toIngress(item: unknown): Ingress {
  const metadata = parseMetadata("Ingress", item);
  const { spec } = parseObject("Ingress", IngressSchema, item);
  const paths = spec.rules.flatMap(({ http }) => http?.paths ?? []);
  const backends = [spec.defaultBackend, ...paths.map(({ backend }) => backend)];
  return {
    namespace: requireNamespace("Ingress", metadata),
    name: metadata.name,
    backends: backends.flatMap((backend) =>
      backend?.service == null
        ? []
        : [{ service: backend.service.name, port: backend.service.port.number ?? backend.service.port.name }],
    ),
  };
}

const WebhooksSchema = v.object({
  webhooks: v.nullish(
    v.array(
      v.object({
        clientConfig: v.object({
          // Null: the webhook has a URL, and then it is none of the cluster's Services.
          service: v.nullish(
            v.object({
              namespace: Text,
              name: Text,
              // ServiceReference.port: "Default to 443 for backward compatibility."
              port: v.nullish(v.number(), 443),
            }),
            null,
          ),
        }),
      }),
    ),
    [],
  ),
});

/** Of a ValidatingWebhookConfiguration or a MutatingWebhookConfiguration. */
export function toAdmissionWebhooks(item: unknown): readonly AdmissionWebhook[] {
  const { name } = parseMetadata("WebhookConfiguration", item);
  const { webhooks } = parseObject("WebhookConfiguration", WebhooksSchema, item);
  return webhooks.flatMap(({ clientConfig: { service } }) =>
    service === null
      ? []
      : [{ configuration: name, namespace: service.namespace, service: service.name, port: service.port }],
  );
}
