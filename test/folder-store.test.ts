// The local folder keeps the promises of S3 (lib/aws/s3.ts): compare-and-swap, whole objects, order of keys.

import assert from "node:assert/strict";
import { mkdtempSync, rmdirSync } from "node:fs";
import { mkdtemp, readdir, rm, symlink, utimes, writeFile, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { startCloud, type Cloud } from "../emulator/cloud.ts";
import { singleAccount } from "../emulator/worlds/scenarios/single-account.ts";
import { closeTransport, openTransport, type Transport } from "../lib/aws/clients.ts";
import { openBucket } from "../lib/aws/s3.ts";
import { openFolder, toUnseen } from "../lib/folder-store.ts";
import { unseen } from "../lib/model/observed.ts";
import type { ObjectStore } from "../lib/scan/sources.ts";

const scratch = await mkdtemp(join(tmpdir(), "ringfence-store-"));
after(() => rm(scratch, { recursive: true }));
let folders = 0;
const newFolder = (): string => join(scratch, String((folders += 1)));

const preconditionFailed = { name: "PreconditionFailed" };

/** What both stores promise; every test takes a fresh prefix. */
function promises(open: () => ObjectStore): void {
  let prefixes = 0;
  const newKey = (): string => `promise-${(prefixes += 1)}/object.json`;

  test("an object that nobody wrote is null", async () => {
    assert.equal(await open().getObject(newKey()), null);
  });

  test("what was put is got, with the ETag that the put returned", async () => {
    const [store, key] = [open(), newKey()];
    const etag = await store.putObject(key, "{}");
    assert.deepEqual(await store.getObject(key), { body: "{}", etag });
  });

  test("If-None-Match: * writes only what is not there", async () => {
    const [store, key] = [open(), newKey()];
    await store.putObject(key, "first", { ifNoneMatch: "*" });
    await assert.rejects(store.putObject(key, "second", { ifNoneMatch: "*" }), preconditionFailed);
    assert.equal((await store.getObject(key))?.body, "first");
  });

  test("If-Match writes over what was read, and over nothing else", async () => {
    const [store, key] = [open(), newKey()];
    const first = await store.putObject(key, "first");
    const second = await store.putObject(key, "second", { ifMatch: first });
    await assert.rejects(store.putObject(key, "third", { ifMatch: first }), preconditionFailed);
    assert.deepEqual(await store.getObject(key), { body: "second", etag: second });
  });

  test("If-Match of an object that is gone is a failed precondition", async () => {
    await assert.rejects(open().putObject(newKey(), "", { ifMatch: '"0"' }), preconditionFailed);
  });

  test("the same text has the same ETag, another text another one", async () => {
    const [store, key] = [open(), newKey()];
    const etags = [await store.putObject(key, "a"), await store.putObject(key, "b")];
    assert.notEqual(etags[0], etags[1]);
    assert.equal(await store.putObject(key, "a"), etags[0]);
  });

  test("of many who write on the same reading, one wins", async () => {
    const [store, key] = [open(), newKey()];
    const etag = await store.putObject(key, "start");
    const writers = Array.from({ length: 8 }, (_, index) =>
      store.putObject(key, `writer ${index}`, { ifMatch: etag }),
    );
    const outcomes = await Promise.allSettled(writers);
    const winners = outcomes.flatMap(({ status }, index) => (status === "fulfilled" ? [index] : []));
    assert.equal(winners.length, 1);
    assert.equal((await store.getObject(key))?.body, `writer ${winners[0]}`);
  });

  test("keys below a prefix come in code-unit order, whatever is in their names", async () => {
    const store = open();
    const keys = ["l/Z.json", "l/a%2Fb.json", "l/a.json", "l/a:b~c.json", "l/nested/x.json", "l/ä 字😀.json"];
    for (const key of keys.toReversed()) await store.putObject(key, key);
    assert.deepEqual(await store.listObjects("l/"), keys.toSorted());
    assert.deepEqual(await store.listObjects("l/a"), ["l/a%2Fb.json", "l/a.json", "l/a:b~c.json"]);
    for (const key of keys) assert.equal((await store.getObject(key))?.body, key);
  });
}

describe("a folder", () => {
  const folder = newFolder();
  promises(() => openFolder(folder));

  test("no key leaves the folder", async () => {
    const outside = newFolder();
    const store = openFolder(join(outside, "inside"));
    const keys = ["../escaped.json", "a/../../escaped.json", "./b", "c//d", "/e", "f/..", "g/."];
    for (const key of keys) await store.putObject(key, key);
    assert.deepEqual(await store.listObjects(""), keys.toSorted());
    assert.deepEqual(await readdir(outside), ["inside"]);
  });

  test("a folder that is not there yet is empty", async () => {
    assert.deepEqual(await openFolder(newFolder()).listObjects("state/"), []);
  });

  test("a folder that goes while others are listed takes none of them along", async () => {
    const folder = newFolder();
    const store = openFolder(folder);
    await store.putObject("a/b/object.json", "{}");
    for (let round = 0; round < 300; round += 1) {
      // As another process does that tries whether it can write here.
      const tried = mkdtempSync(join(folder, ".tried-"));
      const listed = store.listObjects("");
      await setImmediate();
      rmdirSync(tried);
      assert.deepEqual(await listed, ["a/b/object.json"]);
    }
  });

  test("nothing is left beside the objects", async () => {
    const place = newFolder();
    await openFolder(place).putObject("state/a.json", "1");
    await assert.rejects(openFolder(place).putObject("state/a.json", "2", { ifNoneMatch: "*" }));
    assert.deepEqual(await readdir(join(place, "state")), ["a.json"]);
  });

  test("the lock of a process that died is taken over", async () => {
    const place = newFolder();
    await mkdir(place);
    await writeFile(join(place, "a.json~lock"), "");
    const longAgo = new Date(Date.now() - 3_600_000);
    await utimes(join(place, "a.json~lock"), longAgo, longAgo);
    await openFolder(place).putObject("a.json", "1");
    assert.deepEqual(await readdir(place), ["a.json"]);
  });

  test("where no folder can be made it says so, and does not try for ever", { timeout: 10_000 }, async () => {
    const link = newFolder();
    await symlink(join(scratch, "not-there"), link);
    const places = process.platform === "linux" ? [link, "/proc/ringfence"] : [link];
    for (const place of places) {
      const refusal = await openFolder(place)
        .putObject("state/a.json", "{}")
        .then(
          () => null,
          (error: unknown) => toUnseen(error),
        );
      assert.deepEqual(refusal, unseen("unreachable", "the folder of the state answered ENOENT"), place);
    }
  });

  test("what the file system refuses is told as a reason, and what is not its own is not", async () => {
    const place = newFolder();
    await writeFile(place, "not a folder");
    const refusal = await openFolder(place)
      .putObject("a.json", "1")
      .then(
        () => null,
        (error: unknown) => toUnseen(error),
      );
    assert.equal(refusal?.seen, false);
    assert.equal(toUnseen(new Error("ours")), null);
    assert.equal(toUnseen("text"), null);
  });
});

describe("a bucket, for comparison", () => {
  let cloud: Cloud;
  let transport: Transport;
  before(async () => {
    cloud = await startCloud(singleAccount());
    transport = openTransport({ requestTimeoutMs: 10_000, endpointUrl: cloud.endpoint });
  });
  after(async () => {
    closeTransport(transport);
    await cloud.close();
  });
  promises(() => {
    const { AWS_REGION: region, ...keys } = cloud.environment;
    const credentials = {
      accessKeyId: keys.AWS_ACCESS_KEY_ID,
      secretAccessKey: keys.AWS_SECRET_ACCESS_KEY,
      sessionToken: keys.AWS_SESSION_TOKEN,
    };
    return openBucket(
      { bucket: "ringfence-runs", region, credentials: () => Promise.resolve(credentials) },
      transport,
    );
  });
});
