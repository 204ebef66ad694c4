// The emulated Kubernetes API over real TLS: discovery, reads, pages, representations, and what it refuses.

import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type ClusterServer, startClusterServer } from "../../emulator/kubernetes/server.ts";
import {
  cluster,
  context,
  list,
  type ListBody,
  object,
  pod,
  ROLE_ARN,
  send,
  toNames,
  toToken,
  withServer,
} from "./kubernetes-fixture.ts";

const OBJECTS = [
  object("v1", "Namespace", "shop", { metadata: { labels: { team: "shop" } } }),
  object("v1", "Namespace", "a"),
  object("v1", "Namespace", "a-b"),
  object("v1", "Node", "node-1", { spec: {} }),
  pod("shop/web-2", { app: "web" }),
  pod("shop/web-1", { app: "web" }, { hostNetwork: true }),
  pod("a/one", { app: "one" }),
  pod("a-b/two", { app: "two" }),
  object("v1", "ConfigMap", "kube-system/amazon-vpc-cni", { data: { x: "y" } }),
  object("v1", "ConfigMap", "kube-system/other", { data: { x: "z" } }),
  object("networking.k8s.io/v1", "NetworkPolicy", "shop/deny", {
    spec: { podSelector: {}, ingress: [{ from: [{ futurePeer: {} }] }] },
  }),
  object("networking.k8s.aws/v1alpha1", "PolicyEndpoint", "shop/deny-x1", { spec: { podIsolation: [] } }),
  object("apps/v1", "DaemonSet", "kube-system/aws-node", { spec: {} }),
];
const EXTRA = ["cilium.io/v2", "metrics.k8s.io/v1beta1"];

