import assert from "node:assert/strict";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { readHandlerConfiguration } from "../../lib/config/handler-configuration.ts";
import { ConfigurationError } from "../../lib/model/configuration-error.ts";
import { packConfiguration } from "../../lib/config/packed-configuration.ts";

test("a function reads its configuration file as JSON, below its single variables", () => {
  const { role, limits } = readHandlerConfiguration({
    RINGFENCE_CONFIG: '{"role": {"name": "A"}, "limits": {"concurrency": 5}}',
    RINGFENCE_ROLE_NAME: "B",
  });
  assert.equal(role.name, "B");
  assert.equal(limits.concurrency, 5);
});

test("without a file, or with an empty one, everything has its default", () => {
  assert.deepEqual(readHandlerConfiguration({ RINGFENCE_CONFIG: "" }), readHandlerConfiguration({}));
  assert.deepEqual(readHandlerConfiguration({ RINGFENCE_CONFIG: "{}" }), readHandlerConfiguration({}));
});

test("what is not JSON is refused without being shown", () => {
  assert.throws(
    () => readHandlerConfiguration({ RINGFENCE_CONFIG: "role: {externalId: s3cr3t}" }),
    (error) => {
      assert.ok(error instanceof ConfigurationError);
      assert.match(error.message, /RINGFENCE_CONFIG has 1 problem/);
      assert.match(error.message, /not JSON/);
      assert.match(error.message, /configFile=PATH/);
      assert.doesNotMatch(error.message, /s3cr3t/);
      return true;
    },
  );
});

test("a long file is packed, a short one stays readable, and both are read again", () => {
  const short = JSON.stringify({ limits: { concurrency: 7 } });
  assert.equal(packConfiguration(short), short);
  const names = Array.from({ length: 500 }, (_, index) => `team-${index}-*`);
  const long = JSON.stringify({ clusters: { exclude: names } });
  const packed = packConfiguration(long);
  assert.ok(packed.length < 2500 && long.length > 6000, `${packed.length} of ${long.length}`);
  const { clusters } = readHandlerConfiguration({ RINGFENCE_CONFIG: packed });
  assert.deepEqual(clusters.exclude, names);
});

test("what was not packed by us, or is a bomb, is refused without being shown", () => {
  const bomb = deflateRawSync(Buffer.alloc(50_000_000)).toString("base64");
  for (const text of ["deflate:c2VjcmV0", "deflate:", `deflate:${bomb}`])
    assert.throws(() => readHandlerConfiguration({ RINGFENCE_CONFIG: text }), {
      name: "ConfigurationError",
      message: /characters that are not JSON/,
    });
});

test("__proto__ in the file stays an unknown key", () => {
  assert.throws(
    () => readHandlerConfiguration({ RINGFENCE_CONFIG: '{"__proto__": {"regions": ["eu-west-1"]}}' }),
    /RINGFENCE_CONFIG: __proto__/,
  );
});
