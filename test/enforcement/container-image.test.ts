// What is read out of an image reference, sign by sign.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  hasImagePath,
  imageRepository,
  imageVersion,
  isBefore,
  parseVersion,
  type Version,
} from "../../lib/enforcement/container-image.ts";

for (const [image, repository] of [
  ["busybox", "busybox"],
  ["busybox:1.36", "busybox"],
  ["quay.io/calico/node:v3.29.1", "quay.io/calico/node"],
  ["localhost:5000/node", "localhost:5000/node"],
  ["localhost:5000/node:v1", "localhost:5000/node"],
  ["quay.io/calico/node:v3@sha256:00", "quay.io/calico/node"],
  ["quay.io/calico/node@sha256:00", "quay.io/calico/node"],
] as const)
  test(`the repository of ${image}`, () => assert.equal(imageRepository(image), repository));

test("a path is a whole end of the repository, or all of it", () => {
  assert.equal(hasImagePath("calico/node:v3", "calico/node"), true);
  assert.equal(hasImagePath("quay.io/calico/node:v3", "calico/node"), true);
  assert.equal(hasImagePath("quay.io/notcalico/node:v3", "calico/node"), false);
  assert.equal(hasImagePath("quay.io/calico/node/x:v3", "calico/node"), false);
});

const version = (major: number, minor: number, patch: number, suffix = ""): Version => ({
  major,
  minor,
  patch,
  suffix,
});

for (const [text, parsed] of [
  ["1.2.3", version(1, 2, 3)],
  ["v10.20.30", version(10, 20, 30)],
  ["v1.14.0-eksbuild.3", version(1, 14, 0, "eksbuild.3")],
  ["v1.2.3+build", version(1, 2, 3, "build")],
  ["1.2", null],
  ["v1.2.3.4", null],
  ["release-v1.2.3", null],
  ["v1.2.3-", null],
  ["", null],
] as const)
  test(`the version ${JSON.stringify(text)}`, () => assert.deepEqual(parseVersion(text), parsed));

test("the version of an image is its tag's, with or without a digest", () => {
  assert.deepEqual(imageVersion("localhost:5000/node:v1.2.3@sha256:00"), version(1, 2, 3));
  assert.equal(imageVersion("localhost:5000/node@sha256:00"), null);
  assert.equal(imageVersion("localhost:5000/node"), null);
});

test("the first number that differs decides, and a rebuild is the same software", () => {
  const ordered = [version(1, 2, 3), version(1, 2, 4), version(1, 3, 0), version(2, 0, 0)];
  for (const [index, one] of ordered.entries())
    for (const [at, other] of ordered.entries()) assert.equal(isBefore(one, other), index < at);
  assert.equal(isBefore(version(1, 2, 3, "eksbuild.1"), version(1, 2, 3, "eksbuild.2")), false);
});
