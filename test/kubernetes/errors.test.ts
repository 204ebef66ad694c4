import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ClusterAccessError,
  ConnectionError,
  CredentialError,
  HttpStatusError,
  MalformedObjectError,
  toUnseen,
} from "../../lib/kubernetes/errors.ts";
import { toUnseen as toUnseenAws } from "../../lib/aws/errors.ts";

test("our own bugs, and errors of others, are not translated", () => {
  const others: unknown[] = [
    new TypeError("x is not a function"),
    new RangeError("Invalid array length"),
    Object.assign(new Error("no such file"), { code: "ENOENT" }),
    Object.assign(new Error("AWS"), { name: "AccessDeniedException", $metadata: { httpStatusCode: 403 } }),
    "a text",
    null,
    undefined,
    { name: "HttpStatusError", status: 403 },
  ];
  for (const other of others) assert.equal(toUnseen(other), null);
});

test("the order of the translators does not matter: AWS' does not take ours", () => {
  const ours = [
    new HttpStatusError("GET /", 403, "Forbidden", null),
    new ConnectionError("host", "ECONNREFUSED"),
    new MalformedObjectError("Pod", "metadata.name"),
  ];
  for (const error of ours) assert.equal(toUnseenAws(error), null);
});

test("a detail is one line of at most 300 characters, whatever the server called things", () => {
  const hostile = "\u001b[31mred\r\n\u202Etxt\u0000\u{E0001}\uD800";
  const escaped = toUnseen(new MalformedObjectError(hostile, "spec"))?.detail ?? "";
  assert.equal(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(escaped), false);
  assert.match(escaped, /red/);
  const long = toUnseen(new MalformedObjectError("x".repeat(1_000_000), "spec"))?.detail ?? "";
  assert.ok(long.length <= 300 && long.endsWith("…"));
});

test("what cannot be opened, and a credential that cannot be renewed, have a reason too", () => {
  assert.equal(toUnseen(new ClusterAccessError("no PEM"))?.why, "malformed");
  assert.equal(toUnseen(new CredentialError("no token"))?.why, "access-denied");
});

test("an error code that nobody foresaw is still unreachable, and named", () => {
  const detail = toUnseen(new ConnectionError("host", "constructor"))?.detail;
  assert.equal(detail, "host: the connection failed (constructor)");
});
