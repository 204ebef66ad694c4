// Reads a CloudFormation template (short-form tags and all) and resolves its intrinsic functions, as far as the
// roles that we ship need them. A function that is not known here is an error, never a guess.

import { parse, YAMLMap } from "yaml";
import type { CollectionTag, ScalarTag } from "yaml";

const FUNCTIONS = ["Sub", "If", "Equals", "Not", "And", "Or", "GetAtt", "Join", "Select", "Split"];

export interface TemplateScope {
  /** Parameters and pseudo parameters by name; undefined as value is `AWS::NoValue`. */
  readonly values: ReadonlyMap<string, unknown>;
  /** The template's `Conditions` section. */
  readonly conditions: Readonly<Record<string, unknown>>;
  /** What `Ref` (attribute null) and `GetAtt` give for a resource of the template. */
  readonly resource: (logicalId: string, attribute: string | null) => string;
}

type Fields = Readonly<Record<string, unknown>>;

/** The template as plain data, intrinsic functions in their long form. */
export function parseTemplate(text: string): Fields {
  const template: unknown = parse(text, {
    customTags: [...toTags("Ref", "Ref"), ...FUNCTIONS.flatMap((name) => toTags(name, `Fn::${name}`))],
  });
  return toFields(template);
}

/** `!Sub x` is `Fn::Sub: x`, for a scalar and for a list. */
function toTags(tag: string, key: string): readonly (ScalarTag | CollectionTag)[] {
  const scalar: ScalarTag = { tag: `!${tag}`, resolve: (text) => ({ [key]: text }) };
  const list: CollectionTag = {
    tag: `!${tag}`,
    collection: "seq",
    resolve: (items) => {
      const map = new YAMLMap();
      map.set(key, items);
      return map;
    },
  };
  return [scalar, list];
}

/** A plain object's own members; no object: none. */
export function toFields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** Undefined: `AWS::NoValue`, so the member or list item that holds it goes away. */
export function resolveTemplate(node: unknown, scope: TemplateScope): unknown {
  if (Array.isArray(node)) {
    return node.map((item) => resolveTemplate(item, scope)).filter((item) => item !== undefined);
  }
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && (first[0] === "Ref" || first[0].startsWith("Fn::"))) {
    return callFunction(first[0], first[1], scope);
  }
  const resolved = entries.map(([key, value]): [string, unknown] => [key, resolveTemplate(value, scope)]);
  return Object.fromEntries(resolved.filter(([, value]) => value !== undefined));
}

function callFunction(name: string, argument: unknown, scope: TemplateScope): unknown {
  switch (name) {
    case "Ref":
      return lookUp(String(argument), scope);
    case "Fn::Sub":
      return substitute(argument, scope);
    case "Fn::GetAtt":
      return getAttribute(argument, scope);
    case "Fn::If": {
      const [condition, whenTrue, whenFalse] = toList(argument);
      return resolveTemplate(isTrue({ Condition: condition }, scope) ? whenTrue : whenFalse, scope);
    }
    case "Fn::Join": {
      const [separator, items] = toList(argument);
      return toList(resolveTemplate(items, scope)).join(String(separator));
    }
    case "Fn::Split": {
      const [separator, text] = toList(argument);
      return String(resolveTemplate(text, scope)).split(String(separator));
    }
    default:
      throw new TypeError(`Template: the function ${name} is not resolved here`);
  }
}

/** Conditions hold `Equals`, `Not`, `And`, `Or` and the names of other conditions. */
function isTrue(node: unknown, scope: TemplateScope): boolean {
  const [entry] = Object.entries(toFields(node));
  if (entry === undefined) throw new TypeError("Template: a condition is not a function");
  const [name, argument] = entry;
  switch (name) {
    case "Condition":
      return isTrue(toFields(scope.conditions)[String(argument)], scope);
    case "Fn::Not":
      return !toList(argument).every((item) => isTrue(item, scope));
    case "Fn::And":
      return toList(argument).every((item) => isTrue(item, scope));
    case "Fn::Or":
      return toList(argument).some((item) => isTrue(item, scope));
    case "Fn::Equals": {
      const [left, right] = toList(argument).map((item) => resolveTemplate(item, scope));
      return left === right;
    }
    default:
      throw new TypeError(`Template: the condition function ${name} is not resolved here`);
  }
}

function lookUp(name: string, scope: TemplateScope): unknown {
  if (name === "AWS::NoValue") return undefined;
  return scope.values.has(name) ? scope.values.get(name) : scope.resource(name, null);
}

function getAttribute(argument: unknown, scope: TemplateScope): string {
  const [logicalId, ...attribute] = Array.isArray(argument)
    ? argument.map(String)
    : String(argument).split(".");
  return scope.resource(logicalId ?? "", attribute.join("."));
}

/** `${Name}`, `${Resource.Attribute}`, and `${!Literal}`. */
function substitute(argument: unknown, scope: TemplateScope): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const local = new Map(Object.entries(toFields(variables)));
  return String(text).replaceAll(/\$\{([^}]+)\}/gu, (_, name: string) => {
    if (name.startsWith("!")) return `\${${name.slice(1)}}`;
    if (local.has(name)) return String(resolveTemplate(local.get(name), scope));
    if (scope.values.has(name) || !name.includes(".")) return String(lookUp(name, scope));
    return getAttribute(name, scope);
  });
}

function toList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError("Template: a function's argument is not a list");
  return value;
}
