// A kubeconfig's context, opened: every way to authenticate, everything refused, and no secret in an error.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";

import { toUnseen } from "../../lib/kubernetes/errors.ts";
import { KubeconfigError, openKubeconfig } from "../../lib/kubernetes/kubeconfig.ts";
import type { ReadOptions } from "../../lib/scan/sources.ts";
import {
  issue,
  sendJson,
  type ServerOptions,
  sharedAuthority,
  startTlsServer,
  type TlsServer,
} from "./tls-server.ts";

const SECRET = "c2VjcmV0-of-the-kubeconfig";
const OPTIONS: ReadOptions = { requestTimeoutMs: 20_000, signal: new AbortController().signal };

const folder = mkdtempSync(join(tmpdir(), "ringfence-kubeconfig-"));
after(() => rmSync(folder, { recursive: true }));
let written = 0;

function writeFile(text: string | Uint8Array): string {
  const file = join(folder, `file-${(written += 1)}`);
  writeFileSync(file, text);
  return file;
}

/** JSON is YAML. `null` leaves the part out. */
function writeKubeconfig(cluster: object | null, user: object | null, more: object = {}): string {
  return writeFile(
    JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "prod",
      contexts: [{ name: "prod", context: { cluster: "arn:aws:eks:x", user: "me" } }],
      clusters: cluster === null ? [] : [{ name: "arn:aws:eks:x", cluster }],
      users: user === null ? [] : [{ name: "me", user }],
      ...more,
    }),
  );
}

interface Setup {
  readonly server: TlsServer;
  readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  readonly authorizations: readonly (string | undefined)[];
}

async function setUp(t: TestContext, options: ServerOptions = {}): Promise<Setup> {
  const authorizations: (string | undefined)[] = [];
  const server = await startTlsServer((request, response) => {
    authorizations.push(request.headers.authorization);
    sendJson(response, { kind: "NamespaceList", apiVersion: "v1", metadata: {}, items: [] });
  }, options);
  t.after(() => server.close());
  const { endpoint, certificateAuthorityData } = server;
  const cluster = { server: endpoint, "certificate-authority-data": certificateAuthorityData };
  return { server, cluster, authorizations };
}

async function listOnce(file: string, context: string | null = null): Promise<string> {
  const { clusterName, reader } = await openKubeconfig(file, context, OPTIONS);
  try {
    assert.deepEqual(await reader.listNamespaces(), []);
    assert.equal(reader.requestCount, 1);
  } finally {
    reader.close();
  }
  return clusterName;
}

test("a token, the current context, and the cluster's name as the file has it", async (t) => {
  const { cluster, authorizations } = await setUp(t);
  assert.equal(await listOnce(writeKubeconfig(cluster, { token: SECRET })), "arn:aws:eks:x");
  assert.deepEqual(authorizations, [`Bearer ${SECRET}`]);
});

test("a kubeconfig that PowerShell wrote, as of `kubectl config view --raw >`", async (t) => {
  const { cluster, authorizations } = await setUp(t);
  const text = readFileSync(writeKubeconfig(cluster, { token: SECRET }), "utf8");
  await listOnce(writeFile(Buffer.from(`\uFEFF${text}`, "utf16le")));
  assert.equal(authorizations.length, 1);
});

test("another context by name", async (t) => {
  const { cluster, authorizations } = await setUp(t);
  const more = { "current-context": "elsewhere" };
  await listOnce(writeKubeconfig(cluster, { token: SECRET }, more), "prod");
  assert.equal(authorizations.length, 1);
});

test("a token from a file, less its newline, and a user with a password", async (t) => {
  const { cluster, authorizations } = await setUp(t);
  await listOnce(writeKubeconfig(cluster, { "token-file": writeFile(`${SECRET}\n`) }));
  await listOnce(writeKubeconfig(cluster, { username: "me", password: "word" }));
  assert.deepEqual(authorizations, [
    `Bearer ${SECRET}`,
    `Basic ${Buffer.from("me:word").toString("base64")}`,
  ]);
});

