// IAM policy evaluation: does a set of policy documents allow one action on one resource? Pure. An element that
// is not implemented is refused when a document is parsed, so that nothing is allowed because it was not read.

export interface PolicyStatement {
  readonly effect: "Allow" | "Deny";
  readonly actions: readonly string[];
  /** `NotAction`: the statement is about every action but these. */
  readonly exceptActions: boolean;
  /** `*` in a trust policy, which is about the role itself. */
  readonly resources: readonly string[];
  /** Null in an identity policy. */
  readonly principals: readonly string[] | null;
  readonly conditions: readonly Condition[];
}

interface Condition {
  readonly matches: (values: readonly string[], actual: string | undefined) => boolean;
  /** Lower case: condition keys are not case-sensitive. */
  readonly key: string;
  readonly values: readonly string[];
}

export type Policy = readonly PolicyStatement[];

export interface AccessRequest {
  /** `service:Operation`. */
  readonly action: string;
  /** ARN, or `*` for an action without resource-level permissions. */
  readonly resource: string;
  /** Condition keys that this request has a value for. */
  readonly context: ReadonlyMap<string, string>;
}

export type Decision = "allow" | "implicit-deny" | "explicit-deny";

/** "An explicit deny in any policy overrides any allows." (IAM guide, policy evaluation logic) */
export function evaluatePolicies(policies: readonly Policy[], request: AccessRequest): Decision {
  const applying = policies.flat().filter((statement) => appliesTo(statement, request));
  if (applying.some(({ effect }) => effect === "Deny")) return "explicit-deny";
  return applying.some(({ effect }) => effect === "Allow") ? "allow" : "implicit-deny";
}

/** A trust or bucket policy: may this principal (role ARN and account) do this to what the policy belongs to? */
export function evaluateTrust(
  policy: Policy,
  principal: { readonly arn: string; readonly accountId: string },
  request: AccessRequest,
): Decision {
  const naming = policy.filter(({ principals }) => principals?.some((named) => isNamed(named, principal)));
  return evaluatePolicies([naming], request);
}

/** "The account principal" stands for every principal of that account. (IAM guide, AWS JSON policy elements) */
function isNamed(named: string, principal: { readonly arn: string; readonly accountId: string }): boolean {
  if (named === "*" || named === principal.arn || named === principal.accountId) return true;
  return new RegExp(`^arn:[a-z-]+:iam::${principal.accountId}:root$`, "u").test(named);
}

function appliesTo(statement: PolicyStatement, { action, resource, context }: AccessRequest): boolean {
  const named = statement.actions.some((pattern) => matchesAction(pattern, action));
  if (named === statement.exceptActions) return false;
  const patterns = statement.resources.flatMap((pattern) => resolveVariable(pattern, context) ?? []);
  if (!patterns.some((pattern) => matchesResource(pattern, resource))) return false;
  return statement.conditions.every(({ key, values, matches }) => matches(values, context.get(key)));
}

/** The one policy variable that is evaluated: an account id, which holds no wildcard. */
const ACCOUNT_VARIABLE = "${aws:PrincipalAccount}";

/** Null: the request has no such key, and the element then matches nothing. (IAM guide, policy variables) */
function resolveVariable(pattern: string, context: AccessRequest["context"]): string | null {
  if (!pattern.includes(ACCOUNT_VARIABLE)) return pattern;
  const account = context.get("aws:principalaccount");
  return account === undefined ? null : pattern.replaceAll(ACCOUNT_VARIABLE, account);
}

/** Actions are not case-sensitive; resources are. */
export function matchesAction(pattern: string, action: string): boolean {
  return matchesGlob(pattern.toLowerCase(), action.toLowerCase());
}

/**
 * An action without resource-level permissions (resource `*`) is allowed by `"Resource": "*"` only. A wildcard
 * stays within its colon-separated part of the ARN, but for the last part.
 */
function matchesResource(pattern: string, resource: string): boolean {
  if (pattern === "*") return true;
  return resource !== "*" && matchesArn(pattern, resource);
}

function matchesArn(pattern: string, arn: string): boolean {
  const patterns = splitArn(pattern);
  const parts = splitArn(arn);
  if (patterns.length !== parts.length) return false;
  return parts.every((part, index) => matchesGlob(patterns[index] ?? "", part));
}

