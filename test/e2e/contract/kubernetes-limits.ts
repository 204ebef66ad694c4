// What a real API server does and the emulator does not, because the scanner never asks for it: each stands here with
// both answers, so that neither is taken for the other.

import { mediaType, type KubernetesContract, parse } from "./kubernetes-answers.ts";

const JSON_BODY = { "content-type": "application/json" };
const REVIEWS = "/apis/authorization.k8s.io/v1";

export const LIMITS: readonly KubernetesContract[] = [
  {
    title: "protobuf",
    observe: async (api) => {
      const accept = "application/vnd.kubernetes.protobuf";
      const reply = await api.send("/api/v1/namespaces/a/pods", { headers: { accept } });
      return [reply.status, mediaType(reply)];
    },
    expected: [200, "application/vnd.kubernetes.protobuf"],
    otherwise: {
      server: "emulator",
      expected: [406, "application/json"],
      because: "it has no protobuf of objects, and says so",
    },
  },
  {
    title: "tables, as kubectl asks for them, with JSON as the second choice",
    observe: async (api) => {
      const accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
      return parse(await api.send("/api/v1/namespaces/a/pods", { headers: { accept } }))["kind"];
    },
    expected: "Table",
    otherwise: {
      server: "emulator",
      expected: "PodList",
      because: "it has no tables; kubectl takes the list",
    },
  },
  {
    title: "the head of an object",
    observe: async (api) => (await api.send("/api/v1/namespaces/shop/pods/web-1", { method: "HEAD" })).status,
    expected: 405,
    otherwise: {
      server: "emulator",
      expected: 200,
      because: "it takes HEAD for GET, and nothing of ours sends it",
    },
  },
  {
    title: "watching",
    observe: async (api) =>
      (await api.send("/api/v1/namespaces/a/pods?watch=1&timeoutSeconds=1&resourceVersion=0")).status,
    expected: 200,
    otherwise: { server: "emulator", expected: 405, because: "nothing of ours watches" },
  },
  {
    title: "a revision that is no number",
    observe: async (api) => (await api.send("/api/v1/namespaces/a/pods?resourceVersion=abc")).status,
    expected: 400,
    otherwise: {
      server: "emulator",
      expected: 200,
      because: "it knows resourceVersion=0 and ignores others",
    },
  },
  {
    title: "a review of nothing",
    observe: async (api) => {
      const review = { method: "POST", body: "{}", headers: JSON_BODY };
      return (await api.send(`${REVIEWS}/selfsubjectaccessreviews`, review)).status;
    },
    expected: 422,
    otherwise: {
      server: "emulator",
      expected: 400,
      because: "it wants the kind in the body, which the real server takes from the path",
    },
  },
  {
    title: "all rules of one's own at once",
    observe: async (api) => {
      const body = {
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectRulesReview",
        spec: { namespace: "a" },
      };
      const review = { method: "POST", body: JSON.stringify(body), headers: JSON_BODY };
      return (await api.send(`${REVIEWS}/selfsubjectrulesreviews`, review)).status;
    },
    expected: 201,
    otherwise: {
      server: "emulator",
      expected: 403,
      because: "doctor asks rule by rule; EKS's own authoriser is in no list of rules",
    },
  },
  {
    title: "health, asked by nobody in particular",
    observe: async (api) => (await api.send("/readyz", { token: null })).status,
    expected: 200,
    otherwise: {
      server: "kube-apiserver",
      expected: 401,
      because: "ours is started without anonymous access, so that a missing token is seen; EKS allows it",
    },
  },
];