test("a client certificate", async (t) => {
  const { cluster } = await setUp(t, { clientCertificates: true });
  const { authority } = await sharedAuthority();
  const { cert, key } = await issue(authority, { client: true });
  const encode = (pem: string) => Buffer.from(pem).toString("base64");
  const user = { "client-certificate-data": encode(cert), "client-key-data": encode(key) };
  await listOnce(writeKubeconfig(cluster, user));
  await assert.rejects(listOnce(writeKubeconfig(cluster, { token: SECRET })));
});

/** An exec plugin that prints a token with a number that grows with every run. */
function execUser(expiresInMs: number | null, script?: string): { readonly exec: object } {
  const counter = writeFile("");
  const print = `
    const fs = require("node:fs");
    fs.appendFileSync(process.env.COUNTER, "x");
    const expirationTimestamp = ${expiresInMs === null ? "undefined" : `new Date(Date.now() + ${expiresInMs}).toISOString()`};
    const token = process.env.PREFIX + fs.readFileSync(process.env.COUNTER, "utf8").length;
    console.log(JSON.stringify({ kind: "ExecCredential", status: { token, expirationTimestamp } }));`;
  return {
    exec: {
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: ["-e", script ?? print],
      env: [
        { name: "COUNTER", value: counter },
        { name: "PREFIX", value: "token-" },
      ],
    },
  };
}

test("an exec plugin is run once while its token lives, and again when it has expired", async (t) => {
  const { cluster, authorizations } = await setUp(t);
  for (const expiresInMs of [60_000, -1]) {
    const file = writeKubeconfig(cluster, execUser(expiresInMs));
    const { reader } = await openKubeconfig(file, null, OPTIONS);
    await reader.listNamespaces();
    await reader.listNamespaces();
    reader.close();
  }
  assert.deepEqual(authorizations, ["Bearer token-1", "Bearer token-1", "Bearer token-2", "Bearer token-3"]);
});

test("an exec plugin that fails later is access denied, without what it said", async (t) => {
  const { cluster } = await setUp(t);
  const script = `
    const fs = require("node:fs");
    if (fs.readFileSync(process.env.COUNTER, "utf8") !== "") { console.error("${SECRET}"); process.exit(1); }
    fs.appendFileSync(process.env.COUNTER, "x");
    console.log(JSON.stringify({ status: { token: "t", expirationTimestamp: "2020-01-01T00:00:00Z" } }));`;
  const { reader } = await openKubeconfig(writeKubeconfig(cluster, execUser(null, script)), null, OPTIONS);
  t.after(() => reader.close());
  await assert.rejects(reader.listNamespaces(), (error) => {
    const unseen = toUnseen(error);
    assert.equal(unseen?.why, "access-denied");
    assert.match(unseen?.detail ?? "", /user me got no credential/);
    assert.ok(!String(error instanceof Error && error.stack).includes(SECRET));
    return true;
  });
});

test("an exec plugin that hangs ends with the outer signal", async () => {
  const outer = new AbortController();
  const ended = writeFile("");
  const script = `setTimeout(() => fs.writeFileSync(${JSON.stringify(ended)}, "x"), 5000)`;
  const file = writeKubeconfig({ server: "https://127.0.0.1:1" }, execUser(null, script));
  setTimeout(() => outer.abort(), 100);
  await assert.rejects(openKubeconfig(file, null, { ...OPTIONS, signal: outer.signal }), {
    name: "KubeconfigError",
    message: /credential of user me took too long/,
  });
  assert.equal(readFileSync(ended, "utf8"), "", "it was waited for");
});

// ── Refusals ────────────────────────────────────────────────────────────────────────────────────────────────

