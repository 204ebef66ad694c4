// The keys of a valibot schema in reading order, each with what may stand there. Reads the schema's own data; what
// it has no words for is an error, so that no key of a configuration goes undocumented.

export interface SchemaKey {
  /** Steps from the top; "[]" is any item of a list. */
  readonly path: readonly string[];
  /** What is allowed, in the schema's own words. */
  readonly allowed: string;
  readonly description: string;
  /** Must stand where the map around it stands. */
  readonly isRequired: boolean;
  /** As JSON; null: there is none. */
  readonly defaultJson: string | null;
}

export interface SchemaRule {
  readonly path: readonly string[];
  readonly sentence: string;
}

/** The parts of a valibot schema or action that are read here (valibot 1: they are public properties). */
interface SchemaNode {
  readonly type: string;
  readonly message?: unknown;
  readonly description?: string;
  readonly entries?: Readonly<Record<string, SchemaNode>>;
  readonly wrapped?: SchemaNode;
  readonly default?: unknown;
  readonly item?: SchemaNode;
  readonly pipe?: readonly SchemaNode[];
}

export function toSchemaKeys(schema: SchemaNode): readonly SchemaKey[] {
  return keysOf(schema, []);
}

/** What the schema asks between keys, with the path of the map or list that it is asked of. */
export function toSchemaRules(schema: SchemaNode): readonly SchemaRule[] {
  return rulesOf(schema, []);
}

function keysOf(node: SchemaNode, path: readonly string[]): readonly SchemaKey[] {
  const { entries, item } = unwrap(node);
  if (entries !== undefined)
    return Object.entries(entries).flatMap(([name, entry]) => toKeys(entry, [...path, name]));
  return item === undefined ? [] : keysOf(item, [...path, "[]"]);
}

function toKeys(entry: SchemaNode, path: readonly string[]): readonly SchemaKey[] {
  const inner = keysOf(entry, path);
  if (unwrap(entry).entries !== undefined) return inner;
  const key = {
    path,
    allowed: toAllowed(entry, path),
    description: toDescription(entry, path),
    isRequired: entry.wrapped === undefined,
    defaultJson: entry.default === undefined ? null : JSON.stringify(entry.default),
  };
  return [key, ...inner];
}

/** The schema itself: what optional() and pipe() have around it. */
function unwrap(node: SchemaNode): SchemaNode {
  if (node.wrapped !== undefined) return unwrap(node.wrapped);
  const [first] = node.pipe ?? [];
  return first === undefined || first === node ? node : unwrap(first);
}

/** Every action of every pipe around the schema. */
function actionsOf(node: SchemaNode): readonly SchemaNode[] {
  if (node.wrapped !== undefined) return actionsOf(node.wrapped);
  const [first, ...actions] = node.pipe ?? [];
  return first === undefined ? [] : [...actionsOf(first), ...actions];
}

function toAllowed(node: SchemaNode, path: readonly string[]): string {
  const { message, item } = unwrap(node);
  if (typeof message !== "string") throw new Error(`${path.join(".")} does not say what is allowed`);
  const isFilled = actionsOf(node).some(({ type }) => type === "min_length");
  const list = isFilled ? `${message}, at least one` : message;
  const each = item === undefined ? undefined : unwrap(item).message;
  return typeof each === "string" ? `${list}; each ${each}` : list;
}

function toDescription(node: SchemaNode, path: readonly string[]): string {
  const found = actionsOf(node).findLast(({ type }) => type === "description")?.description;
  if (found === undefined) throw new Error(`${path.join(".")} has no description`);
  return found;
}

function rulesOf(node: SchemaNode, path: readonly string[]): readonly SchemaRule[] {
  const { entries, item } = unwrap(node);
  const own = actionsOf(node)
    .filter(({ type }) => type === "partial_check")
    .map(({ message }) => ({ path, sentence: String(message) }));
  const inner = Object.entries(entries ?? {}).flatMap(([name, entry]) => rulesOf(entry, [...path, name]));
  return [...own, ...inner, ...(item === undefined ? [] : rulesOf(item, [...path, "[]"]))];
}
