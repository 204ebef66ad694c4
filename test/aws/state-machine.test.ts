// Starting an execution, over the wire.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openStateMachine } from "../../lib/aws/state-machine.ts";
import { credentials, startWire } from "./wire-server.ts";

const ARN = "arn:aws:states:eu-central-1:111122223333:stateMachine:ringfence-prod";

test("names the execution and hands it its input", async () => {
  await using wire = await startWire((request, response) => {
    assert.equal(request.headers["x-amz-target"], "AWSStepFunctions.StartExecution");
    response.setHeader("content-type", "application/x-amz-json-1.0");
    response.end(JSON.stringify({ executionArn: "arn:aws:states:::execution:a:b", startDate: 1 }));
  });
  const machine = openStateMachine(ARN, wire.transport, credentials);
  assert.equal(await machine.startExecution("run-1", { runId: "run-1" }), true);
  const [body = ""] = wire.bodies;
  assert.deepEqual(JSON.parse(body), { stateMachineArn: ARN, name: "run-1", input: '{"runId":"run-1"}' });
  assert.deepEqual(wire.transport.callCounts, { "states:StartExecution": 1 });
});

test("a name that is taken is false; every other refusal is thrown", async () => {
  const answers = ["ExecutionAlreadyExists", "AccessDeniedException"];
  await using wire = await startWire(
    (_, response) => {
      response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify({ __type: `com.amazonaws.states#${answers.shift()}`, message: "no" }));
    },
    { maxAttempts: 1 },
  );
  const machine = openStateMachine(ARN, wire.transport, credentials);
  assert.equal(await machine.startExecution("run-1", {}), false);
  await assert.rejects(machine.startExecution("run-1", {}), { name: "AccessDeniedException" });
});
