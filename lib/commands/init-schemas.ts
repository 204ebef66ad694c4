// What `ringfence init` wants to know: each question with its option, its default and what may be answered.

import * as v from "valibot";
import {
  AccountId,
  BucketName,
  ExternalId,
  Region,
  SecretArn,
  text,
  TopicArn,
} from "../config/config-values.ts";

export const OrganizationId = text("the id of an organization, such as o-abcd123456", /^o-[a-z0-9]{10,32}$/);
const Stage = text("a short name of letters, digits and -", /^[a-zA-Z][a-zA-Z0-9-]{0,19}$/);
const ZONE = "a time zone by its name, such as Europe/Berlin";
const TimeZone = v.pipe(text(ZONE, /^[A-Za-z0-9_+/-]+$/, 60), v.check(isTimeZone, ZONE));
/** Of the tz database, which EventBridge Scheduler takes too: it would refuse another one at the end of a deployment. */
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    // ECMA-402, CreateDateTimeFormat: a RangeError for a time zone that is none.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const Email = text("an e-mail address", /^[^\s@'"]+@[^\s@'"]+$/);
const Yes = v.pipe(
  text("yes or no", /^(?:y|yes|n|no|true|false)$/i),
  v.transform((answer) => /^(?:y|yes|true)$/i.test(answer)),
);

const RegionList = v.pipe(
  v.string(),
  v.transform((answer) => (answer === "enabled" ? [] : toItems(answer))),
  v.array(Region),
);
export const AccountIds = v.pipe(
  v.string(),
  v.transform(toItems),
  v.array(AccountId),
  v.minLength(1, "at least one account id"),
);

function toItems(answer: string): string[] {
  return answer.split(",").map((item) => item.trim());
}

export function orNothing<const S extends v.GenericSchema<string, string>>(schema: S) {
  return v.union([
    v.pipe(
      v.literal(""),
      v.transform(() => null),
    ),
    schema,
  ]);
}

export const QUESTIONS = {
  regions: {
    flag: "regions",
    words: "Regions, separated by commas, or enabled",
    byDefault: "enabled",
    schema: RegionList,
  },
  externalId: {
    flag: "externalId",
    words: "External id that the roles ask for",
    byDefault: "",
    schema: ExternalId,
  },
  securityHub: {
    flag: "securityHub",
    words: "Send findings to Security Hub? yes or no",
    byDefault: "no",
    schema: Yes,
  },
  topicArn: {
    flag: "topicArn",
    words: "ARN of an SNS topic for the digest, or nothing",
    byDefault: "",
    schema: orNothing(TopicArn),
  },
  slackSecretArn: {
    flag: "slackSecretArn",
    words: "ARN of the secret with a Slack webhook, or nothing",
    byDefault: "",
    schema: orNothing(SecretArn),
  },
  stateBucket: {
    flag: "stateBucket",
    words: "S3 bucket that remembers findings, or nothing for a folder",
    byDefault: "",
    schema: orNothing(BucketName),
  },
  scannerAccount: {
    flag: "scannerAccount",
    words: "Id of the account that scans, or nothing",
    byDefault: "",
    schema: orNothing(AccountId),
  },
  region: { flag: "region", words: "Region that it runs in", byDefault: "eu-central-1", schema: Region },
  stage: { flag: "stage", words: "Name of the deployment", byDefault: "prod", schema: Stage },
  timeZone: { flag: "timeZone", words: "Time zone of the daily run", byDefault: "UTC", schema: TimeZone },
  alertEmail: {
    flag: "alertEmail",
    words: "E-mail for alarms, or nothing",
    byDefault: "",
    schema: orNothing(Email),
  },
} as const;
