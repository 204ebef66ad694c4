// What the emulated services hold. Tests read it to see what really arrived.

export interface StoredObject {
  readonly body: Buffer;
  /** With its quotes. */
  readonly etag: string;
  readonly checksumCrc32: string;
  readonly contentType: string | undefined;
  readonly lastModified: Date;
}

/** An object that is being sent in parts. */
export interface StoredUpload {
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string | undefined;
  /** Its parts have checksums that their list has to name. */
  readonly isChecked: boolean;
  /** By number. */
  readonly parts: Map<number, Pick<StoredObject, "body" | "etag" | "checksumCrc32">>;
}

export interface PublishedMessage {
  readonly messageId: string;
  readonly subject: string | undefined;
  readonly message: string;
  readonly attributes: ReadonlyMap<string, { readonly type: string; readonly value: string }>;
}

export interface StoredSecret {
  readonly arn: string;
  readonly name: string;
  readonly value: string;
  readonly versionId: string;
  readonly createdAt: Date;
}

export interface StoredParameter {
  readonly arn: string;
  readonly name: string;
  readonly type: "String" | "SecureString";
  readonly value: string;
  readonly modifiedAt: Date;
}

/** A finding as Security Hub gives it back. */
export type StoredFinding = Readonly<Record<string, unknown>>;

export interface Stores {
  /** By `account/region`, then by ProductArn and Id (see `findingKey`). */
  readonly findings: Map<string, Map<string, StoredFinding>>;
  /** By topic ARN. */
  readonly messages: Map<string, PublishedMessage[]>;
  /** By bucket, then by key. */
  readonly objects: Map<string, Map<string, StoredObject>>;
  /** By upload id: begun, and neither completed nor aborted. */
  readonly uploads: Map<string, StoredUpload>;
  /** By name. */
  readonly secrets: Map<string, StoredSecret>;
  /** Of Parameter Store, by name. */
  readonly parameters: Map<string, StoredParameter>;
  /** By state machine ARN: each execution's input, by its name. */
  readonly executions: Map<string, Map<string, string>>;
  /** By operation, account and Region: what is left of each quota. */
  readonly quotas: Map<string, { tokens: number; filledAtMs: number }>;
}

export function createStores(): Stores {
  return {
    findings: new Map(),
    messages: new Map(),
    objects: new Map(),
    uploads: new Map(),
    secrets: new Map(),
    parameters: new Map(),
    executions: new Map(),
    quotas: new Map(),
  };
}

/** The value below a key of a map of collections, made on first use. */
export function getOrCreate<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const created = create();
  map.set(key, created);
  return created;
}
