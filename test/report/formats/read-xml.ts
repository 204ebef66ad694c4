// A strict reader for the little XML that reports use: throws where a document is not well-formed.

import assert from "node:assert/strict";

export interface ReadElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: ReadElement[];
  text: string;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ["&amp;", "&"],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&#39;", "'"],
]);

/** XML 1.0 §2.2: tab, line feed, carriage return, and from space on without surrogates, FFFE and FFFF. */
const NOT_A_CHARACTER = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

export function readXml(document: string): ReadElement {
  assert.doesNotMatch(document, NOT_A_CHARACTER);
  const body = document.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  assert.notEqual(body, document, "no declaration");
  const top: ReadElement = { name: "", attributes: new Map(), children: [], text: "" };
  const open = [top];
  for (const [token] of body.matchAll(/<[^>]*>|[^<]+/g)) readToken(token, open);
  assert.equal(open.length, 1, "an element is not closed");
  const [root] = top.children;
  assert.ok(root !== undefined && top.children.length === 1, "not exactly one root");
  return root;
}

function readToken(token: string, open: ReadElement[]): void {
  const current = open.at(-1);
  assert.ok(current !== undefined);
  if (!token.startsWith("<")) {
    current.text += decode(token);
    return;
  }
  if (token.startsWith("</")) {
    assert.equal(token, `</${current.name}>`);
    open.pop();
    return;
  }
  const [, name = "", written = "", end = ""] =
    /^<([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>$/.exec(token) ?? assert.fail(`not a tag: ${token}`);
  const attributes = new Map(
    [...written.matchAll(/ ([a-z]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, decode(value)]),
  );
  const element: ReadElement = { name, attributes, children: [], text: "" };
  current.children.push(element);
  if (end === "") open.push(element);
}

function decode(text: string): string {
  return text.replace(
    /&[^;]*;?/g,
    (entity) => ENTITIES.get(entity) ?? assert.fail(`not an entity: ${entity}`),
  );
}
