// Reads an object that may not be there. Lists before it reads, because without the right to list S3 answers 403 for
// what is absent, and our roles may list below their prefixes only.

import type { ObjectStore } from "./sources.ts";

/**
 * null: there is no such object. "If the object that you request doesn't exist … if you don't have the s3:ListBucket
 * permission, Amazon S3 returns an HTTP status code 403" (GetObject, API reference). A statement with a condition on
 * `s3:prefix` is no help: GetObject names no prefix, and a key that is missing matches no StringLike.
 */
export async function findObject(
  store: ObjectStore,
  key: string,
  bounds?: { readonly maxBytes: number },
): ReturnType<ObjectStore["getObject"]> {
  const keys = await store.listObjects(key);
  return keys.includes(key) ? store.getObject(key, bounds) : null;
}
