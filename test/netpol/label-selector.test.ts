// Label selectors: each operator on present and absent keys, and everything that must not be guessed.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Labels } from "../../lib/model/kubernetes.ts";
import {
  isEvery,
  parseSelector,
  selectorInWords,
  selectorKey,
  selectorMatches,
} from "../../lib/netpol/label-selector.ts";

const WEB: Labels = { app: "web", tier: "front" };
const HOSTILE: Labels = JSON.parse('{"__proto__":"x","constructor":"y"}') as Labels;

const MATCHES: readonly (readonly [selector: string, labels: Labels, expected: boolean])[] = [
  ["{}", WEB, true],
  ["{}", {}, true],
  ['{"matchLabels":{},"matchExpressions":[]}', {}, true],
  ['{"matchLabels":null}', WEB, true],
  ['{"matchLabels":{"app":"web"}}', WEB, true],
  ['{"matchLabels":{"app":"web","tier":"back"}}', WEB, false],
  ['{"matchLabels":{"app":""}}', {}, false],
  ['{"matchLabels":{"app":""}}', { app: "" }, true],
  ['{"matchExpressions":[{"key":"app","operator":"In","values":["api","web"]}]}', WEB, true],
  ['{"matchExpressions":[{"key":"app","operator":"In","values":["api"]}]}', WEB, false],
  ['{"matchExpressions":[{"key":"app","operator":"In","values":["api"]}]}', {}, false],
  ['{"matchExpressions":[{"key":"app","operator":"NotIn","values":["api"]}]}', WEB, true],
  ['{"matchExpressions":[{"key":"app","operator":"NotIn","values":["web"]}]}', WEB, false],
  // "… and all resources with no labels with the tier key."
  ['{"matchExpressions":[{"key":"app","operator":"NotIn","values":["web"]}]}', {}, true],
  ['{"matchExpressions":[{"key":"app","operator":"Exists"}]}', WEB, true],
  ['{"matchExpressions":[{"key":"app","operator":"Exists","values":[]}]}', {}, false],
  ['{"matchExpressions":[{"key":"app","operator":"DoesNotExist"}]}', WEB, false],
  ['{"matchExpressions":[{"key":"app","operator":"DoesNotExist"}]}', {}, true],
  // matchLabels and matchExpressions are ANDed, and so are the expressions.
  ['{"matchLabels":{"app":"web"},"matchExpressions":[{"key":"tier","operator":"DoesNotExist"}]}', WEB, false],
  [
    '{"matchExpressions":[{"key":"app","operator":"Exists"},{"key":"tier","operator":"NotIn","values":["front"]}]}',
    WEB,
    false,
  ],
  // Names of Object.prototype are labels like any other.
  ['{"matchLabels":{"constructor":"y"}}', HOSTILE, true],
  ['{"matchLabels":{"__proto__":"x"}}', HOSTILE, true],
  ['{"matchLabels":{"__proto__":"y"}}', HOSTILE, false],
  ['{"matchExpressions":[{"key":"constructor","operator":"Exists"}]}', {}, false],
  ['{"matchExpressions":[{"key":"__proto__","operator":"DoesNotExist"}]}', {}, true],
  ['{"matchExpressions":[{"key":"toString","operator":"NotIn","values":["a"]}]}', {}, true],
];

for (const [raw, labels, expected] of MATCHES) {
  test(`${raw} ${expected ? "selects" : "leaves"} ${JSON.stringify(labels)}`, () => {
    assert.equal(selectorMatches(parseSelector(JSON.parse(raw), "s"), labels), expected);
  });
}

const UNREADABLE: readonly (readonly [selector: string, clause: string])[] = [
  ['"app=web"', "s is not an object"],
  ["[]", "s is not an object"],
  ['{"futureField":1}', 's has a field that we do not know, "futureField"'],
  ['{"matchLabels":[]}', "s.matchLabels is not a map"],
  ['{"matchLabels":{"version":1}}', 's.matchLabels["version"] is not a string'],
  ['{"matchExpressions":{}}', "s.matchExpressions is not a list"],
  ['{"matchExpressions":["app"]}', "s.matchExpressions[0] is not an object"],
  [
    '{"matchExpressions":[{"key":"a","operator":"Gt","values":["1"]}]}',
    's.matchExpressions[0].operator is "Gt", which is not an operator that we know',
  ],
  [
    '{"matchExpressions":[{"key":"a","operator":"in","values":["1"]}]}',
    's.matchExpressions[0].operator is "in", which is not an operator that we know',
  ],
  ['{"matchExpressions":[{"operator":"Exists"}]}', "s.matchExpressions[0].key is not a label key"],
  ['{"matchExpressions":[{"key":"","operator":"Exists"}]}', "s.matchExpressions[0].key is not a label key"],
  [
    '{"matchExpressions":[{"key":"a","operator":"In"}]}',
    "s.matchExpressions[0].values is empty, which In forbids",
  ],
  [
    '{"matchExpressions":[{"key":"a","operator":"NotIn","values":[]}]}',
    "s.matchExpressions[0].values is empty, which NotIn forbids",
  ],
  [
    '{"matchExpressions":[{"key":"a","operator":"Exists","values":["b"]}]}',
    "s.matchExpressions[0].values is not empty, which Exists forbids",
  ],
  [
    '{"matchExpressions":[{"key":"a","operator":"DoesNotExist","values":["b"]}]}',
    "s.matchExpressions[0].values is not empty, which DoesNotExist forbids",
  ],
  [
    '{"matchExpressions":[{"key":"a","operator":"In","values":"b"}]}',
    "s.matchExpressions[0].values is not a list of strings",
  ],
  [
    '{"matchExpressions":[{"key":"a","operator":"In","values":[1]}]}',
    "s.matchExpressions[0].values is not a list of strings",
  ],
  [
    '{"matchExpressions":[{"key":"a","operator":"Exists","also":1}]}',
    's.matchExpressions[0] has a field that we do not know, "also"',
  ],
];

for (const [raw, clause] of UNREADABLE) {
  test(`${raw} is never guessed`, () => {
    const selector = parseSelector(JSON.parse(raw), "s");
    assert.equal(selector.unknown, clause);
    assert.equal(selectorMatches(selector, WEB), null);
    assert.equal(isEvery(selector), false);
  });
}

test("only the empty selector is every", () => {
  assert.equal(isEvery(parseSelector({}, "s")), true);
  const always = { matchExpressions: [{ key: "no-such-key", operator: "DoesNotExist" }] };
  assert.equal(isEvery(parseSelector(always, "s")), false);
});

test("a selector reads as kubectl writes it", () => {
  const selector = parseSelector(
    {
      matchLabels: { app: "web" },
      matchExpressions: [
        { key: "tier", operator: "NotIn", values: ["a", "b"] },
        { key: "x", operator: "Exists" },
        { key: "y", operator: "DoesNotExist" },
      ],
    },
    "s",
  );
  assert.equal(selectorInWords(selector), "app=web, tier notin (a, b), x, !y");
  assert.equal(selectorInWords(parseSelector({}, "s")), "every");
  assert.equal(selectorInWords(parseSelector(1, "s")), "an unreadable selector");
});

test("a key tells selectors apart", () => {
  const texts = MATCHES.map(([raw]) => selectorKey(parseSelector(JSON.parse(raw), "s")));
  const parsed = MATCHES.map(([raw]) => JSON.stringify(parseSelector(JSON.parse(raw), "s").requirements));
  assert.equal(new Set(texts).size, new Set(parsed).size);
});
