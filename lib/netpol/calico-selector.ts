// Calico's selector language, read into requirements. A function or label that we do not know is a clause.
// Source: the API's own reference of the field `selector`.

import { EVERY, unknownSelector, type Requirement, type Selector } from "./label-selector.ts";
import { shown } from "./raw-record.ts";

const MAX_CHARACTERS = 4_096;
const MAX_DEPTH = 50;
const TOKEN =
  /\s*(?:(?<name>[\w./-]+)(?<call>\(\s*(?:(?<argument>[\w./-]+)\s*)?\))?|(?<text>"[^"]*"|'[^']*')|(?<sign>==|!=|&&|\|\||[!(){},]))/uy;
const ALWAYS: Requirement = { operator: "AllOf", of: [] };

interface Token {
  readonly kind: "name" | "call" | "text" | "sign";
  readonly value: string;
  readonly argument: string;
}

/** What the selector is matched against: pods have labels that Calico adds, namespaces a name. */
type Target = "pods" | "namespaces";

/** "all() or the empty selector -> matches all endpoints." */
export function parseCalicoSelector(raw: unknown, path: string, target: Target): Selector {
  if (raw === undefined || raw === "") return EVERY;
  if (typeof raw !== "string" || raw.length > MAX_CHARACTERS)
    return unknownSelector(`${path} is not a selector`);
  const tokens = tokenize(raw);
  if (tokens === null)
    return unknownSelector(`${path} is ${shown(raw)}, which is not a selector that we know`);
  const reader = { tokens, next: 0, target };
  const parsed = parseAny(reader, 0);
  if (parsed === null || reader.next !== tokens.length)
    return unknownSelector(`${path} is ${shown(raw)}, which is not a selector that we know`);
  return toSelector(parsed);
}

/** One that holds of everything is the empty selector. */
function toSelector(requirement: Requirement): Selector {
  const requirements = requirement.operator === "AllOf" ? requirement.of : [requirement];
  return requirements.length === 0 ? EVERY : { requirements, unknown: null };
}

function tokenize(text: string): readonly Token[] | null {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const groups = TOKEN.exec(trimmed)?.groups;
    if (groups === undefined) return null;
    tokens.push(toToken(groups));
  }
  return tokens;
}

function toToken(groups: Readonly<Record<string, string | undefined>>): Token {
  const { name, call, argument, text, sign } = groups;
  if (name !== undefined)
    return { kind: call === undefined ? "name" : "call", value: name, argument: argument ?? "" };
  if (text !== undefined) return { kind: "text", value: text.slice(1, -1), argument: "" };
  return { kind: "sign", value: sign ?? "", argument: "" };
}

interface Reader {
  readonly tokens: readonly Token[];
  next: number;
  readonly target: Target;
}

/** Takes the next token if it is this sign. */
function takes(reader: Reader, sign: string): boolean {
  const token = reader.tokens[reader.next];
  const isIt = token?.kind === "sign" && token.value === sign;
  if (isIt) reader.next += 1;
  return isIt;
}

/** `expr || expr`. Null: not a selector that we know. */
function parseAny(reader: Reader, depth: number): Requirement | null {
  return parseChain(reader, "||", "AnyOf", () => parseAll(reader, depth));
}

function parseAll(reader: Reader, depth: number): Requirement | null {
  return parseChain(reader, "&&", "AllOf", () => parseOne(reader, depth));
}

function parseChain(
  reader: Reader,
  sign: string,
  operator: "AllOf" | "AnyOf",
  parse: () => Requirement | null,
): Requirement | null {
  const of: Requirement[] = [];
  do {
    const part = parse();
    if (part === null) return null;
    // An "and" inside an "and" is the same "and"; so `all()`, which asks nothing, leaves no trace in it.
    if (operator === "AllOf" && part.operator === "AllOf") of.push(...part.of);
    else of.push(part);
  } while (takes(reader, sign));
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { operator, of };
}

