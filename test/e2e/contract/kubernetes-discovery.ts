// What the scanner relies on in discovery: the version, the groups, their resources, and what is not served.

import { mediaType, parse, type KubernetesContract } from "./kubernetes-answers.ts";

const POLICIES = "/apis/networking.k8s.io/v1";

export const DISCOVERY: readonly KubernetesContract[] = [
  {
    title: "the version is two numbers and a text",
    observe: async (api) => {
      const { major, minor, gitVersion } = parse(await api.send("/version"));
      return [
        /^\d+$/.test(String(major)),
        /^\d+\+?$/.test(String(minor)),
        /^v\d+\.\d+/.test(String(gitVersion)),
      ];
    },
    expected: [true, true, true],
  },
  {
    title: "the core group has its own list of versions",
    observe: async (api) => {
      const { kind, versions } = parse(await api.send("/api"));
      return { kind, versions };
    },
    expected: { kind: "APIVersions", versions: ["v1"] },
  },
  {
    title: "groups: built-in, of definitions, and none that is not served",
    observe: async (api) => {
      const { kind, groups } = parse(await api.send("/apis")) as {
        kind: string;
        groups: { name: string; preferredVersion: unknown }[];
      };
      const wanted = ["networking.k8s.io", "networking.k8s.aws", "cilium.io", "crd.projectcalico.org"];
      const found = wanted.map(
        (name) => groups.find((group) => group.name === name)?.preferredVersion ?? null,
      );
      return { kind, found };
    },
    expected: {
      kind: "APIGroupList",
      found: [
        { groupVersion: "networking.k8s.io/v1", version: "v1" },
        { groupVersion: "networking.k8s.aws/v1alpha1", version: "v1alpha1" },
        { groupVersion: "cilium.io/v2", version: "v2" },
        null,
      ],
    },
  },
  {
    title: "a resource of a group version: its name, its kind, its scope, its short name",
    observe: async (api) => {
      const { resources } = parse(await api.send(POLICIES)) as { resources: Record<string, unknown>[] };
      const { name, singularName, kind, namespaced, shortNames } =
        resources.find((resource) => resource["name"] === "networkpolicies") ?? {};
      return { name, singularName, kind, namespaced, shortNames };
    },
    expected: {
      name: "networkpolicies",
      singularName: "networkpolicy",
      kind: "NetworkPolicy",
      namespaced: true,
      shortNames: ["netpol"],
    },
  },
  {
    title: "a group that is not served is text, not an object",
    observe: async (api) => {
      const reply = await api.send("/apis/crd.projectcalico.org/v1");
      return [reply.status, mediaType(reply), reply.text];
    },
    expected: [404, "text/plain; charset=utf-8", "404 page not found\n"],
  },
];
