// A bucket with the results of thousands of clusters, in a process of its own: made of one result as they are asked for,
// so that nobody has to hold them. What else is asked goes on to the emulated cloud, what is written is counted.

import { fork } from "node:child_process";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";

export interface Results {
  readonly runId: string;
  readonly clusters: number;
  /** One cluster's result, of `account` and `cluster`. */
  readonly template: string;
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  /** Where everything else is. */
  readonly endpoint: string;
}

export interface Written {
  readonly reads: number;
  readonly parts: number;
  readonly reportBytes: number;
  readonly pageBytes: number;
  /** Of the results, each once. */
  readonly resultBytes: number;
}

export interface ResultServer {
  readonly endpoint: string;
  count(): Promise<Written>;
  stop(): void;
}

const CLUSTERS_PER_ACCOUNT = 2;
/** Amazon S3, ListObjectsV2: up to 1,000 keys. */
const PAGE = 1000;

export async function serveResults(results: Results): Promise<ResultServer> {
  const child = fork(new URL(import.meta.url), ["serve"]);
  const ask = <T>(question: Results | "count"): Promise<T> =>
    new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("message", (answer) => {
        // Of the same file.
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion
        resolve(answer as T);
      });
      child.send(question);
    });
  const { endpoint } = await ask<{ readonly endpoint: string }>(results);
  return { endpoint, count: () => ask("count"), stop: () => void child.kill() };
}

if (process.argv[2] === "serve") {
  let counts: () => Written = () => ({ reads: 0, parts: 0, reportBytes: 0, pageBytes: 0, resultBytes: 0 });
  process.on("message", (question: Results | "count") => {
    if (question === "count") {
      process.send?.(counts());
      return;
    }
    const bucket = openBucket(question);
    counts = bucket.counts;
    const server = createServer((incoming, response) => bucket.answer(incoming, response));
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new TypeError("a listener without a port");
      process.send?.({ endpoint: `http://127.0.0.1:${address.port}` });
    });
  });
}

function openBucket(results: Results) {
  const root = `runs/${results.runId}/`;
  const objects = toObjects(results, root);
  const keys = [...objects.keys()].toSorted();
  const sizeOf = (key: string): number => objects.get(key)?.bytes ?? 0;
  const written = { reads: 0, parts: 0, reportBytes: 0, pageBytes: 0 };
  const resultBytes = keys.reduce((sum, key) => sum + (key.includes("/scanned/") ? sizeOf(key) : 0), 0);
  return {
    counts: (): Written => ({ ...written, resultBytes }),
    answer(incoming: IncomingMessage, response: ServerResponse): void {
      const url = new URL(incoming.url ?? "/", "http://localhost");
      const key = decodeURIComponent(url.pathname.split("/").slice(2).join("/"));
      const prefix = url.searchParams.get("prefix");
      if (prefix === root) return answerList(keys, sizeOf, url, response);
      const object = incoming.method === "GET" ? objects.get(key) : undefined;
      if (object !== undefined) {
        written.reads += 1;
        response.writeHead(200, { etag: `"${key.length}"`, "content-length": object.bytes });
        response.end(object.body());
      } else if (key.startsWith(`${root}report.`)) void take(incoming, response, key, url, written);
      else forward(incoming, response, results.endpoint);
    },
  };
}

interface Made {
  readonly bytes: number;
  readonly body: () => string;
}

function toObjects(results: Results, root: string): ReadonlyMap<string, Made> {
  const { runId, clusters, region } = results;
  const objects = new Map<string, Made>();
  const put = (key: string, body: () => string): void =>
    void objects.set(root + key, { bytes: Buffer.byteLength(body()), body });
  const putText = (key: string, text: string): void => put(key, () => text);
  const accounts = Array.from({ length: Math.ceil(clusters / CLUSTERS_PER_ACCOUNT) }, (_, index) =>
    String(100_000_000_000 + index),
  );
  putText("accounts.jsonl", accounts.map((account) => `${JSON.stringify({ account })}\n`).join(""));
  const startedAt = new Date().toISOString();
  putText("account-coverage.json", JSON.stringify({ startedAt, whole: true, coverage: [] }));
  accounts.forEach((account, index) => {
    const names = Array.from(
      { length: Math.min(CLUSTERS_PER_ACCOUNT, clusters - index * CLUSTERS_PER_ACCOUNT) },
      (_, place) => `cluster-${String(index * CLUSTERS_PER_ACCOUNT + place).padStart(6, "0")}`,
    );
    const chunk = { runId, account, region, clusters: names, tombstones: [] };
    putText(`discovered/${account}.json`, JSON.stringify({ account, chunks: [chunk], coverage: [] }));
    for (const name of names)
      put(`scanned/${account}/${region}/${name}.json`, () =>
        results.template.replaceAll(results.account, account).replaceAll(results.cluster, name),
      );
  });
  return objects;
}

function answerList(
  keys: readonly string[],
  sizeOf: (key: string) => number,
  url: URL,
  response: ServerResponse,
): void {
  const start = Number(url.searchParams.get("continuation-token") ?? 0);
  const page = keys.slice(start, start + PAGE);
  const next = start + PAGE < keys.length ? start + PAGE : null;
  const contents = page.map(
    (key) => `<Contents><Key>${key}</Key><Size>${sizeOf(key)}</Size><ETag>&quot;1&quot;</ETag></Contents>`,
  );
  const token = next === null ? "" : `<NextContinuationToken>${next}</NextContinuationToken>`;
  response.writeHead(200, { "content-type": "application/xml" });
  response.end(
    `<ListBucketResult><IsTruncated>${next !== null}</IsTruncated>${token}${contents.join("")}</ListBucketResult>`,
  );
}

async function take(
  incoming: IncomingMessage,
  response: ServerResponse,
  key: string,
  url: URL,
  written: { parts: number; reportBytes: number; pageBytes: number },
): Promise<void> {
  let bytes = 0;
  for await (const chunk of incoming) bytes += Buffer.isBuffer(chunk) ? chunk.length : 0;
  const isPart = url.searchParams.has("partNumber");
  if (isPart) written.parts += 1;
  if (incoming.method === "PUT" && key.endsWith("report.json")) written.reportBytes += bytes;
  if (incoming.method === "PUT" && key.endsWith("report.html")) written.pageBytes += bytes;
  const answer = url.searchParams.has("uploads")
    ? "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"
    : "<CompleteMultipartUploadResult><ETag>&quot;1&quot;</ETag></CompleteMultipartUploadResult>";
  response.writeHead(200, { etag: '"1"', "content-type": "application/xml" });
  response.end(incoming.method === "POST" ? answer : "");
}

/** With the host that was signed. */
function forward(incoming: IncomingMessage, response: ServerResponse, endpoint: string): void {
  const { hostname, port } = new URL(endpoint);
  const { method, url: path, headers } = incoming;
  const onward = request({ hostname, port, method, path, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  incoming.pipe(onward);
}
