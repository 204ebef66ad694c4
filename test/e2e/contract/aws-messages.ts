// What the scanner relies on to be told and to tell: SNS, Step Functions, Secrets Manager, Parameter Store, EKS.

import { DescribeAddonCommand, DescribeClusterCommand, ListClustersCommand } from "@aws-sdk/client-eks";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { StartExecutionCommand } from "@aws-sdk/client-sfn";
import { GetTopicAttributesCommand, PublishCommand, type PublishCommandInput } from "@aws-sdk/client-sns";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { HOME } from "../../emulator/aws-world.ts";
import { readPages, refusalOf } from "./aws-answers.ts";
import { type AwsApi, type AwsContract, WEBHOOK } from "./aws-api.ts";

function publish({ own, topicArn }: AwsApi, more: Partial<PublishCommandInput> = {}) {
  return own.sns.send(
    new PublishCommand({ TopicArn: topicArn, Subject: "subject", Message: "message", ...more }),
  );
}

export const SNS: readonly AwsContract[] = [
  {
    title: "a message that was taken has an id",
    observe: async (api) => /^[\da-f-]{36}$/.test((await publish(api)).MessageId ?? ""),
    expected: true,
  },
  {
    title: "a topic that is not there",
    observe: async (api) => refusalOf(publish(api, { TopicArn: api.topicArn.replace(/[^:]*$/, "nobody") })),
    expected: ["NotFoundException", 404],
  },
  {
    title: "a subject of more than 100 characters",
    observe: (api) => refusalOf(publish(api, { Subject: "x".repeat(101) })),
    expected: ["InvalidParameterException", 400],
  },
  {
    title: "a message of more than 256 KiB",
    observe: (api) => refusalOf(publish(api, { Message: "x".repeat(262_145) })),
    expected: ["InvalidParameterException", 400],
  },
  {
    title: "a topic's attributes name it, and count its subscriptions",
    observe: async ({ own, topicArn }) => {
      const { Attributes = {} } = await own.sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
      const counts = [Attributes["SubscriptionsConfirmed"], Attributes["SubscriptionsPending"]];
      return Attributes["TopicArn"] === topicArn && counts.every((count) => /^\d+$/.test(count ?? ""));
    },
    expected: true,
  },
];

function start(api: AwsApi, name: string, input: object, stateMachineArn = api.stateMachineArn) {
  const { stepFunctions } = api.as(api.keysOf("start"));
  return stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }),
  );
}

export const STEP_FUNCTIONS: readonly AwsContract[] = [
  {
    title: "an execution's ARN ends in the name that it was given",
    observe: async (api) => api.named((await start(api, "run-1", { runId: "run-1" })).executionArn),
    expected: `arn:aws:states:${HOME}:<hub>:execution:ringfence-prod:run-1`,
  },
  {
    title: "a name that was taken with another input is refused",
    observe: (api) => refusalOf(start(api, "run-1", { runId: "another" })),
    expected: ["ExecutionAlreadyExists", 400],
  },
];

export const SECRETS: readonly AwsContract[] = [
  {
    title: "a secret of Secrets Manager, and one that is not there",
    observe: async ({ own, secretArn }) => [
      (await own.secretsManager.send(new GetSecretValueCommand({ SecretId: secretArn }))).SecretString,
      await refusalOf(own.secretsManager.send(new GetSecretValueCommand({ SecretId: "nothing" }))),
    ],
    expected: [WEBHOOK, ["ResourceNotFoundException", 400]],
    otherwise: {
      server: "moto",
      expected: [WEBHOOK, ["ResourceNotFoundException", 404]],
      because: "it has its own status for this; the API reference says 400",
    },
  },
  {
    title: "a SecureString of Parameter Store, and one that is not there",
    observe: async ({ own }) => {
      const get = (Name: string) => own.ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
      return [(await get("/ringfence/slack")).Parameter?.Value, await refusalOf(get("/nothing"))];
    },
    expected: [WEBHOOK, ["ParameterNotFound", 400]],
  },
];

async function enter(api: AwsApi) {
  const { sts } = api.as(api.keysOf("scan"));
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: `arn:aws:iam::${api.member}:role/RingfenceReader`,
      RoleSessionName: "contract",
      ExternalId: api.externalId,
    }),
  );
  return api.as({
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  }).eks;
}

export const EKS: readonly AwsContract[] = [
  {
    title: "the names of an account's clusters, page by page",
    observe: async (api) => {
      const eks = await enter(api);
      const pages = await readPages(
        (nextToken) => eks.send(new ListClustersCommand({ maxResults: 2, nextToken })),
        ({ nextToken }) => nextToken,
      );
      return [
        pages.map(({ clusters = [] }) => clusters.length),
        pages.flatMap(({ clusters = [] }) => clusters).toSorted(),
      ];
    },
    expected: [
      [2, 1],
      ["first", "second", "third"],
    ],
  },
  {
    title: "a cluster says its ARN, its state, where it is reached and by whose certificate",
    observe: async (api) => {
      const { cluster } = await (await enter(api)).send(new DescribeClusterCommand({ name: "first" }));
      return api.named([
        cluster?.arn,
        cluster?.status,
        cluster?.endpoint?.startsWith("https://"),
        typeof cluster?.certificateAuthority?.data,
      ]);
    },
    expected: [`arn:aws:eks:${HOME}:<member>:cluster/first`, "ACTIVE", true, "string"],
  },
  {
    title: "a cluster that is not there",
    observe: async (api) =>
      refusalOf((await enter(api)).send(new DescribeClusterCommand({ name: "absent" }))),
    expected: ["ResourceNotFoundException", 404],
  },
  {
    title: "an add-on that is not there",
    observe: async (api) =>
      refusalOf(
        (await enter(api)).send(new DescribeAddonCommand({ clusterName: "first", addonName: "vpc-cni" })),
      ),
    expected: ["ResourceNotFoundException", 404],
    otherwise: {
      server: "moto",
      expected: ["SyntaxError", 404],
      because: "it has no add-ons, and answers a page of HTML",
    },
  },
];