const USER = { token: SECRET };
const ENCODED = Buffer.from(`-----BEGIN ${SECRET}`).toString("base64");
const HTTPS = { server: "https://127.0.0.1:1" };
const REFUSED: readonly (readonly [string, () => string, RegExp])[] = [
  [
    "insecure-skip-tls-verify",
    () => writeKubeconfig({ ...HTTPS, "insecure-skip-tls-verify": true }, USER),
    /context prod: insecure-skip-tls-verify .*; remove it and set certificate-authority-data/,
  ],
  [
    "a proxy",
    () => writeKubeconfig({ ...HTTPS, "proxy-url": `http://u:${SECRET}@p` }, USER),
    /proxy-url is not supported/,
  ],
  ["plain http", () => writeKubeconfig({ server: "http://127.0.0.1" }, USER), /not an https URL/],
  ["no such cluster", () => writeKubeconfig(null, USER), /its cluster is not in the file/],
  ["nobody", () => writeKubeconfig(HTTPS, { tokenFile: "/x" }), /its user has no token, client certificate/],
  ["no such user", () => writeKubeconfig(HTTPS, null), /its user is not in the file/],
  [
    "no such context",
    () => writeKubeconfig(HTTPS, USER, { "current-context": "x" }),
    /no such context; the file has prod/,
  ],
  [
    "no current context",
    () => writeKubeconfig(HTTPS, USER, { "current-context": undefined }),
    /no such context/,
  ],
  ["no contexts", () => writeKubeconfig(HTTPS, USER, { contexts: [] }), /the file has none/],
  ["an empty file", () => writeFile(""), /cannot be read as a kubeconfig/],
  [
    "broken YAML",
    () => writeFile(`users: [{token: ${SECRET}`),
    /cannot be read as a kubeconfig; kubectl config view/,
  ],
  [
    "no file",
    () => join(folder, "absent"),
    /cannot be read as a kubeconfig: there is no such file or folder \(ENOENT\)/,
  ],
  [
    "no plugin",
    () => writeKubeconfig(HTTPS, { exec: { command: "/absent/plugin" } }),
    /does not exist on this machine/,
  ],
  [
    "a plugin without command",
    () => writeKubeconfig(HTTPS, { exec: { args: [SECRET] } }),
    /got no credential/,
  ],
  [
    "a plugin that prints no credential",
    () => writeKubeconfig(HTTPS, execUser(null, `console.log("${SECRET}")`)),
    /user me got no credential; `kubectl get --raw \/version` with this context shows why/,
  ],
  [
    "a client certificate that is none",
    () => writeKubeconfig(HTTPS, { "client-certificate-data": ENCODED, "client-key-data": ENCODED }),
    /certificate authority, client certificate or key is no PEM/,
  ],
  [
    "a token that no header can hold",
    () => writeKubeconfig(HTTPS, { token: `${SECRET}\r\nX-Forwarded-User: admin` }),
    /its token has characters that no token has/,
  ],
  [
    "a certificate authority that is not there",
    () => writeKubeconfig({ ...HTTPS, "certificate-authority": "/absent/ca" }, USER),
    /does not exist on this machine/,
  ],
];
for (const [title, write, message] of REFUSED)
  test(`refused with the file and the reason: ${title}`, async () => {
    const file = write();
    await assert.rejects(openKubeconfig(file, null, OPTIONS), (error) => {
      assert.ok(error instanceof KubeconfigError);
      assert.ok(error.message.startsWith(`kubeconfig ${file}`));
      assert.match(error.message, message);
      assert.ok(!`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`.includes(SECRET));
      assert.equal(toUnseen(error), null);
      return true;
    });
  });

test("a server that the file's authority did not sign gets no token", async (t) => {
  const { cluster, authorizations } = await setUp(t);
  const file = writeKubeconfig({ server: cluster.server }, USER);
  const { reader } = await openKubeconfig(file, null, OPTIONS);
  t.after(() => reader.close());
  await assert.rejects(reader.listNamespaces(), (error) => toUnseen(error)?.why === "unreachable");
  assert.deepEqual(authorizations, []);
});
