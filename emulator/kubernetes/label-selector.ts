// Label selectors as the list parameter writes them: `a=b, c!=d, e in (f, g), h notin (i), j, !k, l>1`.
// Source: k8s.io/apimachinery pkg/labels/selector.go.

import { RefusedRequest, toBadRequest } from "./status.ts";

export type LabelPredicate = (labels: ReadonlyMap<string, string>) => boolean;

const TOKEN = /\s*(!=|==|[=<>(),!]|[^\s=<>(),!]+)/y;
const KEY = /^(?:[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

/** Every requirement must hold. An empty selector is every object. */
export function parseLabelSelector(text: string): readonly LabelPredicate[] {
  const tokens = tokenize(text);
  const requirements: LabelPredicate[] = [];
  while (tokens.length > 0) {
    requirements.push(parseRequirement(tokens));
    const separator = tokens.shift();
    if (separator === undefined) break;
    if (separator !== "," || tokens.length === 0)
      throw unparsable(`found '${separator}', expected: identifier`);
  }
  return requirements;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const scanner = new RegExp(TOKEN);
  const end = text.trimEnd().length;
  while (scanner.lastIndex < end) {
    const token = scanner.exec(text)?.[1];
    if (token === undefined) break;
    tokens.push(token);
  }
  return tokens;
}

function parseRequirement(tokens: string[]): LabelPredicate {
  if (tokens[0] === "!") {
    tokens.shift();
    const absent = parseKey(tokens);
    return (labels) => !labels.has(absent);
  }
  const key = parseKey(tokens);
  const next = tokens[0];
  if (next === undefined || next === ",") return (labels) => labels.has(key);
  tokens.shift();
  return toPredicate(key, next, tokens);
}

function parseKey(tokens: string[]): string {
  const key = tokens.shift();
  if (key === undefined || !KEY.test(key)) throw unparsable(`Invalid value: ${JSON.stringify(key ?? "")}`);
  return key;
}

function toPredicate(key: string, operator: string, tokens: string[]): LabelPredicate {
  switch (operator) {
    case "=":
    case "==": {
      const value = parseValue(tokens);
      return (labels) => labels.get(key) === value;
    }
    // `!=` and `notin` also select objects that lack the key.
    case "!=": {
      const value = parseValue(tokens);
      return (labels) => labels.get(key) !== value;
    }
    case "in": {
      const values = parseValues(tokens);
      return (labels) => labels.has(key) && values.has(labels.get(key) ?? "");
    }
    case "notin": {
      const values = parseValues(tokens);
      return (labels) => !labels.has(key) || !values.has(labels.get(key) ?? "");
    }
    case "<":
    case ">": {
      const bound = parseInteger(parseValue(tokens));
      return (labels) => isBeyond(labels.get(key), operator, bound);
    }
    default:
      throw unparsable(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  }
}

/** Nothing after the operator is the empty value: `a=`. */
function parseValue(tokens: string[]): string {
  const value = tokens[0] === undefined || tokens[0] === "," ? "" : tokens.shift();
  if (value === undefined || !VALUE.test(value)) {
    throw unparsable(`Invalid value: ${JSON.stringify(value ?? "")}`);
  }
  return value;
}

function parseValues(tokens: string[]): ReadonlySet<string> {
  if (tokens.shift() !== "(") throw unparsable("expected: '('");
  const values = new Set<string>();
  for (;;) {
    const isEmpty = tokens[0] === "," || tokens[0] === ")";
    values.add(isEmpty ? "" : parseValue(tokens));
    const separator = tokens.shift();
    if (separator === ")") return values;
    if (separator !== ",") throw unparsable("expected: ',' or ')'");
  }
}

function parseInteger(text: string): number {
  if (!/^-?\d+$/.test(text)) throw unparsable("for 'Gt', 'Lt' operators, the value must be an integer");
  return Number(text);
}

function isBeyond(text: string | undefined, operator: "<" | ">", bound: number): boolean {
  if (text === undefined || !/^-?\d+$/.test(text)) return false;
  return operator === "<" ? Number(text) < bound : Number(text) > bound;
}

function unparsable(why: string): RefusedRequest {
  return new RefusedRequest(toBadRequest(`unable to parse requirement: ${why}`));
}
