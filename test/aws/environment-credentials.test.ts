// What stands in a Lambda bundle for the SDK's chain of credentials.

import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { defaultProvider } from "../../lib/aws/environment-credentials.ts";
import { toUnseen } from "../../lib/aws/errors.ts";

const NAMES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] as const;
const before = NAMES.map((name) => [name, process.env[name]] as const);

function set(values: Readonly<Record<string, string>>): void {
  for (const name of NAMES) delete process.env[name];
  Object.assign(process.env, values);
}

describe("credentials from the environment", () => {
  afterEach(() => {
    set({});
    for (const [name, value] of before) if (value !== undefined) process.env[name] = value;
  });

  test("are read at each use: Lambda's runtime owns them", async () => {
    const provide = defaultProvider();
    for (const session of ["one", "two"]) {
      set({ AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: session });
      assert.deepEqual(await provide(), {
        accessKeyId: "key",
        secretAccessKey: "secret",
        sessionToken: session,
      });
    }
  });

  test("need no session token", async () => {
    set({ AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" });
    assert.deepEqual(await defaultProvider()(), { accessKeyId: "key", secretAccessKey: "secret" });
  });

  for (const there of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"])
    test(`with ${there} alone are none, and the scan sees that as the chain's own error`, async () => {
      set({ [there]: "x" });
      const error: unknown = await defaultProvider()().catch((reason: unknown) => reason);
      assert.equal(toUnseen(error)?.why, "access-denied");
    });
});
