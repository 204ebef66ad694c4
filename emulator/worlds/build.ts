// Builds worlds, accounts and clusters. A cluster's objects are made when they are first asked for, and once.

import type { RawObject } from "../../lib/model/kubernetes.ts";
import type { World, WorldAccount, WorldAddon, WorldCluster, WorldClusterAccess } from "../world.ts";
import type { ClusterPart } from "./cluster-part.ts";
import type { Fields } from "./fields.ts";
import { toHex } from "./identity.ts";
import type { FargateProfile } from "./live-build.ts";
import { toLiveObjects } from "./live.ts";
import type { NodeOptions } from "./nodes.ts";
import { node } from "./nodes.ts";
import { defaultNamespaces, kubeSystem } from "./kube-system.ts";

export interface ClusterOptions {
  readonly name: string;
  readonly region: string;
  /** Second octet of the VPC's 10.x.0.0/16. */
  readonly vpcOctet?: number;
  readonly nodes?: readonly NodeOptions[];
  readonly fargateProfiles?: readonly FargateProfile[];
  /** What is installed, and in `manifests` what people deployed. */
  readonly parts?: readonly ClusterPart[];
  readonly manifests?: readonly RawObject[] | (() => readonly RawObject[]);
  /** False: no CoreDNS, kube-proxy and so on in kube-system, as on a pure Auto Mode cluster. */
  readonly systemWorkloads?: boolean;
  readonly ipFamily?: "ipv4" | "ipv6";
  readonly status?: WorldCluster["status"];
  readonly createdAt?: string;
  readonly version?: string;
  readonly authenticationMode?: WorldCluster["authenticationMode"];
  readonly describe?: Fields;
  readonly addons?: readonly WorldAddon[];
  readonly capabilities?: WorldCluster["capabilities"];
  readonly endpoint?: WorldCluster["endpoint"];
  /** Answers only inside the VPC. */
  readonly privateEndpoint?: boolean;
  readonly access?: WorldClusterAccess["level"];
  readonly withoutResources?: readonly string[];
  readonly extraApiVersions?: readonly string[];
}

// On every EKS cluster, whether or not network policy is switched on (eks.md 1.6), with the VPC CNI's own.
const EKS_API_VERSIONS = [
  "crd.k8s.amazonaws.com/v1alpha1",
  "networking.k8s.aws/v1alpha1",
  "vpcresources.k8s.aws/v1beta1",
];

export function cluster(options: ClusterOptions): WorldCluster {
  let objects: readonly RawObject[] | null = null;
  return {
    name: options.name,
    region: options.region,
    status: options.status ?? "ACTIVE",
    createdAt: options.createdAt ?? "2025-06-17T08:41:22Z",
    version: options.version ?? "1.34",
    platformVersion: "eks.9",
    authenticationMode: options.authenticationMode ?? "API",
    describe: description(options),
    addons: options.addons ?? [],
    capabilities: options.capabilities ?? [],
    endpoint: options.endpoint ?? "serves",
    access: {
      level: options.access ?? "reader",
      withoutResources: options.withoutResources ?? [],
    },
    get objects() {
      // Those of a large world are made whenever they are asked for, and kept by whoever asked.
      if (typeof options.manifests === "function") return clusterObjects(options);
      objects ??= clusterObjects(options);
      return objects;
    },
    extraApiVersions: [...EKS_API_VERSIONS, ...(options.extraApiVersions ?? [])],
  };
}

/** Every object of a cluster as `kubectl get -o json` shows it. */
export function clusterObjects(options: ClusterOptions): readonly RawObject[] {
  const place = {
    clusterName: options.name,
    region: options.region,
    kubernetesVersion: options.version ?? "1.34",
    vpcOctet: options.vpcOctet ?? 20,
    index: 0,
  };
  const manifests = [
    ...defaultNamespaces(),
    ...(options.systemWorkloads === false ? [] : kubeSystem()),
    ...(options.parts ?? []).flatMap((part) => part.manifests),
    ...(typeof options.manifests === "function" ? options.manifests() : (options.manifests ?? [])),
  ];
  const live = toLiveObjects(manifests, {
    nodes: (options.nodes ?? []).map((each, index) => node(each, { ...place, index })),
    fargateProfiles: options.fargateProfiles ?? [],
    place,
    ipFamily: options.ipFamily ?? "ipv4",
  });
  const adjustments = (options.parts ?? []).flatMap((part) => part.adjustments);
  return adjustments.reduce((objects, adjust) => adjust(objects), live);
}

export type AccountOptions = Pick<WorldAccount, "id" | "name"> & Partial<WorldAccount>;

export function account(options: AccountOptions): WorldAccount {
  return {
    state: "ACTIVE",
    parentId: "",
    memberRole: { deployed: true, withoutActions: [] },
    spokeRegions: [],
    deniedByServiceControlPolicy: [],
    enabledRegions: ["eu-central-1"],
    securityHubRegions: options.enabledRegions ?? ["eu-central-1"],
    clusters: [],
    ...options,
  };
}

export type WorldOptions = Pick<World, "name" | "description" | "accounts"> & Partial<World>;

/** Without an organization; the first account is the scanner's. */
export function world(options: WorldOptions): World {
  const [first] = options.accounts;
  return {
    partition: "aws",
    organization: null,
    scanner: {
      accountId: first?.id ?? "",
      region: first?.enabledRegions[0] ?? "us-east-1",
      externalId: null,
    },
    faults: [],
    ...options,
  };
}

function description(options: ClusterOptions): Fields {
  // A connected cluster has neither network nor endpoint, as far as EKS knows.
  if (options.describe?.["connectorConfig"] !== undefined) return options.describe;
  return { resourcesVpcConfig: vpcConfig(options), ...networkConfig(options), ...options.describe };
}

function vpcConfig(options: ClusterOptions): Fields {
  const id = (prefix: string, of: string): string => `${prefix}-${toHex(17, options.name, of)}`;
  const isPrivate = options.privateEndpoint === true;
  return {
    clusterSecurityGroupId: id("sg", "cluster"),
    endpointPrivateAccess: true,
    endpointPublicAccess: !isPrivate,
    publicAccessCidrs: isPrivate ? [] : ["0.0.0.0/0"],
    securityGroupIds: [],
    subnetIds: ["a", "b", "c"].map((zone) => id("subnet", zone)),
    vpcId: id("vpc", "vpc"),
  };
}

function networkConfig(options: ClusterOptions): Fields {
  const range =
    options.ipFamily === "ipv6"
      ? { ipFamily: "ipv6", serviceIpv6Cidr: "fd5c:1f14:20::/108" }
      : { ipFamily: "ipv4", serviceIpv4Cidr: "172.20.0.0/16" };
  return { kubernetesNetworkConfig: range };
}