function parseOne(reader: Reader, depth: number): Requirement | null {
  if (depth > MAX_DEPTH) return null;
  if (takes(reader, "!")) {
    const negated = parseOne(reader, depth + 1);
    return negated === null ? null : { operator: "NoneOf", of: [negated] };
  }
  if (takes(reader, "(")) {
    const inner = parseAny(reader, depth + 1);
    return inner !== null && takes(reader, ")") ? inner : null;
  }
  const token = reader.tokens[reader.next];
  reader.next += 1;
  if (token?.kind === "call") return parseCall(token, reader.target);
  return token?.kind === "name" ? parseComparison(token.value, reader) : null;
}

/** `has(label)` and `all()`; `global()` selects what is no pod, and is not known here. */
function parseCall({ value, argument }: Token, target: Target): Requirement | null {
  if (value === "all" && argument === "") return ALWAYS;
  if (value !== "has" || argument === "") return null;
  return onLabel(argument, target, (key) => ({ key, operator: "Exists", values: [] }));
}

function parseComparison(label: string, reader: Reader): Requirement | null {
  if (takes(reader, "==")) return withText(label, reader, "In");
  // "Not equal; also matches if label is not present."
  if (takes(reader, "!=")) return withText(label, reader, "NotIn");
  const [first, second] = [reader.tokens[reader.next], reader.tokens[reader.next + 1]].map((token) =>
    token?.kind === "name" ? token.value : "",
  );
  const words = { "starts with": "StartsWith", "ends with": "EndsWith" } as const;
  const operator = Object.entries(words).find(([word]) => word === `${first} ${second}`)?.[1];
  const isNotIn = first === "not" && second === "in";
  reader.next += operator !== undefined || isNotIn ? 2 : 1;
  if (operator !== undefined) return withText(label, reader, operator);
  if (first === "contains") return withText(label, reader, "Contains");
  if (first === "in") return withSet(label, reader, "In");
  return isNotIn ? withSet(label, reader, "NotIn") : null;
}

type Operator = "In" | "NotIn" | "Contains" | "StartsWith" | "EndsWith";

function withText(label: string, reader: Reader, operator: Operator): Requirement | null {
  const text = takeText(reader);
  return text === null ? null : onLabel(label, reader.target, (key) => ({ key, operator, values: [text] }));
}

/** `{ "a", "b" }`; it may be empty. */
function withSet(label: string, reader: Reader, operator: "In" | "NotIn"): Requirement | null {
  if (!takes(reader, "{")) return null;
  const values: string[] = [];
  while (!takes(reader, "}")) {
    const text = takeText(reader);
    if (text === null) return null;
    values.push(text);
    takes(reader, ",");
  }
  return onLabel(label, reader.target, (key) => ({ key, operator, values }));
}

function takeText(reader: Reader): string | null {
  const token = reader.tokens[reader.next];
  if (token?.kind !== "text") return null;
  reader.next += 1;
  return token.value;
}

/**
 * Calico adds labels of its own: every pod is orchestrated by `k8s`, every namespace has its name. Those that
 * come from elsewhere (the namespace or the service account of a pod) are not known of a pod alone.
 */
function onLabel(
  label: string,
  target: Target,
  toRequirement: (key: string) => Requirement & { readonly values: readonly string[] },
): Requirement | null {
  if (target === "namespaces" && label === "projectcalico.org/name")
    return toRequirement("kubernetes.io/metadata.name");
  const requirement = toRequirement(label);
  if (target === "pods" && label === "projectcalico.org/orchestrator" && isAboutKubernetes(requirement))
    return ALWAYS;
  return /^(?:projectcalico\.org\/|pcns\.|pcsa\.)/u.test(label) ? null : requirement;
}

function isAboutKubernetes({ operator, values }: { operator: string; values: readonly string[] }): boolean {
  return operator === "Exists" || (operator === "In" && values.includes("k8s"));
}
