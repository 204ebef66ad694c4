// Doctor's rows about where findings go and are remembered: Security Hub, the state, and what a deployment may run at
// once. Publishes nothing and writes nothing, and so cannot say that publishing will be taken.

import type { Observed, Unseen } from "../model/observed.ts";
import {
  fail,
  notAsked,
  NOWHERE,
  pass,
  toRightsFix,
  unanswered,
  type CheckRow,
  type CheckScope,
  type Fix,
} from "../model/preflight.ts";
import type { Observe } from "../scan/observe.ts";
import type { AccountCloud, ObjectStore } from "../scan/sources.ts";

export interface Destinations {
  /** null: findings are not sent to Security Hub. */
  readonly hub: { readonly homeRegion: string | null } | null;
  readonly topicArns: readonly string[];
  readonly hasSlack: boolean;
  readonly state: {
    readonly kind: "bucket" | "folder";
    readonly name: string;
    readonly open: () => Promise<ObjectStore>;
  } | null;
}

/** `not-attempted`: Security Hub CSPM is off there. */
export type AskHub = (account: AccountCloud, region: string) => Promise<Observed<unknown>>;

export interface HubPlace {
  readonly account: AccountCloud;
  readonly region: string;
}

const HUB_RIGHTS =
  "Allow securityhub:GetFindings and securityhub:BatchImportFindings, as deploy/member-role.yaml and deploy/operator-policy.yaml do.";

/** `places`: where there are clusters. Findings about the rest go to `own`, the scanner's own hub. */
export async function checkHubs(
  places: readonly HubPlace[],
  own: HubPlace | null,
  { hub }: Destinations,
  ask: AskHub,
): Promise<readonly CheckRow[]> {
  if (hub === null)
    return [notAsked("security-hub", NOWHERE, "off: the configuration has no publish.securityHub.enabled")];
  const ownAnswer = own === null ? null : await ask(own.account, own.region);
  const isOwnOn = ownAnswer?.seen === true;
  const rows = await Promise.all(
    places.map(async (place) => toMemberRow(place, await ask(place.account, place.region), isOwnOn)),
  );
  return own === null || ownAnswer === null ? rows : [toOwnRow(own, ownAnswer), ...rows];
}

function toOwnRow({ account, region }: HubPlace, answer: Observed<unknown>): CheckRow {
  const scope = { account: account.accountId, region, cluster: null };
  if (answer.seen)
    return pass("security-hub", scope, "the scanner's own hub is on and readable; imports are not tried");
  if (answer.why !== "not-attempted")
    return unanswered("security-hub", scope, answer, toRightsFix(answer, HUB_RIGHTS));
  return fail("security-hub", scope, "Security Hub is off in the scanner's own account", {
    fix: "Switch it on: it takes what is about accounts that cannot be entered, and about accounts without a hub.",
    commands: [`aws securityhub enable-security-hub --no-enable-default-standards --region ${region}`],
  });
}

function toMemberRow({ account, region }: HubPlace, answer: Observed<unknown>, isOwnOn: boolean): CheckRow {
  const scope: CheckScope = { account: account.accountId, region, cluster: null };
  if (answer.seen) return pass("security-hub", scope, "the hub is on and readable; imports are not tried");
  if (answer.why !== "not-attempted")
    return unanswered("security-hub", scope, answer, toRightsFix(answer, HUB_RIGHTS));
  if (isOwnOn) return pass("security-hub", scope, "off here: the findings go to the scanner's own hub");
  return fail("security-hub", scope, "Security Hub is off here, and the scanner's own hub cannot take over", {
    fix: "Switch on Security Hub here, or in the scanner's own account and Region.",
    commands: [`aws securityhub enable-security-hub --no-enable-default-standards --region ${region}`],
  });
}

export async function checkState({ state }: Destinations, observe: Observe): Promise<CheckRow> {
  if (state === null) return notAsked("state", NOWHERE, "none: findings are not remembered between runs");
  // No key starts so: the question costs one page.
  const answer = await observe(async () => (await state.open()).listObjects("doctor/"));
  if (answer.seen) return pass("state", NOWHERE, `${state.name} can be read; writing is not tried`);
  return unanswered("state", NOWHERE, answer, toStateFix(state, answer));
}

function toStateFix({ name, kind }: NonNullable<Destinations["state"]>, answer: Unseen): Fix {
  if (kind === "folder")
    return { fix: `Make ${name} a folder that can be read and written, or name another one.` };
  const rights = `Allow s3:ListBucket, s3:GetObject and s3:PutObject on ${name} (deploy/operator-policy.yaml), or correct the configuration.`;
  return toRightsFix(answer, rights);
}

/** MaxConcurrency of ScanChunks in deploy/state-machine.asl.json. */
export const SCANS_AT_ONCE = 120;

/** `getConcurrency` null: this is no deployment's account, as far as the caller said. */
export async function checkLambda(
  getConcurrency: (() => Promise<{ readonly total: number; readonly unreserved: number }>) | null,
  observe: Observe,
): Promise<CheckRow> {
  if (getConcurrency === null)
    return notAsked("lambda", NOWHERE, "only a deployment needs it", "Ask with --deployment.");
  const answer = await observe(getConcurrency);
  if (!answer.seen)
    return unanswered(
      "lambda",
      NOWHERE,
      answer,
      toRightsFix(answer, "Allow lambda:GetAccountSettings (deploy/operator-policy.yaml)."),
    );
  const { total, unreserved } = answer.value;
  const detail = `${unreserved} of ${total} functions may run at once here`;
  if (unreserved >= SCANS_AT_ONCE)
    return pass("lambda", NOWHERE, `${detail}; a run uses up to ${SCANS_AT_ONCE}`);
  return fail("lambda", NOWHERE, `${detail}, and a run starts up to ${SCANS_AT_ONCE}`, {
    fix: "Ask for a higher quota: what Lambda refuses is repeated, and a run gets slower or misses clusters.",
    // Service Quotas, AWS Lambda, "Concurrent executions".
    commands: [
      "aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000",
    ],
  });
}
