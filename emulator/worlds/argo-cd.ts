// Argo CD as its manifests or its Helm chart install it: seven components, and the stock NetworkPolicies, which
// close Redis and the repo server, leave argocd-server open to everyone and say nothing about egress (eks.md 10).

import type { Labels, RawObject } from "../../lib/model/kubernetes.ts";
import type { ArgoCdComponent, ArgoCdInstall } from "./argo-cd-components.ts";
import { argoCdComponents } from "./argo-cd-components.ts";
import type { ClusterPart } from "./cluster-part.ts";
import { part } from "./cluster-part.ts";
import { customObject, deployment, namespace as namespaceObject, service, statefulSet } from "./objects.ts";
import { networkPolicy } from "./policies.ts";

export interface ArgoCdOptions {
  readonly namespace?: string;
  readonly namespaceLabels?: Labels;
  /** False: none, as Helm charts before 10.0.0 did by default. */
  readonly networkPolicies?: boolean;
  /** Helm labels; `nameOverride` replaces the `argocd` in every name. */
  readonly helm?: { readonly release: string; readonly nameOverride?: string };
  readonly image?: string;
  readonly version?: string;
  /** Rewritten by a platform team: own names, one label of its own, images from a mirror. Only commands tell. */
  readonly renamed?: { readonly prefix: string; readonly mirror: string };
}

const NO_PRIVILEGES = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
};

export function argoCd(options: ArgoCdOptions = {}): ClusterPart {
  const namespace = options.namespace ?? "argocd";
  const install = toInstall(options);
  const each = argoCdComponents(install);
  const policies = options.networkPolicies === false ? [] : each;
  return part([
    namespaceObject(namespace, options.namespaceLabels),
    ...each.map((component) => toWorkload(namespace, component, options, install)),
    ...each.map((component) => toService(namespace, component, install)),
    ...policies.map((component) => toPolicy(namespace, component, options, install)),
    customObject(
      "argoproj.io/v1alpha1",
      "AppProject",
      { namespace, name: "default" },
      { spec: { sourceRepos: ["*"], destinations: [{ namespace: "*", server: "*" }] } },
    ),
  ]);
}

export function argoCdApplication(namespace: string, name: string, repoUrl: string): RawObject {
  return customObject(
    "argoproj.io/v1alpha1",
    "Application",
    { namespace, name },
    {
      spec: {
        project: "default",
        source: { repoURL: repoUrl, path: `apps/${name}`, targetRevision: "main" },
        destination: { server: "https://kubernetes.default.svc", namespace: name },
      },
    },
  );
}

function toInstall(options: ArgoCdOptions): ArgoCdInstall {
  const { helm, renamed } = options;
  if (renamed !== undefined)
    return {
      ...renamed,
      image: `${renamed.mirror}/continuous-delivery:3`,
      namedPorts: false,
      select: (component) => ({ app: `${renamed.prefix}-${component}` }),
    };
  const prefix = helm?.nameOverride ?? "argocd";
  const instance = helm === undefined ? {} : { "app.kubernetes.io/instance": helm.release };
  return {
    prefix,
    image: options.image ?? `quay.io/argoproj/argocd:${options.version ?? "v3.5.1"}`,
    namedPorts: helm !== undefined,
    select: (component) => ({ "app.kubernetes.io/name": `${prefix}-${component}`, ...instance }),
  };
}

function objectLabels(component: string, options: ArgoCdOptions, install: ArgoCdInstall): Labels {
  if (options.renamed !== undefined) return install.select(component);
  return {
    ...install.select(component),
    "app.kubernetes.io/component": component,
    "app.kubernetes.io/part-of": "argocd",
    ...(options.helm && {
      "app.kubernetes.io/managed-by": "Helm",
      "helm.sh/chart": "argo-cd-10.1.1",
    }),
  };
}

function toWorkload(
  namespace: string,
  component: ArgoCdComponent,
  options: ArgoCdOptions,
  install: ArgoCdInstall,
): RawObject {
  const labels = objectLabels(component.name, options, install);
  const make = component.kind === "StatefulSet" ? statefulSet : deployment;
  return make(namespace, `${install.prefix}-${component.name}`, {
    replicas: 1,
    // The manifests label only the name onto pods, the chart everything.
    labels: options.helm === undefined ? install.select(component.name) : labels,
    matchLabels: install.select(component.name),
    objectLabels: labels,
    containers: [{ ...component.container, securityContext: NO_PRIVILEGES }],
  });
}

function toService(namespace: string, component: ArgoCdComponent, install: ArgoCdInstall): RawObject {
  return service(namespace, `${install.prefix}-${component.name}`, {
    selector: install.select(component.name),
    ports: (component.container.ports ?? []).map(({ containerPort, name }) => ({
      port: containerPort,
      name: name ?? `tcp-${containerPort}`,
    })),
  });
}

function toPolicy(
  namespace: string,
  component: ArgoCdComponent,
  options: ArgoCdOptions,
  install: ArgoCdInstall,
): RawObject {
  return networkPolicy(
    namespace,
    `${install.prefix}-${component.name}-network-policy`,
    {
      podSelector: { matchLabels: install.select(component.name) },
      policyTypes: ["Ingress"],
      ingress: component.ingress,
    },
    objectLabels(component.name, options, install),
  );
}
