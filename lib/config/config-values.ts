// The kinds of value that a configuration is made of. Each says in one sentence what is allowed; that sentence
// is what a user reads whatever is wrong with the value: its type, its form or its length.

import * as v from "valibot";
import { MAX_GLOB_LENGTH } from "../glob.ts";
import { isDay } from "../model/day.ts";

const MAX_ITEMS = 10_000;

/** Keys of a map: each with what it means, for the editor and the docs. */
export function described<const T extends v.GenericSchema>(description: string, schema: T) {
  return v.pipe(schema, v.description(description));
}

export function optional<const T extends v.GenericSchema>(description: string, schema: T) {
  return v.exactOptional(described(description, schema));
}

export function withDefault<const T extends v.GenericSchema, const D extends v.InferInput<T>>(
  description: string,
  value: D,
  schema: T,
) {
  return v.optional(described(description, schema), value);
}

/** The pattern may have no flags: JSON Schema knows none. */
export function text(allowed: string, pattern: RegExp, maxLength = 256) {
  return v.pipe(v.string(allowed), v.maxLength(maxLength, allowed), v.regex(pattern, allowed));
}

export function wholeNumber(min: number, max: number, unit: string) {
  const allowed = `a whole number of ${unit} from ${min} to ${max}`;
  return v.pipe(v.number(allowed), v.integer(allowed), v.minValue(min, allowed), v.maxValue(max, allowed));
}

export function oneOf<const T extends readonly string[]>(values: T) {
  return v.picklist(values, `one of: ${values.join(", ")}`);
}

/** A list without repetitions: what is listed twice would be scanned or counted twice. */
export function listOf<const T extends v.GenericSchema>(item: T, items: string) {
  return v.pipe(
    v.array(item, `a list of ${items}`),
    v.maxLength(MAX_ITEMS, `at most ${MAX_ITEMS} ${items}`),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const seen = new Set<unknown>();
      for (const [key, value] of dataset.value.entries()) {
        const path = [{ type: "array", origin: "value", input: dataset.value, key, value } as const] as const;
        if (seen.has(value)) addIssue({ message: `each of the ${items} once`, path: [...path] });
        seen.add(value);
      }
    }),
  );
}

/** An empty include would silently select nothing. */
export function includeList<const T extends v.GenericSchema>(item: T, items: string) {
  const allowed = `at least one of the ${items}`;
  return v.pipe(listOf(item, items), v.minLength(1, allowed));
}

export const Concurrency = wholeNumber(1, 200, "clusters");

export const YesOrNo = v.boolean("true or false");

const ACCOUNT_ID = 'a 12-digit account id in quotes, such as "111122223333"';
export const AccountId = text(ACCOUNT_ID, /^\d{12}$/);
const AccountIdOrAll = text(`${ACCOUNT_ID}, or "*" for every account`, /^(?:\*|\d{12})$/);

export const Region = text("an AWS Region, such as eu-central-1", /^[a-z]{2}(?:-[a-z]+){1,3}-\d{1,2}$/);

// EKS API reference, CreateCluster: a name is 1 to 100 of ^[0-9A-Za-z][A-Za-z0-9\-_]*
export const ClusterName = text("the name of an EKS cluster", /^[0-9A-Za-z][A-Za-z0-9_-]*$/, 100);

export const NameGlob = text(
  "a name of letters, digits, . _ and -, in which * is any run of characters and ? any one",
  /^[A-Za-z0-9._*?-]+$/,
  MAX_GLOB_LENGTH,
);

const UnitPathGlob = text(
  "a path of organizational units by name from the root, such as /Workloads/* (* crosses slashes)",
  /^(?:\*|\/[ -~\u00a0-\uffff]*)$/,
  MAX_GLOB_LENGTH,
);

export const ControlId = text("a control id, such as NETPOL.20", /^NETPOL\.[1-9]\d{0,2}$/);

export const ExemptableControlId = text(
  "a control id, but not NETPOL.1 to NETPOL.9 or NETPOL.21: whether we see and enforce is not a namespace's to decide",
  /^NETPOL\.(?!(?:[1-9]|21)$)[1-9]\d{0,2}$/,
);

export const Sentence = text("a sentence of at most 500 characters", /\S/, 500);

// IAM API reference, CreateRole: RoleName is 1 to 64 of [\w+=,.@-].
export const RoleName = text("the name (not the ARN) of an IAM role", /^[\w+=,.@-]+$/, 64);

// STS API reference, AssumeRole: ExternalId is 2 to 1,224 of [\w+=,.@:\/-].
export const ExternalId = text(
  "2 to 1224 letters, digits or any of + = , . @ : / - _",
  /^[\w+=,.@:/-]{2,}$/,
  1224,
);

// S3 user guide, bucket naming rules: 3 to 63 of lower-case letters, digits, dots and hyphens.
export const BucketName = text("the name of an S3 bucket", /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 63);

export const FolderName = text("the path of a folder", /^[ -~\u00a0-\uffff]+$/, 4096);

const TagSelector = text("a tag, as key or key=value", /^(?!=)[ -~\u00a0-\uffff]+$/, 386);

// SNS: a FIFO topic (its name ends in .fifo) has no e-mail or HTTP subscribers.
export const TopicArn = text(
  "the ARN of a standard SNS topic",
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
  400,
);

export const SecretArn = text(
  "the ARN of a Secrets Manager secret that holds the webhook URL (never the URL itself)",
  /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@-]+$/,
  700,
);

// SSM API reference, PutParameter: letters, digits and . - _ / (a hierarchy starts with a slash), up to 1,011.
export const ParameterName = text(
  "the name of a SecureString that holds the webhook URL, starting with / (never the URL itself)",
  /^\/(?!(?:[Aa][Ww][Ss]|[Ss][Ss][Mm])\/)[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/,
  1011,
);

const DAY = "a day of the calendar, such as 2027-01-31";
export const Day = v.pipe(v.string(DAY), v.isoDate(DAY), v.check(isDay, DAY));

export const AccountList = listOf(AccountId, "account ids");
export const AccountSelection = includeList(AccountIdOrAll, "account ids");
export const UnitList = listOf(UnitPathGlob, "organizational-unit paths");
export const UnitSelection = includeList(UnitPathGlob, "organizational-unit paths");
export const NameList = listOf(NameGlob, "names or globs");
export const NameSelection = includeList(NameGlob, "names or globs");
export const TagList = listOf(TagSelector, "tags");
