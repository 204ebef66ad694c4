// V8 reads a key that begins with an escape (`"\n"`) as an earlier one that ends in a backslash, when it expects that one
// there (nodejs/node#63785, Node 24 to 26). No name of Kubernetes or AWS has either; random texts do, once in a while.

/** Whether parsing it may change what JSON.parse makes of others. */
export function poisonsKeys(json: string): boolean {
  return json.includes('\\\\":');
}
