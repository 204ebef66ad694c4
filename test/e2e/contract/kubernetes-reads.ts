// What the scanner relies on in lists and objects: order, selectors, metadata alone, compression.

import { type ListBody, type Reply } from "../../emulator/kubernetes-fixture.ts";
import {
  fielded,
  labelled,
  mediaType,
  names,
  parse,
  parseList,
  refusal,
  toStatus,
  type KubernetesContract,
} from "./kubernetes-answers.ts";

const METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
const METADATA = "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
const POLICIES = "/apis/networking.k8s.io/v1";

export const READS: readonly KubernetesContract[] = [
  {
    title: "lists come in storage order over all namespaces: '-' before '/'",
    observe: (api) => names(api, "/api/v1/pods"),
    expected: ["a-b/two", "a/one", "shop/web-1", "shop/web-2"],
  },
  {
    title: "the list of one namespace holds no other, and an absent namespace has an empty one",
    observe: async (api) => [
      await names(api, "/api/v1/namespaces/a/pods"),
      await names(api, "/api/v1/namespaces/nowhere/pods"),
    ],
    expected: [["a/one"], []],
  },
  {
    title: "a built-in list names the kind once, a custom one per item, and always has `continue`",
    observe: async (api) => {
      const builtIn = parseList(await api.send(`${POLICIES}/networkpolicies`));
      const path = "/apis/networking.k8s.aws/v1alpha1/policyendpoints";
      const custom = parseList(await api.send(path));
      const facts = ({ kind, apiVersion, metadata, items }: ListBody): unknown => [
        kind,
        apiVersion,
        "continue" in metadata,
        items.map((item) => [item.apiVersion ?? null, item.kind ?? null, item.metadata.name]),
      ];
      return [facts(builtIn), facts(custom)];
    },
    expected: [
      ["NetworkPolicyList", "networking.k8s.io/v1", false, [[null, null, "deny"]]],
      [
        "PolicyEndpointList",
        "networking.k8s.aws/v1alpha1",
        true,
        [["networking.k8s.aws/v1alpha1", "PolicyEndpoint", "deny-x1"]],
      ],
    ],
  },
  {
    title: "a served custom resource without objects is an empty list",
    observe: (api) => names(api, "/apis/cilium.io/v2/ciliumnetworkpolicies"),
    expected: [],
  },
  {
    title: "label selectors: equal, unequal, in, notin, present, absent",
    observe: (api) =>
      Promise.all(
        ["app=web", "app!=web", "app in (web,one)", "app notin (web,one)", "tier", "!tier"].map((selector) =>
          names(api, labelled(selector)),
        ),
      ),
    expected: [
      ["shop/web-1", "shop/web-2"],
      ["a-b/two", "a/one"],
      ["a/one", "shop/web-1", "shop/web-2"],
      ["a-b/two"],
      ["shop/web-2"],
      ["a-b/two", "a/one", "shop/web-1"],
    ],
  },
  {
    title: "field selectors of pods, alone and together",
    observe: (api) =>
      Promise.all(
        [
          "spec.hostNetwork=true",
          "spec.hostNetwork=false",
          "metadata.namespace!=shop",
          "metadata.name=one",
          "status.phase!=Running",
          "spec.nodeName=node-1,spec.hostNetwork=false,metadata.namespace=shop",
        ].map((selector) => names(api, fielded(selector))),
      ),
    expected: [
      ["shop/web-1"],
      ["a-b/two", "a/one", "shop/web-2"],
      ["a-b/two", "a/one"],
      ["a/one"],
      [],
      ["shop/web-2"],
    ],
  },
  {
    title: "a selector that is not understood is refused, never ignored",
    observe: async (api) => {
      const field = parse(await api.send(fielded("spec.priority=1")));
      const label = parse(await api.send(labelled("a b")));
      return [field["reason"], field["code"], field["message"], label["reason"], label["code"]];
    },
    expected: ["BadRequest", 400, "field label not supported: spec.priority", "BadRequest", 400],
  },
  {
    title: "metadata alone, of a list",
    observe: async (api) => {
      const reply = await api.send("/api/v1/namespaces/shop/pods", { headers: { accept: METADATA_LIST } });
      const { kind, apiVersion, items } = parseList(reply);
      const labels = items.map(({ metadata }) => metadata.labels);
      return [mediaType(reply), kind, apiVersion, items.map((item) => Object.keys(item).toSorted()), labels];
    },
    expected: [
      "application/json",
      "PartialObjectMetadataList",
      "meta.k8s.io/v1",
      [
        ["apiVersion", "kind", "metadata"],
        ["apiVersion", "kind", "metadata"],
      ],
      [{ app: "web" }, { app: "web", tier: "front" }],
    ],
  },
  {
    title: "metadata alone, of one object and of a custom resource; a list's form for one object is refused",
    observe: async (api) => {
      const one = parse(await api.send("/api/v1/namespaces/shop", { headers: { accept: METADATA } }));
      const path = "/apis/networking.k8s.aws/v1alpha1/policyendpoints";
      const custom = parse(await api.send(path, { headers: { accept: METADATA_LIST } }));
      const wrong = await api.send("/api/v1/namespaces/shop", { headers: { accept: METADATA_LIST } });
      return [one["kind"], Object.keys(one).toSorted(), custom["kind"], wrong.status, parse(wrong)["reason"]];
    },
    expected: [
      "PartialObjectMetadata",
      ["apiVersion", "kind", "metadata"],
      "PartialObjectMetadataList",
      406,
      "NotAcceptable",
    ],
  },
  {
    title: "what a client cannot be given is a 406",
    observe: async (api) => {
      const reply = await api.send("/api/v1/pods", { headers: { accept: "application/xml" } });
      return [reply.status, parse(reply)["reason"]];
    },
    expected: [406, "NotAcceptable"],
  },
  {
    title: "one object, whole",
    observe: async (api) => {
      const path = "/api/v1/namespaces/kube-system/configmaps/amazon-vpc-cni";
      const { kind, apiVersion, data } = parse(await api.send(path));
      return { kind, apiVersion, data };
    },
    expected: { kind: "ConfigMap", apiVersion: "v1", data: { x: "y" } },
  },
  {
    title: "what is absent is a 404 that names it",
    observe: (api) => refusal(api.send("/api/v1/namespaces/shop/configmaps/nothing")),
    expected: toStatus(404, "NotFound", 'configmaps "nothing" not found', {
      name: "nothing",
      kind: "configmaps",
    }),
  },
  {
    title: "from 128 KiB on a body is compressed where the client takes it",
    observe: async (api) => {
      const path = "/api/v1/namespaces/big/configmaps";
      const headers = { "accept-encoding": "gzip" };
      const whole = await api.send(path, { headers });
      const plain = await api.send(path);
      const small = await api.send(`${path}?limit=10`, { headers });
      const items = (reply: Reply): number => parseList(reply).items.length;
      return [
        [whole.headers["content-encoding"] ?? null, items(whole), whole.bytes * 10 < plain.bytes],
        [plain.headers["content-encoding"] ?? null, items(plain)],
        [small.headers["content-encoding"] ?? null, items(small)],
      ];
    },
    expected: [
      ["gzip", 100, true],
      [null, 100],
      [null, 10],
    ],
  },
];
