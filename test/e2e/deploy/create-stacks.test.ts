// What CloudFormation would make of our templates, asked of an implementation that nobody here wrote: moto creates the
// packaged stack and the members' stacks, and has of each resource what our own reading of the template says.

import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { packageStack } from "./deployment.ts";
import { findMotoProblem } from "./run-in-moto.ts";
import {
  type CreatedStack,
  createStacks,
  EVERYTHING,
  HUB,
  inMotosWords,
  LEAST,
  REGION,
  type StackJob,
  toHubJob,
  toMemberJobs,
  without,
} from "./stack-jobs.ts";
import { listWanted } from "./wanted-resources.ts";

const problem = findMotoProblem();
const skip = problem === null ? false : `SKIPPED: no stack was created, because ${problem}`;
if (skip !== false) console.warn(skip);

/** moto 5.2.1 leaves these out without an error: "No Moto CloudFormation support". */
const NOT_MADE: readonly string[] = [
  "AWS::CloudWatch::Alarm",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::Subscription",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
  "AWS::Scheduler::Schedule",
  "AWS::SecurityHub::Insight",
];

/** With any one of these in it, moto refuses the whole template, so they are taken out before. */
const TAKEN_OUT: Readonly<Record<string, { readonly because: string; readonly error: RegExp }>> = {
  Dashboard: {
    because: "it names alarms, which moto does not make",
    error: /Fn::GetAtt references undefined resource SilenceAlarm/,
  },
  ForwardedEksCallRule: {
    because: "moto takes an event bus of the same stack for its name",
    error: /'EventBus' object has no attribute 'split'/,
  },
  ForwardedEksAddonRule: {
    because: "moto takes an event bus of the same stack for its name",
    error: /'EventBus' object has no attribute 'split'/,
  },
};

/** Properties that moto's CloudFormation takes and forgets, by type. */
const NOT_KEPT: Readonly<Record<string, readonly string[]>> = {
  "AWS::Events::EventBus": ["Policy"],
  "AWS::KMS::Key": ["Description", "EnableKeyRotation", "KeyPolicy"],
  "AWS::Lambda::Function": ["Architectures", "DeadLetterConfig", "Tags"],
  "AWS::S3::Bucket": [
    "LifecycleConfiguration",
    "OwnershipControls",
    "PublicAccessBlockConfiguration",
    "VersioningConfiguration",
  ],
};

interface Created {
  readonly job: StackJob;
  readonly stack: CreatedStack;
}

describe("stacks in moto", { skip }, () => {
  let created: readonly Created[];
  /** The hub's template with one of what is taken out left in. */
  let refused: readonly Created[];

  before(() => {
    const { first, whole } = packageStack();
    const hub = inMotosWords(whole);
    const withheld = Object.keys(TAKEN_OUT);
    const possible = without(hub, withheld);
    const jobs = [
      toHubJob(first, possible, HUB, EVERYTHING),
      toHubJob(first, possible, "222222222222", LEAST),
      ...toMemberJobs(),
    ];
    const attempts = withheld.map((logicalId, index) => {
      const others = withheld.filter((other) => other !== logicalId);
      return toHubJob(first, without(hub, others), `90000000000${index}`, EVERYTHING);
    });
    const stacks = createStacks([...jobs, ...attempts]);
    const all = [...jobs, ...attempts].map((job, index) => ({
      job,
      stack: stacks[index] ?? assert.fail(job.name),
    }));
    created = all.slice(0, jobs.length);
    refused = all.slice(jobs.length);
  });

  test("every stack is complete, and lacks exactly what moto cannot make", (context) => {
    const lacking = new Map<string, string[]>();
    for (const { job, stack } of created) {
      assert.equal(stack.error, null, job.name);
      const wanted = listWanted(job, stack);
      for (const { logicalId, type } of wanted)
        if (stack.resources[logicalId]?.type !== type)
          lacking.set(type, [...(lacking.get(type) ?? []), `${job.name}/${logicalId}`]);
      const names = new Set(wanted.map(({ logicalId }) => logicalId));
      assert.deepEqual(
        Object.keys(stack.resources).filter((logicalId) => !names.has(logicalId)),
        [],
        `${job.name} of ${job.account}: made without being wanted`,
      );
    }
    for (const [type, names] of lacking) context.diagnostic(`NOT CREATED, ${type}: ${names.join(", ")}`);
    assert.deepEqual([...lacking.keys()].toSorted(), NOT_MADE);
  });

  test("what is taken out of the hub's template is what moto refuses", (context) => {
    for (const [index, [logicalId, { because, error }]] of Object.entries(TAKEN_OUT).entries()) {
      context.diagnostic(`TAKEN OUT, ${logicalId}: ${because}`);
      assert.match(refused[index]?.stack.error ?? "it was created", error, logicalId);
    }
  });

  test("what moto has of each resource is what the template says", (context) => {
    const lost = new Map<string, Set<string>>();
    let compared = 0;
    for (const { job, stack } of created)
      for (const { logicalId, type, properties } of listWanted(job, stack)) {
        const actual = stack.resources[logicalId]?.properties;
        if (actual === undefined) continue;
        for (const [property, expected] of Object.entries(properties())) {
          const mayDiffer = NOT_KEPT[type]?.includes(property) === true;
          if (mayDiffer && !isDeepStrictEqual(actual[property], expected)) {
            lost.set(type, (lost.get(type) ?? new Set()).add(property));
            continue;
          }
          assert.deepEqual(actual[property], expected, `${job.name}/${logicalId}: ${property}`);
          compared += 1;
        }
      }
    context.diagnostic(`${compared} properties of resources compared`);
    assert.ok(compared > 250);
    const forgotten = [...lost].map(([type, names]) => [type, [...names].toSorted()] as const);
    assert.deepEqual(Object.fromEntries(forgotten), NOT_KEPT, "moto forgets these and no others");
  });

  test("the hub's outputs are what the members' templates are given", () => {
    const { outputs } = created[0]?.stack ?? assert.fail("no hub");
    assert.equal(outputs["BucketName"], `ringfence-prod-${HUB}-${REGION}`);
    assert.equal(outputs["StateMachineArn"], `arn:aws:states:${REGION}:${HUB}:stateMachine:ringfence-prod`);
    assert.equal(outputs["TopicArn"], `arn:aws:sns:${REGION}:${HUB}:ringfence-prod-findings`);
    assert.equal(outputs["EventBusArn"], `arn:aws:events:${REGION}:${HUB}:event-bus/ringfence-prod`);
    assert.match(outputs["KeyArn"] ?? "", /^arn:aws:kms:eu-west-1:123456789012:key\/[\da-f-]{36}$/);
  });
});
