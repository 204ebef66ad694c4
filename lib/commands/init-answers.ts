// The answers of `ringfence init`, in the order of the questions: from the flags, from a person, or by default.

import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { AccountId, BucketName, ExternalId, Region, SecretArn, text, TopicArn } from "../config-values.ts";
import { UsageError } from "../model/usage-error.ts";
import type { InitAnswers } from "./init-files.ts";
import { check, openQuestions, type Ask, type Question } from "./init-questions.ts";

export interface InitFlags {
  readonly organizationId?: string;
  readonly accounts?: readonly string[];
  readonly thisAccount?: boolean;
  readonly externalId?: string;
  readonly regions?: readonly string[];
  /** undefined: not said. */
  readonly securityHub?: boolean;
  readonly topicArn?: string;
  readonly slackSecretArn?: string;
  readonly stateBucket?: string;
  readonly scannerAccount?: string;
  readonly region?: string;
  readonly stage?: string;
  readonly timeZone?: string;
  readonly alertEmail?: string;
}

const OrganizationId = text("the id of an organization, such as o-abcd123456", /^o-[a-z0-9]{10,32}$/);
const Stage = text("a short name of letters, digits and -", /^[a-zA-Z][a-zA-Z0-9-]{0,19}$/);
const TimeZone = text("a time zone by its name, such as Europe/Berlin", /^[A-Za-z0-9_+/-]+$/, 60);
const Email = text("an e-mail address", /^[^\s@'"]+@[^\s@'"]+$/);
const Yes = v.pipe(
  text("yes or no", /^(?:y|yes|n|no|true|false)$/i),
  v.transform((answer) => /^(?:y|yes|true)$/i.test(answer)),
);

export async function collectAnswers(flags: InitFlags, ask: Ask): Promise<InitAnswers> {
  refuseContradictions(flags);
  const scope = await collectScope(flags, ask);
  const question = openQuestions(ask);
  const isAlone = scope.kind === "this-account";
  const regions = await question(
    "Regions, separated by commas, or enabled",
    "enabled",
    flags.regions,
    RegionList,
  );
  const externalId = isAlone ? null : await askExternalId(flags, question);
  return {
    scope,
    externalId,
    regions,
    ...(await collectDestinations(flags, question)),
    deployment: isAlone ? NOT_DEPLOYED : await collectDeployment(flags, question),
  };
}

async function askExternalId({ externalId }: InitFlags, question: Question): Promise<string> {
  const byDefault = randomBytes(24).toString("hex");
  return question("External id that the roles ask for", byDefault, externalId, ExternalId);
}

async function collectDestinations(
  flags: InitFlags,
  question: Question,
): Promise<Pick<InitAnswers, "securityHub" | "topicArn" | "slackSecretArn" | "state">> {
  return {
    securityHub: await question("Send findings to Security Hub? yes or no", "no", flags.securityHub, Yes),
    topicArn: await question(
      "ARN of an SNS topic for the digest, or nothing",
      "",
      flags.topicArn,
      orNothing(TopicArn),
    ),
    slackSecretArn: await question(
      "ARN of the secret with a Slack webhook, or nothing",
      "",
      flags.slackSecretArn,
      orNothing(SecretArn),
    ),
    state: toState(
      await question(
        "S3 bucket that remembers findings, or nothing for a folder",
        "",
        flags.stateBucket,
        orNothing(BucketName),
      ),
    ),
  };
}

/** An account that scans itself does so from a terminal. */
const NOT_DEPLOYED: InitAnswers["deployment"] = {
  scannerAccount: null,
  region: "",
  stage: "",
  timeZone: "",
  alertEmail: null,
};

async function collectDeployment(flags: InitFlags, question: Question): Promise<InitAnswers["deployment"]> {
  return {
    scannerAccount: await question(
      "Id of the account that scans, or nothing",
      "",
      flags.scannerAccount,
      orNothing(AccountId),
    ),
    region: await question("Region that it runs in", "eu-central-1", flags.region, Region),
    stage: await question("Name of the deployment", "prod", flags.stage, Stage),
    timeZone: await question("Time zone of the daily run", "UTC", flags.timeZone, TimeZone),
    alertEmail: await question("E-mail for alarms, or nothing", "", flags.alertEmail, orNothing(Email)),
  };
}

const RegionList = v.pipe(
  v.string(),
  v.transform((answer) => (answer === "enabled" ? [] : toItems(answer))),
  v.array(Region),
);
const AccountIds = v.pipe(
  v.string(),
  v.transform(toItems),
  v.array(AccountId),
  v.minLength(1, "at least one account id"),
);

function toItems(answer: string): string[] {
  return answer.split(",").map((item) => item.trim());
}

function orNothing<const S extends v.GenericSchema<string, string>>(schema: S) {
  return v.union([
    v.pipe(
      v.literal(""),
      v.transform(() => null),
    ),
    schema,
  ]);
}

function toState(bucket: string | null): InitAnswers["state"] {
  return bucket === null ? { folder: ".ringfence" } : { bucket };
}

function refuseContradictions({ organizationId, accounts, thisAccount }: InitFlags): void {
  if (thisAccount !== true || (organizationId === undefined && accounts === undefined)) return;
  throw new UsageError("--this-account is a scope of its own: leave out --organization-id and --accounts.");
}

async function collectScope(flags: InitFlags, ask: Ask): Promise<InitAnswers["scope"]> {
  const { accounts, thisAccount } = flags;
  if (thisAccount === true) return { kind: "this-account" };
  const organizationId =
    flags.organizationId === undefined
      ? null
      : check("--organization-id", flags.organizationId, OrganizationId);
  if (accounts !== undefined)
    return {
      kind: "accounts",
      accounts: check("--accounts", accounts.join(","), AccountIds),
      organizationId,
    };
  if (organizationId !== null) return { kind: "organization", organizationId };
  if (ask === null)
    throw new UsageError(
      "There is no terminal to ask on: give --organization-id ID, --accounts IDS or --this-account; all else has defaults (ringfence init --help).",
    );
  return askScope(openQuestions(ask));
}

async function askScope(question: Question): Promise<InitAnswers["scope"]> {
  const Kind = v.union(
    [v.literal(""), OrganizationId, AccountIds],
    "an organization's id, account ids, or nothing",
  );
  const words = "Organization id (o-…), account ids separated by commas, or nothing for this account alone";
  const answer = await question(words, "", undefined, Kind);
  if (answer === "") return { kind: "this-account" };
  if (typeof answer === "string") return { kind: "organization", organizationId: answer };
  const around = "Id of the organization that they are in, or nothing";
  const organizationId = await question(around, "", undefined, orNothing(OrganizationId));
  return { kind: "accounts", accounts: answer, organizationId };
}
