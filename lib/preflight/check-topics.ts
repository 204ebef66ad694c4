// Doctor's rows about those who are told: the topics of the digest and of a deployment's alarms, and whether anybody
// listens to them. Publishes nothing, and so cannot say that a message will be taken.

import { count } from "../model/counts.ts";
import type { Observed } from "../model/observed.ts";
import { fail, notAsked, NOWHERE, pass, toRightsFix, unanswered, type CheckRow } from "../model/preflight.ts";
import type { Observe } from "../scan/observe.ts";
import type { Destinations } from "./check-destinations.ts";

export interface Subscriptions {
  readonly confirmed: number;
  readonly pending: number;
}

export type GetSubscriptions = (topicArn: string) => Promise<Subscriptions>;

export async function checkTopics(
  { topicArns, hasSlack }: Pick<Destinations, "topicArns" | "hasSlack">,
  getSubscriptions: GetSubscriptions,
  observe: Observe,
): Promise<readonly CheckRow[]> {
  const topics = await Promise.all(
    topicArns.map(async (arn) => toTopicRow(DIGEST, arn, await observe(() => getSubscriptions(arn)))),
  );
  const slack = "the webhook can only be tried by posting to it; a scan with --publish does";
  return [
    ...(topics.length === 0 ? [notAsked("sns", NOWHERE, "the configuration names no topic")] : topics),
    ...(hasSlack ? [notAsked("slack", NOWHERE, slack)] : []),
  ];
}

/** `findTopic` null: this is no deployment's account, as far as the caller said. */
export async function checkAlarms(
  findTopic: (() => Promise<string>) | null,
  getSubscriptions: GetSubscriptions,
  observe: Observe,
): Promise<readonly CheckRow[]> {
  if (findTopic === null) return [];
  const found = await observe(findTopic);
  // Who calls is a row of its own.
  if (!found.seen) return [];
  const arn = found.value;
  return [toTopicRow(ALARMS, arn, await observe(() => getSubscriptions(arn)))];
}

interface Purpose {
  readonly noun: string;
  readonly unheard: string;
  readonly whenGone: string;
  readonly rights: string;
}

const DIGEST: Purpose = {
  noun: "digest",
  unheard: "no digest of a run reaches anybody",
  whenGone: "Correct topicArn in the configuration, or create the topic.",
  rights: "Allow sns:GetTopicAttributes and sns:Publish on the topic (deploy/operator-policy.yaml).",
};

const ALARMS: Purpose = {
  noun: "alarms",
  unheard: "nobody hears of a scanner that is silent, or that misses clusters",
  whenGone:
    "Name the deployment, as <service>-<stage>: --deployment NAME, with the account and Region that it runs in.",
  rights:
    "Allow sns:GetTopicAttributes on the topic (DeploymentName of deploy/operator-policy.yaml), or name the deployment: --deployment NAME.",
};

function toTopicRow(
  { noun, unheard, whenGone, rights }: Purpose,
  arn: string,
  answer: Observed<Subscriptions>,
): CheckRow {
  if (!answer.seen && answer.why === "incomplete")
    return fail("sns", NOWHERE, `${noun}: there is no topic ${arn}`, { fix: whenGone });
  if (!answer.seen)
    return unanswered(
      "sns",
      NOWHERE,
      { ...answer, detail: `${noun}: ${arn}: ${answer.detail}` },
      toRightsFix(answer, rights),
    );
  const { confirmed, pending } = answer.value;
  if (confirmed > 0)
    return pass(
      "sns",
      NOWHERE,
      `${noun}: ${arn} has ${count(confirmed, "subscriber")}; publishing is not tried`,
    );
  const waiting = pending === 0 ? "" : ` (${count(pending, "subscription")} not confirmed yet)`;
  return fail("sns", NOWHERE, `${noun}: nobody is subscribed to ${arn}${waiting}, so ${unheard}`, {
    fix:
      pending === 0
        ? "Subscribe whoever is to know."
        : "Whoever is to know has to confirm it: AWS sent a mail with a link, which is good for two days.",
    commands: [toSubscribe(arn)],
  });
}

/** SNS answers for a topic in the topic's own Region alone: arn:<partition>:sns:<region>:… */
function toSubscribe(arn: string): string {
  const region = arn.split(":")[3] ?? "";
  return `aws sns subscribe --topic-arn ${arn} --region ${region} --protocol email --notification-endpoint ADDRESS`;
}
