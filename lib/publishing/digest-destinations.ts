// Who is told of a run: the topics and webhooks of the configuration, each with the digest of its part of the
// findings. Wires; when a digest is due is for lib/scan/digest-outbox.ts to say.

import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Configuration } from "../config/config.ts";
import {
  openRouteFilter,
  toRoutedRun,
  toRouteFilter,
  type Route,
  type RouteFilter,
} from "./digest-routes.ts";
import { toScopeText } from "../model/blind-spots.ts";
import type { Finding } from "../model/finding.ts";
import type { ClusterReport } from "../model/report.ts";
import type { Destination } from "../scan/digest-outbox.ts";
import type { ScanContext } from "../scan/scan-cluster.ts";
import type { SecretPlace, Topic } from "../scan/sources.ts";
import { isNews, type Digest, type DigestContext } from "../sinks/digest.ts";
import { openDigestDraft, type DigestDraft, type DigestRun } from "../sinks/digest-draft.ts";
import type { Unpublished } from "../sinks/digest-lists.ts";
import { deliverToSlack } from "../sinks/slack.ts";
import { toSlackMessage } from "../sinks/slack-blocks.ts";
import { toSnsMessage, type SnsFormat } from "../sinks/sns.ts";

type Publish = Configuration["publish"];

/** What telling asks of the process. */
export interface DigestPort {
  readonly openTopic: (topicArn: string) => Promise<Topic>;
  /** The text of a secret; never for a log. */
  readonly readSecret: (place: SecretPlace) => Promise<string>;
  readonly context: Pick<ScanContext, "observe" | "requestTimeoutMs">;
}

/** A part of a run: one cluster with its findings, or what is about no cluster, or all of it. */
export interface DigestPart {
  readonly clusters: Iterable<ClusterReport>;
  readonly findings: Iterable<Finding>;
  /** Of these findings. */
  readonly unpublished: readonly Unpublished[];
}

/** Every digest of a run in the making: the whole one, and one for each route. */
export interface DigestDrafts {
  /** In any order of clusters. */
  add(part: DigestPart): void;
  toDestinations(run: DigestRun, context: DigestContext, port: DigestPort): readonly Destination[];
}

/** `unitPaths`: organizational units by account id, as far as the organization told them; `today` as 2027-01-31. */
export function openDrafts(
  publish: Publish,
  unitPaths: ReadonlyMap<string, string>,
  today: string,
): DigestDrafts {
  const whole = openDigestDraft(today);
  const routed = publish.routes.map((route) => ({
    route,
    draft: openDigestDraft(today),
    filter: openRouteFilter(route, unitPaths),
  }));
  return {
    add(part) {
      if (tellsAnybody(publish)) addPart(part, whole, routed);
    },
    toDestinations(run, context, port) {
      const toAll = toTargets(publish, { run, digest: whole.close(run, context), filter: "" }, port);
      const toSome = routed.flatMap(({ route, draft, filter }) => {
        const part = toRoutedRun(run, filter);
        const digest = draft.close(part, { ...context, securityHub: null });
        return toTargets(route, { run: part, digest, filter: toFilterKey(route) }, port);
      });
      // A route that says the same as the whole, or as another, tells nobody twice.
      return [
        ...new Map([...toAll, ...toSome].map((destination) => [destination.key, destination])).values(),
      ];
    },
  };
}

interface RoutedDraft {
  readonly draft: DigestDraft;
  readonly filter: RouteFilter;
}

function addPart(
  { clusters, findings, unpublished }: DigestPart,
  whole: DigestDraft,
  routed: readonly RoutedDraft[],
): void {
  const refused = new Map(unpublished.map((one) => [one.id, one]));
  for (const one of unpublished) whole.addUnpublished(one);
  for (const cluster of clusters) {
    whole.addCluster(cluster);
    for (const { draft, filter } of routed) if (filter.takesCluster(cluster)) draft.addCluster(cluster);
  }
  for (const finding of findings) {
    whole.addFinding(finding);
    const problem = refused.get(finding.id);
    for (const { draft, filter } of routed) {
      if (!filter.takesFinding(finding)) continue;
      draft.addFinding(finding);
      if (problem !== undefined) draft.addUnpublished(problem);
    }
  }
}

function tellsAnybody({ sns, slack, routes }: Publish): boolean {
  return sns !== undefined || slack !== undefined || routes.length > 0;
}

interface Telling {
  readonly run: DigestRun;
  readonly digest: Digest;
  /** "" for everything. */
  readonly filter: string;
}

function toTargets(
  { sns, slack }: Pick<Publish, "sns" | "slack">,
  telling: Telling,
  port: DigestPort,
): Destination[] {
  return [
    ...(sns === undefined ? [] : [toTopicDestination(sns.topicArn, sns.format, telling, port)]),
    ...(slack === undefined ? [] : [toSlackDestination(toSecretPlace(slack), telling, port)]),
  ];
}

function toTopicDestination(
  topicArn: string,
  format: SnsFormat,
  { filter, ...telling }: Telling,
  { openTopic, context: { observe } }: DigestPort,
): Destination {
  return {
    ...toCommon(telling),
    key: `sns:${topicArn}:${format}${filter}`,
    name: filter === "" ? "SNS" : `SNS (${topicArn.slice(topicArn.lastIndexOf(":") + 1)})`,
    toMessage: () => {
      const { subject, body, attributes } = toSnsMessage(telling.digest, format);
      return { subject, body, attributes: Object.fromEntries(Object.entries(attributes).map(toMutable)) };
    },
    send: (message) => observe(async () => (await openTopic(topicArn)).publish(message)),
  };
}

function toMutable([name, value]: [string, string | readonly string[]]): [string, string | string[]] {
  return [name, typeof value === "string" ? value : [...value]];
}

type Slack = NonNullable<Publish["slack"]>;

/** The schema lets exactly one of them through. */
function toSecretPlace({ secretArn, parameterName }: Slack): SecretPlace {
  if (secretArn !== undefined) return { secretArn };
  if (parameterName !== undefined) return { parameterName };
  throw new TypeError("a Slack destination without the place of its secret");
}

function toSlackDestination(
  place: SecretPlace,
  { filter, ...telling }: Telling,
  { readSecret, context: { observe, requestTimeoutMs } }: DigestPort,
): Destination {
  return {
    ...toCommon(telling),
    key: `slack:${"secretArn" in place ? place.secretArn : place.parameterName}${filter}`,
    name: "Slack",
    toMessage: () => ({ subject: "", body: toSlackMessage(telling.digest), attributes: {} }),
    async send({ body }) {
      const url = await observe(() => readSecret(place));
      if (!url.seen) return url;
      return deliverToSlack(url.value, body, { fetch, sleep, timeoutMs: requestTimeoutMs });
    },
  };
}

function toCommon({
  run,
  digest,
}: Omit<Telling, "filter">): Pick<Destination, "digestId" | "isNews" | "blindSpots" | "lookedAt"> {
  const dark = digest.blindSpots.map(
    ({ scope, outcome, why }) => [toHash(scope), toHash(`${outcome} ${why}`)] as const,
  );
  // What such a run leaves out it names as skipped.
  const reached = run.coverage.filter(({ outcome }) => outcome !== "skipped");
  const lookedAt = run.isWhole ? null : new Set(reached.map((entry) => toHash(toScopeText(entry))));
  return { digestId: digest.id, isNews: isNews(digest), blindSpots: new Map(dark), lookedAt };
}

function toFilterKey(route: Route): string {
  return `:${toHash(JSON.stringify(toRouteFilter(route)))}`;
}

function toHash(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex").slice(0, 16);
}
