// Whole lists or an error, against an API that is one function: no server is needed to page.

import assert from "node:assert/strict";
import { test } from "node:test";

import { HttpStatusError, toUnseen } from "../../lib/kubernetes/errors.ts";
import { type Get, listObjects, listPages, type ListRequest } from "../../lib/kubernetes/list.ts";

const REQUEST: ListRequest = { path: "/api/v1/pods", accept: "application/json", limit: 2 };
const GONE = new HttpStatusError("GET /api/v1/pods", 410, "Expired", null);

interface Page {
  readonly items: unknown;
  readonly next?: unknown;
  readonly remaining?: number;
}

/** Answers with these pages in turn; an Error is thrown. Notes the query of each request. */
function answerWith(pages: readonly (Page | Error)[], bytes = 10) {
  const queries: URLSearchParams[] = [];
  const get: Get = async (path) => {
    const page = pages[queries.length];
    queries.push(new URL(path, "https://cluster").searchParams);
    if (page === undefined) throw new Error("asked for more pages than there are");
    if (page instanceof Error) throw page;
    const metadata = { continue: page.next, remainingItemCount: page.remaining };
    return { body: { kind: "PodList", apiVersion: "v1", metadata, items: page.items }, bytes };
  };
  return { get, queries };
}

function collect(get: Get, request = REQUEST): Promise<unknown[]> {
  return listObjects(get, request, (item) => item);
}

async function rejectsAs(why: string, detail: RegExp, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error) => {
    const unseen = toUnseen(error);
    assert.equal(unseen?.why, why);
    assert.match(unseen?.detail ?? "", detail);
    return true;
  });
}

test("one page", async () => {
  const { get, queries } = answerWith([{ items: ["a", "b"] }]);
  assert.deepEqual(await collect(get), ["a", "b"]);
  assert.deepEqual(queries.map(String), ["limit=2"]);
});

test("every page, in order, each with the selectors and the token of the one before", async () => {
  const { get, queries } = answerWith([
    { items: ["a", "b"], next: "token+/= 1" },
    { items: [], next: "token 2", remaining: 1 },
    { items: ["c"], next: "" },
  ]);
  const request = { ...REQUEST, labelSelector: "a=b,c", fieldSelector: "spec.nodeName=n" };
  assert.deepEqual(await collect(get, request), ["a", "b", "c"]);
  const selectors = { limit: "2", labelSelector: "a=b,c", fieldSelector: "spec.nodeName=n" };
  assert.deepEqual(
    queries.map((query) => Object.fromEntries(query)),
    [selectors, { ...selectors, continue: "token+/= 1" }, { ...selectors, continue: "token 2" }],
  );
});

test("the next page is asked for before the current one is handed out", async () => {
  const { get, queries } = answerWith([{ items: [1], next: "x" }, { items: [2], next: "y" }, { items: [3] }]);
  const asked: number[] = [];
  for await (const _page of listPages(get, REQUEST)) asked.push(queries.length);
  assert.deepEqual(asked, [2, 3, 3]);
});

test("who stops early leaves no unhandled failure behind", async () => {
  const { get, queries } = answerWith([{ items: [1], next: "x" }, GONE]);
  const pages = listPages(get, REQUEST);
  await pages.next();
  // The page that fails is under way; node:test fails what leaves a rejection that nobody handles.
  assert.equal(queries.length, 2);
  await pages.return(undefined);
  await new Promise((resolve) => setImmediate(resolve));
});

test("an item that cannot be projected ends the list, also while a page is under way", async () => {
  const { get } = answerWith([{ items: [1], next: "x" }, GONE]);
  const broken = new TypeError("ours");
  await assert.rejects(
    listObjects(get, REQUEST, () => {
      throw broken;
    }),
    broken,
  );
  await new Promise((resolve) => setImmediate(resolve));
});

test("410 in the middle: the list starts again and nothing of the first attempt is kept", async () => {
  const { get, queries } = answerWith([
    { items: ["gone", "both"], next: "old" },
    GONE,
    { items: ["both", "new"], next: "fresh" },
    { items: ["last"] },
  ]);
  assert.deepEqual(await collect(get), ["both", "new", "last"]);
  assert.deepEqual(
    queries.map((query) => query.get("continue")),
    [null, "old", null, "fresh"],
  );
});