const METADATA_LIST = { accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" };
const METADATA = { accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1" };

let server: ClusterServer;
before(async () => {
  server = await startClusterServer(cluster(OBJECTS, { extraApiVersions: EXTRA }), context());
});
after(() => server.close());

async function refused(path: string, options?: Parameters<typeof send>[2]): Promise<Record<string, unknown>> {
  const reply = await send(server, path, options);
  const status: Record<string, unknown> = JSON.parse(reply.text);
  assert.equal(status["kind"], "Status");
  assert.equal(status["code"], reply.status);
  return status;
}

describe("discovery", () => {
  it("tells the version", async () => {
    const reply = await send(server, "/version");
    assert.equal(reply.status, 200);
    assert.match(reply.text, /"major":"1","minor":"33"/);
  });

  it("lists the core versions", async () => {
    assert.match((await send(server, "/api")).text, /"kind":"APIVersions","versions":\["v1"\]/);
  });

  it("lists built-in groups, groups of objects and groups that are only served", async () => {
    const {
      groups,
    }: {
      groups: { name: string; preferredVersion: { groupVersion: string } }[];
    } = JSON.parse((await send(server, "/apis")).text);
    const names = new Set(groups.map(({ name }) => name));
    for (const name of ["apps", "networking.k8s.io", "networking.k8s.aws", "cilium.io", "metrics.k8s.io"]) {
      assert.ok(names.has(name), name);
    }
    assert.ok(!names.has("crd.projectcalico.org"));
    assert.ok(!names.has(""));
    const cilium = groups.find(({ name }) => name === "cilium.io");
    assert.equal(cilium?.preferredVersion.groupVersion, "cilium.io/v2");
  });

  it("lists the resources of a group version", async () => {
    const {
      resources,
    }: {
      resources: { name: string; namespaced: boolean; shortNames?: string[] }[];
    } = JSON.parse((await send(server, "/apis/networking.k8s.io/v1")).text);
    const policies = resources.find(({ name }) => name === "networkpolicies");
    assert.deepEqual(policies?.shortNames, ["netpol"]);
    assert.equal(policies?.namespaced, true);
  });

  it("answers an unknown group with text, as the real server does", async () => {
    const reply = await send(server, "/apis/crd.projectcalico.org/v1");
    assert.equal(reply.status, 404);
    assert.equal(reply.text, "404 page not found\n");
  });

  it("says that it is well to anybody", async () => {
    const reply = await send(server, "/readyz", { token: null });
    assert.deepEqual([reply.status, reply.text], [200, "ok"]);
  });
});

describe("lists", () => {
  it("come in storage order, cluster-wide", async () => {
    assert.deepEqual(toNames(await list(server, "/api/v1/pods")), [
      // "-" sorts before "/"
      "a-b/two",
      "a/one",
      "shop/web-1",
      "shop/web-2",
    ]);
  });

  it("of one namespace hold no other", async () => {
    assert.deepEqual(toNames(await list(server, "/api/v1/namespaces/a/pods")), ["a/one"]);
    assert.deepEqual(toNames(await list(server, "/api/v1/namespaces/nowhere/pods")), []);
  });

  it("of a built-in kind name the kind once, not per item", async () => {
    const body = await list(server, "/apis/networking.k8s.io/v1/networkpolicies");
    assert.equal(body.kind, "NetworkPolicyList");
    assert.equal(body.apiVersion, "networking.k8s.io/v1");
    assert.deepEqual(Object.keys(body.items[0] ?? {}), ["metadata", "spec"]);
  });

  it("keep a field that no client knows", async () => {
    const reply = await send(server, "/apis/networking.k8s.io/v1/networkpolicies");
    assert.match(reply.text, /"from":\[\{"futurePeer":\{\}\}\]/);
  });

  it("of custom resources name the kind per item, and always have `continue`", async () => {
    const body = await list(server, "/apis/networking.k8s.aws/v1alpha1/policyendpoints");
    assert.deepEqual(Object.keys(body), ["apiVersion", "items", "kind", "metadata"]);
    assert.equal(body.metadata.continue, "");
    assert.equal(body.items[0]?.kind, "PolicyEndpoint");
    assert.equal(body.items[0]?.apiVersion, "networking.k8s.aws/v1alpha1");
  });

  it("of a served custom resource without objects are empty", async () => {
    assert.deepEqual((await list(server, "/apis/cilium.io/v2/ciliumendpoints")).items, []);
  });

  it("take label and field selectors", async () => {
    const byLabel = await list(server, "/api/v1/pods?labelSelector=app%20in%20(web,one)");
    assert.deepEqual(toNames(byLabel), ["a/one", "shop/web-1", "shop/web-2"]);
    const selector = encodeURIComponent("spec.hostNetwork=false,metadata.namespace!=a,status.phase!=Failed");
    const byField = await list(server, `/api/v1/pods?fieldSelector=${selector}`);
    assert.deepEqual(toNames(byField), ["a-b/two", "shop/web-2"]);
  });

  it("refuse selectors that they do not understand", async () => {
    const field = await refused("/api/v1/pods?fieldSelector=spec.priority%3D1");
    assert.equal(field["reason"], "BadRequest");
    assert.equal(field["message"], "field label not supported: spec.priority");
    assert.equal((await refused("/api/v1/pods?labelSelector=a%20b"))["code"], 400);
    assert.equal((await refused("/api/v1/pods?limit=many"))["code"], 400);
  });

  it("as metadata hold nothing else", async () => {
    const body = await list(server, "/api/v1/pods", { headers: METADATA_LIST });
    assert.equal(body.kind, "PartialObjectMetadataList");
    assert.equal(body.apiVersion, "meta.k8s.io/v1");
    assert.deepEqual(Object.keys(body.items[0] ?? {}), ["kind", "apiVersion", "metadata"]);
    assert.equal(body.items.length, 4);
    assert.deepEqual(body.items[2]?.metadata.labels, { app: "web" });
  });

  it("fall back to JSON where the client also takes that, and refuse what they cannot write", async () => {
    const accept =
      "application/json;as=Table;v=v1;g=meta.k8s.io,application/vnd.kubernetes.protobuf,application/json";
    assert.equal((await list(server, "/api/v1/pods", { headers: { accept } })).kind, "PodList");
    const status = await refused("/api/v1/pods", {
      headers: { accept: "application/vnd.kubernetes.protobuf" },
    });
    assert.equal(status["reason"], "NotAcceptable");
    assert.equal((await refused("/api/v1/pods", { headers: METADATA }))["code"], 406);
  });
});

describe("gets", () => {
  it("give the whole object", async () => {
    const reply = await send(server, "/api/v1/namespaces/kube-system/configmaps/amazon-vpc-cni");
    assert.deepEqual(JSON.parse(reply.text), {
      kind: "ConfigMap",
      apiVersion: "v1",
      metadata: { namespace: "kube-system", name: "amazon-vpc-cni" },
      data: { x: "y" },
    });
  });

  it("give a namespace, and refuse what the shipped role only lists", async () => {
    assert.equal((await send(server, "/api/v1/namespaces/shop")).status, 200);
    for (const path of [
      "/api/v1/nodes/node-1",
      "/apis/networking.k8s.aws/v1alpha1/namespaces/shop/policyendpoints/deny-x1",
    ]) {
      assert.equal((await send(server, path)).status, 403, path);
    }
  });

  it("give metadata alone", async () => {
    const reply = await send(server, "/api/v1/namespaces/shop/pods/web-1", { headers: METADATA });
    const partial: object = JSON.parse(reply.text);
    assert.deepEqual(Object.keys(partial), ["kind", "apiVersion", "metadata"]);
    assert.equal((await refused("/api/v1/namespaces/shop", { headers: METADATA_LIST }))["code"], 406);
  });

  it("say what was not found", async () => {
    const status = await refused("/api/v1/namespaces/shop/configmaps/nothing");
    assert.deepEqual(status, {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: 'configmaps "nothing" not found',
      reason: "NotFound",
      details: { name: "nothing", kind: "configmaps" },
      code: 404,
    });
    const policy = await refused("/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies/x");
    assert.equal(policy["message"], 'networkpolicies.networking.k8s.io "x" not found');
  });

  it("know no path beyond their resources", async () => {
    const paths = [
      "/api/v1/namespaces/shop/nodes",
      "/api/v1/pods/web-1",
      "/api/v1/namespaces/shop/pods/web-1/log",
    ];
    for (const path of paths) assert.equal((await refused(path))["reason"], "NotFound", path);
  });
});

describe("pages", () => {
  async function readPages(options: { selector: string; limit: number }): Promise<readonly ListBody[]> {
    const pages: ListBody[] = [];
    let token = "";
    do {
      const path = `/api/v1/pods?limit=${options.limit}&fieldSelector=${encodeURIComponent(options.selector)}`;
      const page = await list(server, `${path}&continue=${token}`);
      pages.push(page);
      token = page.metadata.continue ?? "";
    } while (token !== "");
    return pages;
  }

  it("go on where the last one ended, at its revision", async () => {
    const pages = await readPages({ selector: "", limit: 3 });
    assert.deepEqual(
      pages.map((page) => toNames(page)),
      [["a-b/two", "a/one", "shop/web-1"], ["shop/web-2"]],
    );
    assert.equal(pages[0]?.metadata.remainingItemCount, 1);
    assert.deepEqual(pages[1]?.metadata, { resourceVersion: pages[0]?.metadata.resourceVersion });
  });

  it("with a selector do not count what remains, and the last may be empty", async () => {
    const pages = await readPages({ selector: "metadata.namespace!=shop", limit: 2 });
    assert.deepEqual(
      pages.map((page) => page.items.length),
      [2, 0],
    );
    assert.equal(pages[0]?.metadata.remainingItemCount, undefined);
  });

  it("ignore the limit at resourceVersion=0, as the watch cache does", async () => {
    assert.equal((await list(server, "/api/v1/pods?limit=1&resourceVersion=0")).items.length, 4);
  });

  it("of a namespace end with it", async () => {
    const first = await list(server, "/api/v1/namespaces/shop/pods?limit=1");
    const path = `/api/v1/namespaces/shop/pods?limit=1&continue=${first.metadata.continue}`;
    const second = await list(server, path);
    assert.deepEqual([...toNames(first), ...toNames(second)], ["shop/web-1", "shop/web-2"]);
    assert.equal(second.metadata.continue, undefined);
  });

  it("refuse a token that they did not give out", async () => {
    for (const token of ["garbage", Buffer.from('{"v":"meta.k8s.io/v1"}').toString("base64url")]) {
      const status = await refused(`/api/v1/pods?limit=1&continue=${token}`);
      assert.equal(status["message"], "continue key is not valid");
    }
    const { metadata } = await list(server, "/api/v1/pods?limit=1");
    const path = `/api/v1/pods?limit=1&continue=${metadata.continue}&resourceVersion=1000`;
    assert.equal((await refused(path))["code"], 400);
  });

  it("are consistent while the world changes", async () => {
    await withServer(cluster([pod("a/1"), pod("a/2")]), {}, async (changing) => {
      const first = await list(changing, "/api/v1/pods?limit=1");
      changing.replaceObjects([pod("a/3")]);
      const second = await list(changing, `/api/v1/pods?limit=1&continue=${first.metadata.continue}`);
      assert.deepEqual(toNames(second), ["a/2"]);
      assert.equal(second.metadata.resourceVersion, first.metadata.resourceVersion);
      assert.deepEqual(toNames(await list(changing, "/api/v1/pods")), ["a/3"]);
    });
  });

  it("expire once, with a token to go on inconsistently", async () => {
    await withServer(cluster([pod("a/1"), pod("a/3")]), {}, async (expiring) => {
      const first = await list(expiring, "/api/v1/pods?limit=1");
      expiring.expireContinueTokens();
      expiring.replaceObjects([pod("a/1"), pod("a/4")]);
      const path = `/api/v1/pods?limit=1&continue=${first.metadata.continue}`;
      const gone = await send(expiring, path);
      const status: { reason: string; metadata: { continue: string } } = JSON.parse(gone.text);
      assert.deepEqual([gone.status, status.reason], [410, "Expired"]);
      assert.equal((await send(expiring, path)).status, 410, "an expired token stays expired");
      const rest = await list(expiring, `/api/v1/pods?limit=1&continue=${status.metadata.continue}`);
      assert.deepEqual(toNames(rest), ["a/4"]);
      const anew = await list(expiring, "/api/v1/pods?limit=1");
      const onward = await list(expiring, `/api/v1/pods?limit=1&continue=${anew.metadata.continue}`);
      assert.deepEqual(toNames(onward), ["a/4"], "a new list is whole again");
    });
  });
});

describe("bodies", () => {
  const MANY = Array.from({ length: 400 }, (_, index) =>
    pod(`big/pod-${String(index).padStart(4, "0")}`, { app: "x".repeat(60) }, { note: "n".repeat(300) }),
  );

  it("are compressed from 128 KiB on, if the client takes it, and the same each time", async () => {
    await withServer(cluster(MANY), {}, async (big) => {
      const gzip = { headers: { "accept-encoding": "gzip, deflate" } };
      const compressed = await send(big, "/api/v1/pods", gzip);
      const again = await send(big, "/api/v1/pods", gzip);
      const plain = await send(big, "/api/v1/pods");
      const small = await send(big, "/api/v1/pods?limit=10", gzip);
      assert.equal(compressed.headers["content-encoding"], "gzip");
      assert.equal(plain.headers["content-encoding"], undefined);
      assert.equal(small.headers["content-encoding"], undefined);
      assert.ok(compressed.bytes * 10 < plain.bytes);
      assert.equal(compressed.text, plain.text);
      assert.equal(again.text, plain.text);
      const body: ListBody = JSON.parse(plain.text);
      assert.equal(body.items.length, 400);
    });
  });

  it("of hostile names arrive as they are", async () => {
    const data: object = JSON.parse('{"__proto__":"x"}');
    const hostile = [
      object("v1", "Namespace", "__proto__", { metadata: { labels: { constructor: "x" } } }),
      object("v1", "ConfigMap", "__proto__/constructor", { data }),
      object("constructor/__proto__", "toString", "shop/hasOwnProperty"),
    ];
    await withServer(cluster(hostile), {}, async (odd) => {
      assert.deepEqual(toNames(await list(odd, "/api/v1/namespaces")), ["/__proto__"]);
      const path = "/apis/constructor/__proto__";
      assert.match((await send(odd, path)).text, /"name":"tostrings"/);
      const { items } = await list(odd, "/api/v1/namespaces", { headers: METADATA_LIST });
      assert.deepEqual(items[0]?.metadata.labels, { constructor: "x" });
      const configMap = await send(odd, "/api/v1/namespaces/__proto__/configmaps/constructor");
      assert.match(configMap.text, /"data":\{"__proto__":"x"\}/);
    });
  });
});

describe("the log", () => {
  it("has every request with its principal and status", async () => {
    const seen = server.requests.length;
    await send(server, "/api/v1/pods?limit=1");
    await send(server, "/api/v1/pods", { token: toToken("https://elsewhere.example/") });
    assert.deepEqual(server.requests.slice(seen), [
      {
        method: "GET",
        path: "/api/v1/pods",
        query: "?limit=1",
        accept: "",
        principal: ROLE_ARN,
        status: 200,
      },
      { method: "GET", path: "/api/v1/pods", query: "", accept: "", principal: null, status: 401 },
    ]);
  });
});

describe("of more clusters than are kept", () => {
  it("those that were used last are, and the others are the same when they are made anew", async () => {
    let made = 0;
    const counted = {
      ...cluster([]),
      get objects() {
        made += 1;
        return OBJECTS;
      },
    };
    const { memories } = context();
    await withServer(counted, { memories }, (first) =>
      withServer(cluster([]), { memories }, async (second) => {
        const before = await list(first, "/api/v1/pods?limit=2");
        await list(first, "/api/v1/namespaces");
        assert.equal(made, 1);
        await list(second, "/api/v1/pods");
        const next = `/api/v1/pods?limit=2&continue=${before.metadata.continue ?? ""}`;
        assert.deepEqual(toNames(await list(first, next)), ["shop/web-1", "shop/web-2"]);
        assert.equal(made, 2);
        assert.deepEqual(await list(first, "/api/v1/pods?limit=2"), before);
      }),
    );
  });
});
