// What the scanner relies on where it is refused: 401, 403 for every missing rule, and reviews of its own access.

import { SESSION_ARN, toToken } from "../../emulator/kubernetes-fixture.ts";
import { parse, refusal, toStatus, type KubernetesContract } from "./kubernetes-answers.ts";

const POLICIES = "/apis/networking.k8s.io/v1";

const forbidden = (verb: string, resource: string, where: string): string =>
  `User "${SESSION_ARN}" cannot ${verb} resource "${resource}" in API group ${where}`;

/** The form in which `doctor` and kubectl ask. */
function review(attributes: object): {
  readonly method: string;
  readonly body: string;
  readonly headers: object;
} {
  const body = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SelfSubjectAccessReview",
    spec: { resourceAttributes: attributes },
  };
  return { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
}

export const ACCESS: readonly KubernetesContract[] = [
  {
    title: "without a token, with another's, and without an access entry: a 401 that tells nothing",
    observe: async (api) => {
      const tokens = [null, toToken("https://elsewhere.example/"), "garbage"];
      const answers = await Promise.all(tokens.map((token) => refusal(api.send("/api/v1/pods", { token }))));
      return [...answers, await refusal(api.send("/api/v1/pods", { level: "none" }))];
    },
    expected: Array.from({ length: 4 }, () => toStatus(401, "Unauthorized", "Unauthorized")),
  },
  {
    title: "a list that no rule grants is a 403 that says who, what and where",
    observe: async (api) => [
      await refusal(api.send("/api/v1/secrets")),
      await refusal(api.send("/api/v1/nodes", { level: "view" })),
      await refusal(api.send("/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles")),
    ],
    expected: [
      toStatus(
        403,
        "Forbidden",
        `secrets is forbidden: ${forbidden("list", "secrets", '"" at the cluster scope')}`,
        { kind: "secrets" },
      ),
      toStatus(
        403,
        "Forbidden",
        `nodes is forbidden: ${forbidden("list", "nodes", '"" at the cluster scope')}`,
        { kind: "nodes" },
      ),
      toStatus(
        403,
        "Forbidden",
        `roles.rbac.authorization.k8s.io is forbidden: ${forbidden("list", "roles", '"rbac.authorization.k8s.io" in the namespace "shop"')}`,
        { group: "rbac.authorization.k8s.io", kind: "roles" },
      ),
    ],
  },
  {
    title: "one object that no rule grants is a 403 with its name, also where it is absent",
    observe: async (api) => [
      await refusal(api.send("/api/v1/namespaces/shop/secrets/password")),
      await refusal(api.send("/api/v1/namespaces/shop/secrets/nothing")),
    ],
    expected: ["password", "nothing"].map((name) =>
      toStatus(
        403,
        "Forbidden",
        `secrets "${name}" is forbidden: ${forbidden("get", "secrets", '"" in the namespace "shop"')}`,
        { name, kind: "secrets" },
      ),
    ),
  },
  {
    title: "a path without a rule is a 403 of its own form",
    observe: (api) => refusal(api.send("/metrics")),
    expected: toStatus(403, "Forbidden", `forbidden: User "${SESSION_ARN}" cannot get path "/metrics"`, {}),
  },
  {
    title: "every way to write is forbidden with its own verb",
    observe: async (api) => {
      const policies = `${POLICIES}/namespaces/shop/networkpolicies`;
      const writes = [
        ["POST", policies],
        ["PUT", `${policies}/deny`],
        ["PATCH", `${policies}/deny`],
        ["DELETE", `${policies}/deny`],
        ["DELETE", policies],
      ] as const;
      const replies = await Promise.all(writes.map(([method, path]) => api.send(path, { method })));
      return replies.map((reply) => [
        reply.status,
        /cannot (\w+) resource/.exec(String(parse(reply)["message"]))?.[1],
      ]);
    },
    expected: [
      [403, "create"],
      [403, "update"],
      [403, "patch"],
      [403, "delete"],
      [403, "deletecollection"],
    ],
  },
  {
    title: "everybody may ask what they may do: SelfSubjectAccessReview",
    observe: async (api) => {
      const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
      const asked = [
        { verb: "list", resource: "pods" },
        { verb: "list", group: "networking.k8s.io", resource: "networkpolicies" },
        { verb: "get", resource: "configmaps", namespace: "kube-system", name: "amazon-vpc-cni" },
        { verb: "list", resource: "secrets" },
        { verb: "create", group: "networking.k8s.io", resource: "networkpolicies" },
      ];
      return Promise.all(
        asked.map(async (attributes) => {
          const { headers, ...rest } = review(attributes);
          const reply = await api.send(path, { ...rest, headers: { ...headers } });
          const { kind, apiVersion, status } = parse(reply);
          return [reply.status, kind, apiVersion, (status as { readonly allowed: boolean }).allowed];
        }),
      );
    },
    expected: [true, true, true, false, false].map((allowed) => [
      201,
      "SelfSubjectAccessReview",
      "authorization.k8s.io/v1",
      allowed,
    ]),
  },
];
