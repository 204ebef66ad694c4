// Every named world, and failures of each service, through the deployed functions, with Security Hub, SNS and Slack,
// and each spoke before: no log, answer, state, report, finding or message holds a secret that was ever issued.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { World, WorldFault } from "../../../emulator/world.ts";
import { worlds } from "../../../emulator/worlds/index.ts";
import { faultWorld } from "../faults/fault-world.ts";
import { findLeaks, startSlack } from "../nothing-leaked.ts";
import { packageTemplate, type Template } from "./deployment.ts";
import { inAccount, SCHEDULE, toParameters } from "./in-account.ts";
import { invokeSpoke } from "./invoke-spoke.ts";

const PARAMETER = "/ringfence/slack";
/** Worlds with what never answers end in seconds. */
const LIMITS = { RINGFENCE_REQUEST_TIMEOUT_MS: "2000", RINGFENCE_DEADLINE_SECONDS: "20" };

let template: Template;
before(() => {
  template = packageTemplate();
});

/** A scheduled run of everything; whatever leaves a function on the way is judged by `inAccount`. */
async function play(world: World, slackStatus?: number): Promise<{ readonly slackWasTold: boolean }> {
  const { accountId: account, region } = world.scanner;
  const spokes = world.accounts.filter(({ spokeRegions }) => spokeRegions.length > 0);
  const parameters = {
    ...toParameters(world),
    SlackParameterName: PARAMETER,
    SpokeAccounts: spokes.map(({ id }) => id).join(","),
  };
  using slack = await startSlack(slackStatus);
  await inAccount(
    template,
    world,
    parameters,
    async ({ cloud, deployment, start }) => {
      cloud.putParameter(PARAMETER, slack.webhook);
      const fromSpokes: string[] = [];
      for (const { id, spokeRegions } of spokes)
        for (const spokeRegion of spokeRegions)
          await invokeSpoke(world, cloud, deployment, { accountId: id, region: spokeRegion }, fromSpokes);
      const { states } = await start({ ...SCHEDULE, account, region });
      assert.ok(states.includes("Report"), "the run went on to its report");
      assert.deepEqual(findLeaks(cloud, [...fromSpokes, ...slack.bodies]), []);
    },
    { environment: LIMITS },
  );
  return { slackWasTold: slack.bodies.length > 0 };
}

for (const [name, create] of Object.entries(worlds))
  test(`${name}: no function shows a secret or writes to a cluster`, async () => {
    assert.deepEqual(await play(create()), { slackWasTold: true });
  });

const DENIED = { kind: "error", status: 403, code: "AccessDeniedException", message: "not allowed" } as const;
const GARBAGE = { kind: "garbage", body: "<html>no</html>", contentType: "text/html" } as const;
const FAULTS: readonly WorldFault[] = [
  { service: "sts", operation: "AssumeRole", answer: { kind: "expired" } },
  { service: "eks", operation: "DescribeCluster", answer: GARBAGE },
  { service: "kubernetes", operation: "/api/v1/pods", answer: { kind: "expired" } },
  { service: "kubernetes", operation: "/apis/networking.k8s.io", answer: GARBAGE },
  { service: "securityhub", operation: "BatchImportFindings", answer: { kind: "expired" } },
  { service: "ssm", operation: "GetParameter", answer: DENIED },
  { service: "sns", operation: "Publish", answer: GARBAGE },
  { service: "s3", operation: "GetObject", answer: DENIED },
];

for (const fault of FAULTS)
  test(`${fault.operation}, ${fault.answer.kind}: no function shows a secret or writes to a cluster`, async () => {
    await play(faultWorld([fault]));
  });

test("Slack that fails, and says which address was asked: no function tells the address", async () => {
  assert.deepEqual(await play(faultWorld([]), 500), { slackWasTold: true });
});
