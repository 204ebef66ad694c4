// Kubernetes objects as people write them: as little as the API server takes.

export interface ObjectParts {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly object[];
  readonly [field: string]: unknown;
}

export function object(apiVersion: string, kind: string, name: string, parts: ObjectParts = {}): object {
  const { namespace, labels, ownerReferences, ...rest } = parts;
  const metadata = { name, namespace, labels, ownerReferences };
  return { apiVersion, kind, metadata, ...rest };
}

const CONTAINERS = [
  { name: "main", image: "example.test/main:1", ports: [{ name: "http", containerPort: 8080 }] },
];

export function template(labels: Readonly<Record<string, string>>, spec: object = {}): object {
  return { metadata: { labels }, spec: { containers: CONTAINERS, ...spec } };
}

export function pod(name: string, parts: ObjectParts = {}): object {
  return object("v1", "Pod", name, { spec: { containers: CONTAINERS }, ...parts });
}

export function deployment(name: string, parts: ObjectParts = {}): object {
  const labels = parts.labels ?? { app: name };
  return object("apps/v1", "Deployment", name, {
    spec: { selector: { matchLabels: labels }, template: template(labels) },
    ...parts,
  });
}

export function policy(name: string, spec: object, namespace?: string): object {
  return object("networking.k8s.io/v1", "NetworkPolicy", name, {
    ...(namespace === undefined ? {} : { namespace }),
    spec,
  });
}

/** As a controller refers to itself from what it made. */
export function controlledBy(apiVersion: string, kind: string, name: string): readonly object[] {
  return [{ apiVersion, kind, name, uid: `${kind}-${name}`, controller: true }];
}
