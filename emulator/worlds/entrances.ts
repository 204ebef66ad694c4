// Who is let in from beyond a namespace, as a user writes it: Ingresses and admission webhooks.

import type { RawObject } from "../../lib/model/kubernetes.ts";

/** One path for each Service of the namespace, to its port by number. */
export function ingress(
  namespace: string,
  name: string,
  services: Readonly<Record<string, number>>,
): RawObject {
  const paths = Object.entries(services).map(([service, number]) => ({
    path: `/${service}`,
    pathType: "Prefix",
    backend: { service: { name: service, port: { number } } },
  }));
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { namespace, name },
    spec: { rules: [{ http: { paths } }] },
  };
}

/** A configuration with one webhook, which calls the Service on 443. */
export function admissionWebhook(
  kind: "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration",
  name: string,
  service: { readonly namespace: string; readonly name: string },
): RawObject {
  const rules = [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }];
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind,
    metadata: { name },
    webhooks: [
      {
        name: `${name}.example.com`,
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        clientConfig: { service: { ...service, path: "/" } },
        rules,
      },
    ],
  };
}
