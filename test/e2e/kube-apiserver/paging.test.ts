// Whole lists from a real API server that pages, and forgets: 1,200 pods, and etcd compacted between two pages.

import assert from "node:assert/strict";
import { createServer, request as sendRequest } from "node:https";
import { after, before, describe, test } from "node:test";
import pLimit from "p-limit";
import { createServerCertificate } from "../../../emulator/kubernetes/certificate.ts";
import { listen } from "../../../emulator/kubernetes/https-listener.ts";
import { toUnseen } from "../../../lib/kubernetes/errors.ts";
import { openClusterReader } from "../../../lib/kubernetes/reader.ts";
import type { ClusterReader } from "../../../lib/scan/sources.ts";
import { findBinaries, type ServerBinaries } from "./binaries.ts";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { startTokenWebhook, type TokenWebhook } from "./token-webhook.ts";

const binaries = await findBinaries();
if (typeof binaries === "string") console.warn(binaries);
const POD_COUNT = 1_200;

describe("paging", { skip: typeof binaries === "string" ? binaries : false, concurrency: 1 }, () => {
  let webhook: TokenWebhook;
  let plane: ControlPlane;

  before(async () => {
    webhook = await startTokenWebhook();
    // Since 1.34 the server answers old tokens from snapshots in its cache; older ones ask etcd, and so does this.
    const flags = ["--feature-gates=ListFromCacheSnapshot=false"];
    plane = await startControlPlane(binaries as ServerBinaries, webhook.config, flags);
    const limit = pLimit(24);
    const names = Array.from({ length: POD_COUNT }, (_, index) => `web-${index}`);
    await Promise.all(names.map((name) => limit(() => storePod(plane, name))));
  });

  after(async () => {
    await plane.close();
    await webhook.close();
  });

  test("every pod once, in three pages of metadata", async () => {
    const { pods, uris } = await readPods(plane, () => Promise.resolve());
    assert.equal(new Set(pods).size, POD_COUNT);
    assert.equal(pods.length, POD_COUNT);
    const pages = uris.filter((uri) => uri.includes("hostNetwork%3Dfalse"));
    assert.equal(pages.length, 3);
  });

  test("the list that a compaction cuts off starts again, and is whole", async () => {
    let compactions = 0;
    const { pods, uris } = await readPods(plane, async (uri) => {
      if (!uri.includes("continue=") || compactions > 0) return;
      compactions += 1;
      await forget(plane);
    });
    assert.equal(compactions, 1);
    assert.equal(new Set(pods).size, POD_COUNT);
    assert.equal(pods.length, POD_COUNT);
    assert.ok(uris.filter((uri) => uri.includes("hostNetwork%3Dfalse")).length > 3, "it began anew");
  });

  test("a server that forgets every time is no empty list", async () => {
    const reading = readPods(plane, async (uri) => {
      if (uri.includes("continue=")) await forget(plane);
    });
    const error: unknown = await reading.then(
      () => null,
      (thrown: unknown) => thrown,
    );
    assert.equal(toUnseen(error)?.why, "incomplete");
  });
});

/** A write makes the revisions of earlier lists old; only then does a compaction forget them. */
async function forget(plane: ControlPlane): Promise<void> {
  await plane.asAdmin("PATCH", "/api/v1/namespaces/default", {
    metadata: { annotations: { changed: String(performance.now()) } },
  });
  await plane.compact();
}

async function storePod(plane: ControlPlane, name: string): Promise<void> {
  await plane.asAdmin("POST", "/api/v1/namespaces/default/pods", {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, labels: { app: "web" } },
    spec: { containers: [{ name: "web", image: "example.com/web:1" }] },
  });
}

/** Reads through a proxy that lets a test act before a request is passed on. */
async function readPods(
  plane: ControlPlane,
  beforeRequest: (uri: string) => Promise<void>,
): Promise<{ readonly pods: readonly string[]; readonly uris: readonly string[] }> {
  const uris: string[] = [];
  const certificate = await createServerCertificate();
  const ca = Buffer.from(plane.certificateAuthorityData, "base64");
  const proxy = createServer(
    { key: certificate.keyPem, cert: certificate.certificatePem },
    (incoming, outgoing) => {
      const uri = incoming.url ?? "";
      uris.push(uri);
      void beforeRequest(uri).then(() => {
        const { method, headers } = incoming;
        const passed = sendRequest(`${plane.endpoint}${uri}`, { method, headers, ca }, (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        });
        return passed.end();
      });
    },
  );
  const listener = await listen(proxy);
  const reader: ClusterReader = openClusterReader(
    {
      endpoint: listener.origin,
      certificateAuthorityData: Buffer.from(certificate.authorityPem).toString("base64"),
      bearerToken: () => Promise.resolve(plane.adminToken),
    },
    { requestTimeoutMs: 10_000, signal: new AbortController().signal },
  );
  try {
    const pods = await reader.listPodMetadata();
    return { pods: pods.map(({ namespace, name }) => `${namespace}/${name}`), uris };
  } finally {
    reader.close();
    await listener.close();
  }
}
