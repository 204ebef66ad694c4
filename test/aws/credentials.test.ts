// What AssumeRole is asked for, byte by byte on the wire.

import assert from "node:assert/strict";
import { test } from "node:test";
import { STSClient } from "@aws-sdk/client-sts";
import { toClientConfig } from "../../lib/aws/clients.ts";
import { openRoleCredentials, type RoleSession } from "../../lib/aws/credentials.ts";
import { toSessionPolicy } from "../../lib/aws/session-policy.ts";
import { answerWith, credentials, startWire } from "./wire-server.ts";

const session: RoleSession = {
  role: { name: "security/RingfenceReader", externalId: "shared-secret", sessionPolicy: true },
  partition: "aws-cn",
  accountId: "111122223333",
  runId: "run-7",
};

function toAnswer(members: string): string {
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>${members}</Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

const complete = toAnswer(
  "<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2026-11-21T13:00:00Z</Expiration>",
);

async function askFor(asked: RoleSession, answer: string) {
  await using wire = await startWire(answerWith(200, answer, { "content-type": "text/xml" }));
  const sts = new STSClient(toClientConfig(wire.transport, "cn-north-1", credentials));
  const identity = await openRoleCredentials(sts, wire.transport, asked, () => new Date(0))();
  return { identity, form: new URLSearchParams(wire.bodies[0]) };
}

test("the request names the role, the run and the external id, and narrows the session", async () => {
  const { identity, form } = await askFor(session, complete);
  assert.deepEqual(Object.fromEntries(form), {
    Action: "AssumeRole",
    Version: "2011-06-15",
    RoleArn: "arn:aws-cn:iam::111122223333:role/security/RingfenceReader",
    RoleSessionName: "ringfence-run-7",
    DurationSeconds: "3600",
    ExternalId: "shared-secret",
    Policy: JSON.stringify(toSessionPolicy("aws-cn", "111122223333")),
  });
  assert.deepEqual(identity, {
    accessKeyId: "ASIA1",
    secretAccessKey: "s",
    sessionToken: "t",
    expiration: new Date("2026-11-21T13:00:00Z"),
  });
});

test("what is not configured is not sent", async () => {
  const { form } = await askFor(
    { ...session, role: { name: "RingfenceReader", sessionPolicy: false } },
    complete,
  );
  assert.equal(form.has("ExternalId"), false);
  assert.equal(form.has("Policy"), false);
});

for (const [name, answer] of [
  ["without a token", toAnswer("<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s</SecretAccessKey>")],
  ["that is a web page", "<html>log in</html>"],
  ["that is empty", ""],
] as const)
  test(`an answer ${name} is malformed`, async () => {
    await assert.rejects(askFor(session, answer), { name: "MalformedAnswer" });
  });
