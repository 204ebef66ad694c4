// The answers of `ringfence init`, in the order of the questions: from the flags, from a person, or by default.

import { randomBytes } from "node:crypto";
import * as v from "valibot";
import { UsageError } from "../model/usage-error.ts";
import type { InitAnswers } from "./init-files.ts";
import { check, openQuestions, type Ask, type AskQuestion } from "./init-questions.ts";
import { AccountIds, OrganizationId, orNothing, QUESTIONS } from "./init-schemas.ts";

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

export async function collectAnswers(flags: InitFlags, ask: Ask): Promise<InitAnswers> {
  refuseContradictions(flags);
  const scope = await collectScope(flags, ask);
  const question = openQuestions(ask, flags);
  const isAlone = scope.kind === "this-account";
  const byDefault = randomBytes(24).toString("hex");
  return {
    scope,
    regions: await question(QUESTIONS.regions),
    externalId: isAlone ? null : await question({ ...QUESTIONS.externalId, byDefault }),
    securityHub: await question(QUESTIONS.securityHub),
    topicArn: await question(QUESTIONS.topicArn),
    slackSecretArn: await question(QUESTIONS.slackSecretArn),
    state: toState(await question(QUESTIONS.stateBucket)),
    deployment: isAlone ? NOT_DEPLOYED : await collectDeployment(question),
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

async function collectDeployment(question: AskQuestion): Promise<InitAnswers["deployment"]> {
  return {
    scannerAccount: await question(QUESTIONS.scannerAccount),
    region: await question(QUESTIONS.region),
    stage: await question(QUESTIONS.stage),
    timeZone: await question(QUESTIONS.timeZone),
    alertEmail: await question(QUESTIONS.alertEmail),
  };
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
    flags.organizationId === undefined ? null : check("organizationId", flags.organizationId, OrganizationId);
  if (accounts !== undefined)
    return {
      kind: "accounts",
      accounts: check("accounts", accounts.join(","), AccountIds),
      organizationId,
    };
  if (organizationId !== null) return { kind: "organization", organizationId };
  if (ask === null)
    throw new UsageError(
      "There is no terminal to ask on: give --organization-id ID, --accounts IDS or --this-account; all else has defaults (ringfence init --help).",
    );
  return askScope(openQuestions(ask, {}));
}

async function askScope(question: AskQuestion): Promise<InitAnswers["scope"]> {
  const Kind = v.union(
    [v.literal(""), OrganizationId, AccountIds],
    "an organization's id, account ids, or nothing",
  );
  const words = "Organization id (o-…), account ids separated by commas, or nothing for this account alone";
  const answer = await question({ flag: null, words, byDefault: "", schema: Kind });
  if (answer === "") return { kind: "this-account" };
  if (typeof answer === "string") return { kind: "organization", organizationId: answer };
  const organizationId = await question({
    flag: null,
    words: "Id of the organization that they are in, or nothing",
    byDefault: "",
    schema: orNothing(OrganizationId),
  });
  return { kind: "accounts", accounts: answer, organizationId };
}
