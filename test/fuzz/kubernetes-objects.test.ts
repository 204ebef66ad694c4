// Fuzzing of what an API server sends: objects of every kind that is read, pages of lists, continue tokens.

import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { clusterObjects } from "../../emulator/worlds/build.ts";
import { shop } from "../../emulator/worlds/scenarios/small-company.ts";
import { toAdmissionWebhooks, toIngress, toService } from "../../lib/kubernetes/access-schema.ts";
import { MalformedAnswerError, MalformedObjectError } from "../../lib/kubernetes/errors.ts";
import { listObjects } from "../../lib/kubernetes/list.ts";
import { Interner } from "../../lib/kubernetes/interner.ts";
import { toFullPod, toPodMetadata } from "../../lib/kubernetes/pod.ts";
import { toRawObject } from "../../lib/kubernetes/raw-object.ts";
import {
  toApiGroups,
  toApiResources,
  toConfigMap,
  toDaemonSet,
  toJob,
  toNamespace,
  toNode,
} from "../../lib/kubernetes/schema.ts";
import { fuzzRuns } from "./fuzz-runs.ts";
import { hostileJson, hostileText, spoilAll, spoilings } from "./hostile-data.ts";
import { outcomeLater, outcomeOf } from "./outcome.ts";

const interner = new Interner();
const PAGE = { apiVersion: "v1", kind: "ThingList" };
const READERS: readonly (readonly [name: string, read: (item: unknown) => unknown])[] = [
  ["Pod", (item) => toFullPod(item, interner)],
  ["Pod's metadata", (item) => toPodMetadata(item, { hostNetwork: false, finished: false }, interner)],
  ["Namespace", toNamespace],
  ["Job", (item) => toJob(item, interner)],
  ["DaemonSet", toDaemonSet],
  ["Node", toNode],
  ["ConfigMap", toConfigMap],
  ["Service", toService],
  ["Ingress", toIngress],
  ["webhook", toAdmissionWebhooks],
  ["raw object", (item) => toRawObject(item, PAGE)],
  ["list of API groups", toApiGroups],
  ["list of resources", toApiResources],
];

const samples: readonly unknown[] = [
  ...clusterObjects({ name: "shop", region: "eu-central-1", manifests: shop() }),
  {
    metadata: { name: "in", namespace: "a" },
    spec: {
      defaultBackend: { service: { name: "s", port: { number: 80 } } },
      rules: [{ http: { paths: [{ backend: { service: { name: "s", port: { name: "http" } } } }] } }],
    },
  },
  {
    metadata: { name: "hook" },
    webhooks: [{ clientConfig: { service: { namespace: "a", name: "s", port: 443 } } }],
  },
  { groups: [{ name: "apps", versions: [{ version: "v1" }] }], resources: [{ name: "pods" }] },
];

for (const [name, read] of READERS)
  test(`a ${name} of any shape is read or is a malformed object`, () => {
    const own = samples.filter(
      (sample) => outcomeOf(() => read(sample), [MalformedObjectError]) !== undefined,
    );
    assert.ok(own.length > 0, "no sample can be read");
    const item = fc.oneof(
      { weight: 1, arbitrary: hostileJson },
      {
        weight: 3,
        arbitrary: fc.tuple(fc.constantFrom(...own), spoilings).map(([sample, all]) => spoilAll(sample, all)),
      },
    );
    fc.assert(
      fc.property(item, (item) => {
        const object = outcomeOf(() => read(item), [MalformedObjectError]);
        // What was read goes into a Snapshot, which is written as JSON.
        assert.doesNotThrow(() => JSON.stringify(object));
      }),
      fuzzRuns(150),
    );
  });

test("a page of any shape is a page or a malformed answer", async () => {
  const page = fc.oneof(
    hostileJson,
    fc.tuple(hostileText, hostileJson, spoilings).map(([token, item, all]) =>
      spoilAll(
        {
          kind: "PodList",
          apiVersion: "v1",
          metadata: { continue: token, remainingItemCount: 3, resourceVersion: "7" },
          items: [item, { metadata: { name: "a", namespace: "b" } }],
        },
        all,
      ),
    ),
  );
  const request = { path: "/api/v1/pods", accept: "application/json", limit: 500 };
  await fc.assert(
    fc.asyncProperty(fc.array(page, { minLength: 1, maxLength: 4 }), async (pages) => {
      let asked = 0;
      const get = async (path: string) => {
        assert.ok(URL.canParse(path, "https://cluster.example"), "a token left the query");
        assert.equal(new URL(path, "https://cluster.example").pathname, "/api/v1/pods");
        const body = pages[asked % pages.length];
        asked += 1;
        return { body, bytes: 1000 };
      };
      await outcomeLater(
        () => listObjects(get, request, (item) => toRawObject(item, PAGE)),
        [MalformedAnswerError, MalformedObjectError],
      );
      assert.ok(asked <= pages.length + 1, `${asked} requests for ${pages.length} different pages`);
    }),
    fuzzRuns(300),
  );
});
