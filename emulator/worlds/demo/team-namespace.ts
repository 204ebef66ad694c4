// The pieces of a Fernwood team's namespace: applications, databases, and the closed set of policies.

import type { Labels, RawObject } from "../../../lib/model/kubernetes.ts";
import type { Fields } from "../fields.ts";
import { deployment, namespace, service, statefulSet } from "../objects.ts";
import { allowDns, allowIngress, denyByDefault, tcp } from "../policies.ts";

const REGISTRY = "333344445555.dkr.ecr.eu-central-1.amazonaws.com/fernwood";

export function app(
  home: string,
  name: string,
  options: { readonly replicas?: number; readonly port?: number } = {},
): readonly RawObject[] {
  const port = options.port ?? 8080;
  return [
    deployment(home, name, {
      replicas: options.replicas ?? 2,
      labels: appLabels(home, name),
      containers: [container(name, port)],
    }),
    service(home, name, {
      selector: appLabels(home, name),
      ports: [{ name: "http", port: 80, targetPort: "http" }],
    }),
  ];
}

export function database(home: string, name: string, image: string, port: number): readonly RawObject[] {
  const containers = [{ name, image, ports: [{ containerPort: port, name: "db" }] }];
  return [
    statefulSet(home, name, { replicas: 1, labels: appLabels(home, name), containers }),
    service(home, name, {
      selector: appLabels(home, name),
      clusterIP: "None",
      ports: [{ name: "db", port }],
    }),
  ];
}

export function appLabels(home: string, name: string): Labels {
  return { app: name, "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": home };
}

export function container(name: string, port: number) {
  return { name, image: `${REGISTRY}/${name}:2026.10.2`, ports: [{ containerPort: port, name: "http" }] };
}

export function team(home: string, name: string): RawObject {
  return namespace(home, { "pod-security.kubernetes.io/enforce": "baseline", "fernwood.example/team": name });
}

/** Closed both ways, with DNS and one opening per neighbour. */
export function closed(home: string): readonly RawObject[] {
  return [denyByDefault(home), allowDns(home)];
}

/** A team's ordinary namespace with one application, closed for ingress except for its neighbours. */
export function backend(
  home: string,
  owner: string,
  names: readonly string[],
  peers: readonly Fields[],
): readonly RawObject[] {
  return [
    team(home, owner),
    ...names.flatMap((name) => app(home, name)),
    ...closed(home),
    ...names.map((name) =>
      allowIngress(home, `${name}-from-neighbours`, { pods: { app: name }, peers, ports: [tcp(8080)] }),
    ),
  ];
}
