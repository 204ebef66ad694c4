// The discovery documents (`/version`, `/api`, `/apis`, …), unaggregated, and the health paths.

import { type Answer, toJsonAnswer, toTextAnswer } from "./answer.ts";
import { type ApiResource, parseGroupVersion } from "./built-in-resources.ts";
import type { ObjectIndex } from "./object-index.ts";

const HEALTH_PATHS = new Set(["/healthz", "/livez", "/readyz"]);
const VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/;

/** Since Kubernetes 1.32 Amazon EKS answers these, and only these, without credentials. */
export function isHealthPath(path: string): boolean {
  return HEALTH_PATHS.has(path);
}

/** What the API server says of a path that no handler took: text, as Go's http.NotFound writes it. */
export const PAGE_NOT_FOUND = toTextAnswer(404, "404 page not found\n");

export function getDiscovery(path: string, index: ObjectIndex, clusterVersion: string): Answer {
  if (isHealthPath(path)) return toTextAnswer(200, "ok");
  const segments = path.split("/").filter((segment) => segment !== "");
  const [root, group, version] = segments;
  if (segments.length > 3) return PAGE_NOT_FOUND;
  if (root === "version" && group === undefined) return toJsonAnswer(200, toVersionInfo(clusterVersion));
  if (root === "api" && version === undefined) {
    return group === undefined ? toJsonAnswer(200, CORE_VERSIONS) : getResourceList("", group, index);
  }
  if (root !== "apis") return PAGE_NOT_FOUND;
  if (group === undefined) return toJsonAnswer(200, toGroupList(index));
  return version === undefined ? getGroup(group, index) : getResourceList(group, version, index);
}

const CORE_VERSIONS = {
  kind: "APIVersions",
  versions: ["v1"],
  serverAddressByClientCIDRs: [],
};

function toVersionInfo(clusterVersion: string): unknown {
  const [major = "", minor = ""] = clusterVersion.split(".");
  return {
    major,
    minor,
    gitVersion: `v${clusterVersion}.0-eks-emulated`,
    gitCommit: "0000000000000000000000000000000000000000",
    gitTreeState: "clean",
    buildDate: "2026-01-01T00:00:00Z",
    goVersion: "go1.24.0",
    compiler: "gc",
    platform: "linux/amd64",
  };
}

function toGroupList({ groupVersions }: ObjectIndex): unknown {
  const groups = new Set([...groupVersions].map((groupVersion) => parseGroupVersion(groupVersion).group));
  groups.delete("");
  return {
    kind: "APIGroupList",
    apiVersion: "v1",
    groups: [...groups].map((group) => toGroup(group, toVersions(group, groupVersions))),
  };
}

function getGroup(group: string, { groupVersions }: ObjectIndex): Answer {
  const versions = toVersions(group, groupVersions);
  if (versions.length === 0) return PAGE_NOT_FOUND;
  return toJsonAnswer(200, { kind: "APIGroup", apiVersion: "v1", ...toGroup(group, versions) });
}

/** The versions of one group, preferred one first. */
function toVersions(group: string, groupVersions: ReadonlySet<string>): readonly string[] {
  return [...groupVersions]
    .map(parseGroupVersion)
    .filter((groupVersion) => groupVersion.group === group)
    .map(({ version }) => version)
    .toSorted(compareVersions);
}

function toGroup(group: string, versions: readonly string[]): object {
  const entries = versions.map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions: entries, preferredVersion: entries[0] };
}

function getResourceList(group: string, version: string, index: ObjectIndex): Answer {
  if (!index.groupVersions.has(`${group}/${version}`)) return PAGE_NOT_FOUND;
  const resources = index.resources
    .filter((resource) => resource.group === group && resource.version === version)
    .toSorted((a, b) => (a.plural < b.plural ? -1 : 1));
  return toJsonAnswer(200, {
    kind: "APIResourceList",
    ...(group === "" ? {} : { apiVersion: "v1" }),
    groupVersion: group === "" ? version : `${group}/${version}`,
    resources: resources.map(toDiscoveredResource),
  });
}

function toDiscoveredResource(resource: ApiResource): unknown {
  return {
    name: resource.plural,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: resource.verbs,
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
  };
}

/** k8s.io/apimachinery pkg/version: stable before beta before alpha, then the higher number first. */
function compareVersions(a: string, b: string): number {
  const [stageA, majorA, minorA] = toVersionRank(a);
  const [stageB, majorB, minorB] = toVersionRank(b);
  return stageB - stageA || majorB - majorA || minorB - minorA;
}

function toVersionRank(version: string): readonly [stage: number, major: number, minor: number] {
  const match = VERSION.exec(version);
  if (match === null) return [0, 0, 0];
  const [, major, stage, minor] = match;
  if (stage === undefined) return [3, Number(major), 0];
  return [stage === "beta" ? 2 : 1, Number(major), Number(minor)];
}