/** `arn`, partition, service, region, account and the rest. */
function splitArn(arn: string): readonly string[] {
  const parts = arn.split(":");
  return [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/** `*`: any characters, none too; `?`: exactly one. Linear: goes back to the last star only. */
export function matchesGlob(pattern: string, text: string): boolean {
  let star = -1;
  let resume = 0;
  let at = 0;
  for (let index = 0; index < text.length;) {
    if (at < pattern.length && pattern[at] === "*") {
      star = at++;
      resume = index;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[index])) {
      at++;
      index++;
    } else if (star !== -1) {
      at = star + 1;
      index = ++resume;
    } else {
      return false;
    }
  }
  return pattern.slice(at).replaceAll("*", "") === "";
}

type Matcher = (expected: string, actual: string) => boolean;

const MATCHERS: ReadonlyMap<string, Matcher> = new Map([
  ["StringEquals", (expected: string, actual: string) => expected === actual],
  ["StringLike", matchesGlob],
  // "ArnEquals and ArnLike behave identically." (IAM guide, condition operators)
  ["ArnEquals", matchesArn],
  ["ArnLike", matchesArn],
  ["Bool", (expected: string, actual: string) => expected.toLowerCase() === actual.toLowerCase()],
]);

/** "If the key is not present, the values do not match; negated operators then match." (IAM guide) */
function toConditionMatcher(operator: string): Condition["matches"] {
  if (operator === "Null") return (values, actual) => values.includes(String(actual === undefined));
  const ifExists = operator.endsWith("IfExists");
  const name = ifExists ? operator.slice(0, -"IfExists".length) : operator;
  const negated = name.includes("Not");
  const matcher = MATCHERS.get(name.replace("Not", ""));
  if (matcher === undefined)
    throw new PolicyError(`the condition operator ${operator} is not evaluated here`);
  return (values, actual) => {
    if (actual === undefined) return ifExists || negated;
    return values.some((value) => matcher(value, actual)) !== negated;
  };
}

/** The document is not a policy, or uses an element that this evaluator does not know. */
export class PolicyError extends Error {
  constructor(problem: string) {
    super(`Policy document: ${problem}`);
    this.name = "PolicyError";
  }
}

const ELEMENTS = new Set(["Sid", "Effect", "Action", "NotAction", "Resource", "Principal", "Condition"]);

/** Parses an identity, session or trust policy document (JSON, already parsed). */
export function parsePolicy(document: unknown): Policy {
  const { Statement: statements } = toRecord(document, "the document");
  if (statements === undefined) throw new PolicyError("Statement is missing");
  return (Array.isArray(statements) ? statements : [statements]).map(parseStatement);
}

function parseStatement(value: unknown): PolicyStatement {
  const statement = toRecord(value, "a statement");
  for (const element of Object.keys(statement)) {
    if (!ELEMENTS.has(element)) throw new PolicyError(`the element ${element} is not evaluated here`);
  }
  const { Effect: effect, Action, NotAction, Resource, Principal, Condition: conditions } = statement;
  if (effect !== "Allow" && effect !== "Deny") throw new PolicyError("Effect is neither Allow nor Deny");
  if ((Action === undefined) === (NotAction === undefined)) {
    throw new PolicyError("a statement has either Action or NotAction");
  }
  if (Resource === undefined && Principal === undefined) throw new PolicyError("Resource is missing");
  return {
    effect,
    actions: toStrings(Action ?? NotAction, "Action"),
    exceptActions: Action === undefined,
    resources: Resource === undefined ? ["*"] : toStrings(Resource, "Resource", [ACCOUNT_VARIABLE]),
    principals: Principal === undefined ? null : parsePrincipals(Principal),
    conditions: conditions === undefined ? [] : parseConditions(conditions),
  };
}

/** Service and federated principals are never callers here: only `AWS` names one. */
function parsePrincipals(value: unknown): readonly string[] {
  if (value === "*") return ["*"];
  const { AWS: named } = toRecord(value, "Principal");
  return named === undefined ? [] : toStrings(named, "Principal.AWS");
}

function parseConditions(value: unknown): readonly Condition[] {
  return Object.entries(toRecord(value, "Condition")).flatMap(([operator, keys]) => {
    const matches = toConditionMatcher(operator);
    return Object.entries(toRecord(keys, operator)).map(([key, values]) => ({
      matches,
      key: key.toLowerCase(),
      values: toStrings(values, key),
    }));
  });
}

function toRecord(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new PolicyError(`${where} is not an object`);
}

/** A policy variable (`${aws:…}`) that is not evaluated makes the document refused. */
function toStrings(value: unknown, where: string, variables: readonly string[] = []): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map((item: unknown) => {
    if (typeof item === "boolean" || typeof item === "number") return String(item);
    if (typeof item !== "string") throw new PolicyError(`${where} holds something that is not a string`);
    const rest = variables.reduce((text, variable) => text.replaceAll(variable, ""), item);
    if (rest.includes("${")) throw new PolicyError(`${where} holds a policy variable`);
    return item;
  });
}
