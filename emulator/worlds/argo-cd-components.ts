// The components of Argo CD: image, command, ports and what each one's stock NetworkPolicy lets in (eks.md 10).

import type { Labels } from "../../lib/model/kubernetes.ts";
import type { Fields } from "./fields.ts";
import type { ContainerOptions } from "./objects.ts";
import { ANY_NAMESPACE, podsOf, tcp } from "./policies.ts";

export interface ArgoCdInstall {
  readonly prefix: string;
  readonly image: string;
  /** Where the images of others come from; absent: their own registries. */
  readonly mirror?: string;
  /** The chart names its ports and its policies use the names; the manifests know numbers only. */
  readonly namedPorts: boolean;
  readonly select: (component: string) => Labels;
}

export interface ArgoCdComponent {
  readonly name: string;
  readonly kind: "Deployment" | "StatefulSet";
  readonly container: ContainerOptions;
  readonly ingress: readonly Fields[];
}

type Port = readonly [number: number, name: string];

const REDIS: Port = [6379, "redis"];
const REPO_SERVER: Port = [8081, "repo-server"];
const DEX_HTTP: Port = [5556, "http"];
const DEX_GRPC: Port = [5557, "grpc"];
const WEBHOOK: Port = [7000, "webhook"];
const SERVER: Port = [8080, "server"];

export function argoCdComponents(install: ArgoCdInstall): readonly ArgoCdComponent[] {
  return [...controllers(install), ...servers(install)];
}

function controllers(install: ArgoCdInstall): readonly ArgoCdComponent[] {
  return [
    {
      name: "application-controller",
      kind: "StatefulSet",
      container: argo(install, "application-controller", metrics(8082)),
      ingress: [fromAnyone(install, metrics(8082))],
    },
    {
      name: "applicationset-controller",
      kind: "Deployment",
      container: argo(install, "applicationset-controller", WEBHOOK, metrics(8080)),
      ingress: [fromAnyone(install, WEBHOOK, metrics(8080))],
    },
    {
      name: "notifications-controller",
      kind: "Deployment",
      container: argo(install, "notifications-controller", metrics(9001)),
      ingress: [fromAnyone(install, metrics(9001))],
    },
  ];
}

function servers(install: ArgoCdInstall): readonly ArgoCdComponent[] {
  return [dexServer(install), redis(install), repoServer(install), server(install)];
}

function dexServer(install: ArgoCdInstall): ArgoCdComponent {
  return {
    name: "dex-server",
    kind: "Deployment",
    container: {
      name: "dex",
      image: fromMirror(install, "ghcr.io/dexidp/dex:v2.45.1"),
      command: ["/shared/argocd-dex", "rundex"],
      ports: containerPorts(install, DEX_HTTP, DEX_GRPC, metrics(5558)),
    },
    ingress: [
      { from: podsNamed(install, "server"), ports: policyPorts(install, DEX_HTTP, DEX_GRPC) },
      fromAnyone(install, metrics(5558)),
    ],
  };
}

function redis(install: ArgoCdInstall): ArgoCdComponent {
  return {
    name: "redis",
    kind: "Deployment",
    container: {
      name: "redis",
      image: fromMirror(install, "public.ecr.aws/docker/library/redis:8.10.1-alpine"),
      args: ["--save", "", "--appendonly", "no"],
      ports: containerPorts(install, REDIS),
    },
    ingress: [
      {
        from: podsNamed(install, "server", "repo-server", "application-controller"),
        ports: policyPorts(install, REDIS),
      },
    ],
  };
}

function repoServer(install: ArgoCdInstall): ArgoCdComponent {
  return {
    name: "repo-server",
    kind: "Deployment",
    container: argo(install, "repo-server", REPO_SERVER, metrics(8084)),
    ingress: [
      {
        from: podsNamed(
          install,
          "server",
          "application-controller",
          "notifications-controller",
          "applicationset-controller",
        ),
        ports: policyPorts(install, REPO_SERVER),
      },
      fromAnyone(install, metrics(8084)),
    ],
  };
}

function server(install: ArgoCdInstall): ArgoCdComponent {
  return {
    name: "server",
    kind: "Deployment",
    container: argo(install, "server", SERVER, metrics(8083)),
    // The stock policy opens the API server to everyone.
    ingress: [{}],
  };
}

function podsNamed({ select }: ArgoCdInstall, ...names: readonly string[]): readonly Fields[] {
  return names.map((name) => podsOf(select(name)));
}

/** Mirrors keep the last part of an image's name, and often no more. */
function fromMirror({ mirror }: ArgoCdInstall, image: string): string {
  return mirror === undefined ? image : `${mirror}/${image.split("/").at(-1) ?? image}`;
}

function metrics(number: number): Port {
  return [number, "metrics"];
}

function argo(install: ArgoCdInstall, name: string, ...ports: readonly Port[]): ContainerOptions {
  const command = name === "notifications-controller" ? "argocd-notifications" : `argocd-${name}`;
  return {
    name: install.namedPorts ? name : `argocd-${name}`,
    image: install.image,
    args: [`/usr/local/bin/${command}`],
    ports: containerPorts(install, ...ports),
  };
}

function containerPorts(install: ArgoCdInstall, ...ports: readonly Port[]) {
  return ports.map(([containerPort, name]) =>
    install.namedPorts ? { containerPort, name } : { containerPort },
  );
}

function policyPorts(install: ArgoCdInstall, ...ports: readonly Port[]): readonly Fields[] {
  return ports.map(([number, name]) => tcp(install.namedPorts ? name : number));
}

function fromAnyone(install: ArgoCdInstall, ...ports: readonly Port[]): Fields {
  return { from: [ANY_NAMESPACE], ports: policyPorts(install, ...ports) };
}
