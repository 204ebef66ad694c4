// Which real hosts are called: regional STS, the partition's names, and nothing else. No packet leaves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AccountClient, ListRegionsCommand } from "@aws-sdk/client-account";
import { EKSClient, ListClustersCommand } from "@aws-sdk/client-eks";
import { ListRootsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { FinalizeRequestMiddleware, Pluggable } from "@smithy/types";
import { openTransport, toClientConfig } from "../../lib/aws/clients.ts";
import { credentials } from "./wire-server.ts";

const transport = openTransport({ requestTimeoutMs: 1_000, endpointUrl: undefined, maxAttempts: 1 });

/** Carries the host out of the SDK before anything is sent. */
class Stopped extends Error {
  readonly host: string;

  constructor(host: string) {
    super("stopped");
    this.host = host;
  }
}

async function hostOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Stopped) return error.host;
    throw error;
  }
  return assert.fail("it was sent");
}

function stopBeforeSending<I extends object, O extends object>(): Pluggable<I, O> {
  const stop: FinalizeRequestMiddleware<I, O> =
    () =>
    ({ request }) => {
      assert.ok(typeof request === "object" && request !== null && "hostname" in request);
      throw new Stopped(String(request.hostname));
    };
  return {
    applyToStack: (stack) => stack.add(stop, { step: "finalizeRequest", priority: "low", name: "stop" }),
  };
}

function callSts(region: string): Promise<unknown> {
  const client = new STSClient(toClientConfig(transport, region, credentials));
  client.middlewareStack.use(stopBeforeSending());
  return client.send(new GetCallerIdentityCommand({}));
}

function callEks(region: string): Promise<unknown> {
  const client = new EKSClient(toClientConfig(transport, region, credentials));
  client.middlewareStack.use(stopBeforeSending());
  return client.send(new ListClustersCommand({}));
}

function callOrganizations(region: string): Promise<unknown> {
  const client = new OrganizationsClient(toClientConfig(transport, region, credentials));
  client.middlewareStack.use(stopBeforeSending());
  return client.send(new ListRootsCommand({}));
}

function callAccount(region: string): Promise<unknown> {
  const client = new AccountClient(toClientConfig(transport, region, credentials));
  client.middlewareStack.use(stopBeforeSending());
  return client.send(new ListRegionsCommand({}));
}

const CALLS: readonly [string, (region: string) => Promise<unknown>, string, string][] = [
  ["STS", callSts, "us-east-1", "sts.us-east-1.amazonaws.com"],
  ["STS", callSts, "eu-central-1", "sts.eu-central-1.amazonaws.com"],
  ["STS", callSts, "ap-east-1", "sts.ap-east-1.amazonaws.com"],
  ["STS", callSts, "cn-north-1", "sts.cn-north-1.amazonaws.com.cn"],
  ["STS", callSts, "us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"],
  ["EKS", callEks, "eu-central-1", "eks.eu-central-1.amazonaws.com"],
  ["EKS", callEks, "cn-north-1", "eks.cn-north-1.amazonaws.com.cn"],
  ["Organizations", callOrganizations, "eu-central-1", "organizations.us-east-1.amazonaws.com"],
  ["Organizations", callOrganizations, "cn-north-1", "organizations.cn-northwest-1.amazonaws.com.cn"],
  ["Account Management", callAccount, "eu-central-1", "account.us-east-1.amazonaws.com"],
];

for (const [service, call, region, host] of CALLS)
  test(`${service} from ${region} is ${host}`, async () => {
    assert.equal(await hostOf(() => call(region)), host);
  });
