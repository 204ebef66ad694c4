// `ringfence init`: asks a few questions, or takes flags, and writes a commented configuration and the commands of a
// deployment. Calls nothing, and overwrites nothing without --force.

import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { AccountId, BucketName, ExternalId, Region, SecretArn, text, TopicArn } from "../config-values.ts";
import { parseConfiguration } from "../config.ts";
import { EXIT } from "../exit-code.ts";
import { makeFolder } from "../make-folder.ts";
import { explainFileError } from "../model/explain-file-error.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import { UsageError } from "../model/usage-error.ts";
import { check, openQuestions, type Ask } from "./init-questions.ts";
import { toConfigurationText, toDeployText, type InitAnswers } from "./init-files.ts";
import type { CommandResult } from "./options.ts";

export interface InitOptions {
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
  readonly output: string;
  readonly force?: boolean;
}

const OrganizationId = text("the id of an organization, such as o-abcd123456", /^o-[a-z0-9]{10,32}$/);
const Stage = text("a short name of letters, digits and -", /^[a-zA-Z][a-zA-Z0-9-]{0,19}$/);
const TimeZone = text("a time zone by its name, such as Europe/Berlin", /^[A-Za-z0-9_+/-]+$/, 60);
const Email = text("an e-mail address", /^[^\s@'"]+@[^\s@'"]+$/);
const Yes = v.pipe(
  text("yes or no", /^(?:y|yes|n|no|true|false)$/i),
  v.transform((answer) => /^(?:y|yes|true)$/i.test(answer)),
);

export async function init(options: InitOptions, ask: Ask): Promise<CommandResult> {
  refuseContradictions(options);
  const answers = await collect(options, ask);
  const files = toFiles(answers);
  refuseOverwriting(options, [...files.keys()]);
  writeFiles(options.output, files);
  return { output: toSummary(options.output, answers, [...files.keys()]), remarks: "", exitCode: EXIT.fine };
}

function writeFiles(folder: string, files: ReadonlyMap<string, string>): void {
  try {
    makeFolder(folder);
    for (const [name, content] of files) writeFileSync(join(folder, name), content);
  } catch (error) {
    throw new UsageError(
      `--output ${folder} cannot be written: ${explainFileError(error)}. Name a folder that can.`,
    );
  }
}

function toFiles(answers: InitAnswers): ReadonlyMap<string, string> {
  const configuration = toConfigurationText(answers);
  // What we wrote ourselves has to be what we take.
  parseConfiguration(configuration, "ringfence.config.yaml");
  const deployment = toDeployText(answers);
  return new Map([
    ["ringfence.config.yaml", configuration],
    ...(deployment === null ? [] : [["ringfence-deploy.sh", deployment] as const]),
  ]);
}

function refuseContradictions({ organizationId, accounts, thisAccount }: InitOptions): void {
  if (thisAccount !== true || (organizationId === undefined && accounts === undefined)) return;
  throw new UsageError("--this-account is a scope of its own: leave out --organization-id and --accounts.");
}

function refuseOverwriting({ output, force }: InitOptions, names: readonly string[]): void {
  const there = names.map((name) => join(output, name)).filter((file) => existsSync(file));
  if (there.length === 0 || force === true) return;
  throw new UsageError(
    `${there.join(" and ")} would be overwritten: give --force, or another folder with --output.`,
  );
}

async function collect(options: InitOptions, ask: Ask): Promise<InitAnswers> {
  const scope = await collectScope(options, ask);
  const question = openQuestions(ask);
  const isAlone = scope.kind === "this-account";
  const regions = await question(
    "Regions, separated by commas, or enabled",
    "enabled",
    options.regions,
    RegionList,
  );
  return {
    scope,
    externalId: isAlone
      ? null
      : await question(
          "External id that the roles ask for",
          randomBytes(24).toString("hex"),
          options.externalId,
          ExternalId,
        ),
    regions,
    securityHub: await question("Send findings to Security Hub? yes or no", "no", options.securityHub, Yes),
    topicArn: await question(
      "ARN of an SNS topic for the digest, or nothing",
      "",
      options.topicArn,
      orNothing(TopicArn),
    ),
    slackSecretArn: await question(
      "ARN of the secret with a Slack webhook, or nothing",
      "",
      options.slackSecretArn,
      orNothing(SecretArn),
    ),
    state: toState(
      await question(
        "S3 bucket that remembers findings, or nothing for a folder",
        "",
        options.stateBucket,
        orNothing(BucketName),
      ),
    ),
    deployment: {
      scannerAccount: isAlone
        ? null
        : await question(
            "Id of the account that scans, or nothing",
            "",
            options.scannerAccount,
            orNothing(AccountId),
          ),
      region: isAlone ? "" : await question("Region that it runs in", "eu-central-1", options.region, Region),
      stage: isAlone ? "" : await question("Name of the deployment", "prod", options.stage, Stage),
      timeZone: isAlone
        ? ""
        : await question("Time zone of the daily run", "UTC", options.timeZone, TimeZone),
      alertEmail: isAlone
        ? null
        : await question("E-mail for alarms, or nothing", "", options.alertEmail, orNothing(Email)),
    },
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

async function collectScope(options: InitOptions, ask: Ask): Promise<InitAnswers["scope"]> {
  const { accounts, thisAccount } = options;
  if (thisAccount === true) return { kind: "this-account" };
  const organizationId =
    options.organizationId === undefined
      ? null
      : check("--organization-id", options.organizationId, OrganizationId);
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

async function askScope(question: ReturnType<typeof openQuestions>): Promise<InitAnswers["scope"]> {
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

function toSummary(folder: string, { externalId }: InitAnswers, names: readonly string[]): string {
  const files = names.map((name) => join(folder, name));
  const [configuration = ""] = files;
  // The other commands look for it in the working folder.
  const where = dirname(configuration) === "." ? "" : ` --config ${quoteForShell(configuration)}`;
  return [
    `Written: ${files.join(", ")}`,
    ...(externalId === null
      ? []
      : ["The external id in them is a shared secret of yours: keep them where you keep such."]),
    `Next: ringfence doctor${where}, which says what is missing; then ringfence scan${where}.`,
    "",
  ].join("\n");
}
