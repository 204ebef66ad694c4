// The text of an add-on's configuration values as a YAML document, of which JSON is a part, in linear time. What is
// no document is null. It may not judge what is in it.

import { isScalar, parseDocument, visit, type Document } from "yaml";

/** A bound of our own, EKS documents none: a full set of values is a few thousand characters. */
export const MAX_VALUES_LENGTH = 100_000;

/** Null: neither JSON nor YAML, or with a key twice in one map. Expanding its aliases may still throw. */
export function parseAddonDocument(text: string): Document.Parsed | null {
  // Keys are compared here: the package compares each with each other one, which took 8 s for 20,000 of them. Pretty
  // errors copy the text for each error, which took 20 s for 200,000 commas; nobody sees them.
  // A key that is a list or a map is written as a text, in which a Lambda folds no lines (build/lean-yaml.mjs).
  const options = {
    logLevel: "error",
    uniqueKeys: false,
    prettyErrors: false,
    toStringDefaults: { lineWidth: 0 },
  } as const;
  const document = parseDocument(text, options);
  return document.errors.length > 0 || hasKeyTwice(document) ? null : document;
}

function hasKeyTwice(document: Document.Parsed): boolean {
  let found = false;
  visit(document, {
    Map(_, { items }) {
      const names = items.flatMap(({ key }) => (isScalar(key) ? [key.value] : []));
      found = new Set(names).size < names.length;
      return found ? visit.BREAK : undefined;
    },
  });
  return found;
}
