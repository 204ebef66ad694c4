// One world with the packaged deployment in its scanner's account: functions can be invoked and runs started, as the
// services around them would. Whatever a test is about, no secret may leave a function and no cluster be written to.

import assert from "node:assert/strict";
import { crc32 } from "node:zlib";
import * as v from "valibot";
import { startCloud, type Cloud } from "../../../emulator/cloud.ts";
import type { World } from "../../../emulator/world.ts";
import { HUB_ACCOUNT, REGION } from "../../../emulator/worlds/scenarios/small-company.ts";
import { parseRun, type Run } from "../../../lib/events.ts";
import { ReportSchema } from "../../../lib/report/schema.ts";
import { toDeployment, type Deployment, type Parameters, type Template } from "./deployment.ts";
import { findLeaks, findWrites } from "../nothing-leaked.ts";
import { startLambdaService, type Surroundings } from "./lambda-service.ts";
import { runExecution, type Execution, type Invoke } from "./run-execution.ts";

export interface Account {
  readonly cloud: Cloud;
  readonly deployment: Deployment;
  readonly invoke: Invoke;
  /** What the functions logged. */
  readonly logs: readonly string[];
  /** Starts with the function `start`, as EventBridge would, and runs what it started. */
  readonly start: (event: unknown) => Promise<Execution & { readonly run: Run }>;
  readonly report: (run: Run) => v.InferOutput<typeof ReportSchema>;
  readonly lines: (key: string) => readonly unknown[];
}

/** Calls between the machine and the functions that a test changes. */
export type Intercept = (stage: string, event: unknown, invoke: () => Promise<unknown>) => Promise<unknown>;

export interface Behaviour extends Surroundings {
  readonly intercept?: Intercept;
  /** The engine that runs the state machine. */
  readonly execute?: typeof runExecution;
}

export async function inAccount(
  template: Template,
  chosen: World,
  parameters: Parameters,
  run: (account: Account) => Promise<void>,
  { intercept = (_, __, invoke) => invoke(), execute = runExecution, ...surroundings }: Behaviour = {},
): Promise<void> {
  const cloud = await startCloud(chosen, { templateParameters: parameters });
  const deployment = toDeployment(template, chosen, parameters);
  using lambda = startLambdaService(deployment, cloud, surroundings);
  /** What the functions gave back, or failed with; Step Functions would show it to everybody with a console. */
  const answers: string[] = [];
  const keep = async (answer: Promise<unknown>): Promise<unknown> => {
    await answer.then(
      (result) => answers.push(JSON.stringify(result)),
      (error: unknown) => answers.push(String(error)),
    );
    return answer;
  };
  const invoke: Invoke = (arn, event) =>
    intercept(arn.slice(arn.lastIndexOf("-") + 1), event, () => keep(lambda.invoke(arn, event)));
  const text = (key: string) =>
    cloud.stores.objects.get(deployment.bucket)?.get(key)?.body.toString("utf8") ?? assert.fail(`no ${key}`);
  try {
    await run({
      cloud,
      deployment,
      invoke,
      logs: lambda.logs,
      start: async (event) => {
        const known = new Set(cloud.stores.executions.get(deployment.stateMachineArn)?.keys());
        await lambda.invoke(functionArn(deployment, "start"), event);
        const executions =
          cloud.stores.executions.get(deployment.stateMachineArn) ?? new Map<string, string>();
        const [input = assert.fail("nothing was started")] = [...executions]
          .filter(([name]) => !known.has(name))
          .map(([, started]) => started);
        const started = parseRun(JSON.parse(input));
        return { ...(await execute(deployment, cloud, started, invoke)), run: started };
      },
      report: ({ runId }) => v.parse(ReportSchema, JSON.parse(text(`runs/${runId}/report.json`))),
      lines: (key) =>
        text(key)
          .split("\n")
          .filter((line) => line !== "")
          .map((line): unknown => JSON.parse(line)),
    });
    assert.deepEqual(findLeaks(cloud, [...lambda.logs, ...answers]), []);
    assert.deepEqual(findWrites(cloud), []);
  } finally {
    await cloud.close();
  }
}

export function toChecksum(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return bytes.toString("base64");
}

export function functionArn({ functions }: Deployment, stage: string): string {
  for (const { arn, name } of functions.values()) if (name.endsWith(`-${stage}`)) return arn;
  return assert.fail(`no function ${stage}`);
}

/** What an operator of this world would give: its organization and external id. */
export function toParameters({ organization, scanner }: World): Parameters {
  return { OrganizationId: organization?.id ?? "", ExternalId: scanner.externalId ?? "" };
}

export const SCHEDULE = {
  source: "aws.scheduler",
  "detail-type": "Scheduled Event",
  account: HUB_ACCOUNT,
  region: REGION,
  time: "2026-11-21T05:00:00Z",
  resources: [],
  detail: {},
};