test("410 twice is incomplete, not a short list", async () => {
  const first = { items: ["a"], next: "x" };
  const { get, queries } = answerWith([first, GONE, first, GONE]);
  await rejectsAs("incomplete", /the list expired while it was read, twice/, collect(get));
  assert.equal(queries.length, 4);
});

test("another error in the middle is the list's error, without a second attempt", async () => {
  const denied = new HttpStatusError("GET /api/v1/pods", 403, "Forbidden", null);
  const { get, queries } = answerWith([{ items: ["a"], next: "x" }, denied]);
  await assert.rejects(collect(get), denied);
  assert.equal(queries.length, 2);
});

test("an empty list of metadata has null for items, as Go encodes it", async () => {
  assert.deepEqual(await collect(answerWith([{ items: null }]).get), []);
});

for (const items of [undefined, {}, "items", 7])
  test(`items that are ${JSON.stringify(items)} are malformed`, async () => {
    await rejectsAs("malformed", /items are not an array/, collect(answerWith([{ items }]).get));
  });

for (const body of [
  null,
  [],
  "text",
  { items: [] },
  { metadata: [], items: [] },
  { metadata: "x", items: [] },
])
  test(`the body ${JSON.stringify(body)} is malformed`, async () => {
    await rejectsAs(
      "malformed",
      /^GET \/api\/v1\/pods: /,
      collect(async () => ({ body, bytes: 1 })),
    );
  });

test("items inherited from nowhere: `__proto__` in the answer is a key like any other", async () => {
  const body: unknown = JSON.parse('{"metadata":{},"__proto__":{"items":["forged"]}}');
  await rejectsAs(
    "malformed",
    /items are not an array/,
    collect(async () => ({ body, bytes: 1 })),
  );
});

test("a continue token that comes again is a loop", async () => {
  const { get, queries } = answerWith([
    { items: [1], next: "a" },
    { items: [2], next: "b" },
    { items: [3], next: "a" },
  ]);
  await rejectsAs("malformed", /continue token came twice/, collect(get));
  assert.equal(queries.length, 3);
});

test("a list without end is given up after 10,000 pages", async () => {
  let pages = 0;
  const endless: Get = async () => {
    pages += 1;
    return { body: { metadata: { continue: String(pages) }, items: [] }, bytes: 1 };
  };
  await rejectsAs("malformed", /more than 10000 pages/, collect(endless));
  assert.equal(pages, 10_000);
});

test("the bytes of a list are bounded as a whole", async () => {
  const pages = [{ items: [1], next: "a" }, { items: [2], next: "b" }, { items: [3] }];
  const { get } = answerWith(pages, 400);
  await rejectsAs("malformed", /list is too large/, collect(get, { ...REQUEST, maxBytes: 1000 }));
  const whole = await collect(answerWith(pages, 300).get, { ...REQUEST, maxBytes: 1000 });
  assert.deepEqual(whole, [1, 2, 3]);
});

test("objects that are kept whole are bounded by what they take in memory, the shared ones once", async () => {
  const bounded = { ...REQUEST, maxKeptBytes: 10_000 };
  const empties = (count: number) => ({ spec: { from: Array.from({ length: count }, () => ({})) } });
  const many = answerWith([{ items: [empties(90)], next: "x" }, { items: [empties(90)] }]);
  await rejectsAs("malformed", /the list has too many parts/, collect(many.get, bounded));
  const few = answerWith([{ items: [empties(60)], next: "x" }, { items: [empties(60)] }]);
  assert.equal((await collect(few.get, bounded)).length, 2);
  const same = empties(90);
  const shared = answerWith([{ items: [same, { ...same }], next: "x" }, { items: [{ ...same }] }]);
  assert.equal((await collect(shared.get, bounded)).length, 3);
  const names = Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`n${at}`, 0]));
  for (const item of [names, { spec: names }])
    await rejectsAs("malformed", /too many parts/, collect(answerWith([{ items: [item] }]).get, bounded));
});

for (const next of [7, {}, true, "x".repeat(4097)])
  test(`a continue token like ${JSON.stringify(next).slice(0, 10)} is malformed`, async () => {
    await rejectsAs("malformed", /continue token is/, collect(answerWith([{ items: [], next }]).get));
  });

test("more items announced, and no way to them: malformed, not a short list", async () => {
  const { get } = answerWith([{ items: [1], remaining: 3 }]);
  await rejectsAs("malformed", /more items follow/, collect(get));
});
