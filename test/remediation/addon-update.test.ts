// `aws eks update-addon` says again what it would otherwise take away.

import assert from "node:assert/strict";
import { test } from "node:test";
import { toAddonUpdate } from "../../lib/remediation/addon-update.ts";
import { switchOn } from "../../lib/remediation/merge-addon-values.ts";
import { addon } from "../enforcement/facts.ts";

const change = { values: switchOn, resolveConflicts: "PRESERVE" } as const;

test("the role of its service account is kept, and none is invented", () => {
  const [kept] = toAddonUpdate("shop", addon(null, { serviceAccountRoleArn: ROLE }), change).commands;
  assert.match(kept ?? "", / --service-account-role-arn arn:aws:iam::111122223333:role\/cni --resolve/);
  const [none] = toAddonUpdate("shop", addon(null), change).commands;
  assert.doesNotMatch(none ?? "", /role/);
});

const ROLE = "arn:aws:iam::111122223333:role/cni";
