// What `ringfence init` writes, from the answers alone: the configuration with its comments, and the commands of a
// deployment with their parameters. Pure; every value that goes into a file is quoted for that file.

import { quoteForShell } from "../model/quote-for-shell.ts";

export interface InitAnswers {
  readonly scope:
    | { readonly kind: "organization"; readonly organizationId: string }
    | {
        readonly kind: "accounts";
        readonly accounts: readonly string[];
        /** That they are in; null: in none, and then a role trusts its own account only. */
        readonly organizationId: string | null;
      }
    | { readonly kind: "this-account" };
  /** Assumed with it; null where the caller's own account is entered without a role. */
  readonly externalId: string | null;
  /** Empty: those that each account has enabled. */
  readonly regions: readonly string[];
  readonly securityHub: boolean;
  readonly topicArn: string | null;
  readonly slackSecretArn: string | null;
  readonly state: { readonly bucket: string } | { readonly folder: string };
  readonly deployment: {
    readonly scannerAccount: string | null;
    readonly region: string;
    readonly stage: string;
    readonly timeZone: string;
    readonly alertEmail: string | null;
  };
}

/** A JSON text is a YAML text, whatever the value holds. */
function quote(value: string | readonly string[]): string {
  return JSON.stringify(value).replaceAll('","', '", "');
}

export function toConfigurationText(answers: InitAnswers): string {
  const { regions, securityHub, topicArn, slackSecretArn } = answers;
  return `${[
    "# Ringfence: what is scanned, and where it is told. Written by ringfence init; it is yours now.",
    "# Every key with its default: schemas/config.schema.json. Check it with: ringfence doctor",
    "",
    ...toScopeLines(answers),
    "",
    regions.length === 0
      ? "regions: enabled # those that each account has enabled; or a list, such as [eu-central-1]"
      : `regions: ${quote(regions)} # or: enabled`,
    "",
    "# What is left out is named in every report, and is never counted as fine.",
    "clusters:",
    '  exclude: [] # globs over names, such as ["sandbox-*"]',
    "",
    "publish:",
    "  securityHub:",
    `    enabled: ${securityHub} # findings go to the Security Hub of their own account and Region`,
    topicArn === null
      ? "  # sns: { topicArn: arn:aws:sns:REGION:ACCOUNT:NAME } # the digest of each run"
      : `  sns: { topicArn: ${quote(topicArn)} } # the digest of each run`,
    slackSecretArn === null
      ? "  # slack: { secretArn: ARN-OF-A-SECRET-WITH-THE-WEBHOOK }"
      : `  slack: { secretArn: ${quote(slackSecretArn)} }`,
    "",
    "# Remembers findings between runs: what is new, what came back, what is resolved.",
    "bucket" in answers.state
      ? `state: { bucket: ${quote(answers.state.bucket)} }`
      : `state: { folder: ${quote(answers.state.folder)} } # or: { bucket: NAME }`,
    "",
    "# What is accepted for a time. Each needs a reason, an owner and a last day.",
    "exemptions: []",
    "#  - controls: [NETPOL.20]",
    '#    clusters: ["legacy-*"]',
    '#    reason: "Goes away with the migration."',
    '#    owner: "platform team"',
    "#    until: YYYY-MM-DD # the last day on which it holds",
  ].join("\n")}\n`;
}

function toScopeLines({ scope, externalId }: InitAnswers): readonly string[] {
  const role =
    externalId === null
      ? ["# With accounts or an organization, a role is assumed in each: role: { externalId: TEXT }"]
      : [
          "",
          "# The role of deploy/member-role.yaml, with the same ExternalId.",
          `role: { externalId: ${quote(externalId)} }`,
        ];
  if (scope.kind === "organization")
    return [
      `# Every account of the organization ${scope.organizationId}.`,
      "organization:",
      "  accounts:",
      "    exclude: [] # account ids",
      "  organizationalUnits:",
      '    include: ["*"] # globs over paths by name, such as ["/Workloads", "/Workloads/*"]',
      ...role,
    ];
  if (scope.kind === "accounts")
    return ["# Just these accounts.", `accounts: ${quote(scope.accounts)}`, ...role];
  return ["# Neither organization nor accounts: the account of the credentials.", ...role];
}

/** Null where there is nothing to deploy: one account, from a terminal. */
export function toDeployText(answers: InitAnswers): string | null {
  const { scope, externalId, deployment } = answers;
  if (externalId === null) return null;
  const { scannerAccount, region, stage } = deployment;
  const organizationId = scope.kind === "this-account" ? "" : (scope.organizationId ?? "");
  const parameters = [
    ["ScannerAccountId", scannerAccount ?? "HUB_ACCOUNT"],
    ["ScannerRolePrefix", `ringfence-${stage}`],
    ["OrganizationId", organizationId],
    ["ExternalId", externalId],
  ].map(([key = "", value = ""]) => `ParameterKey=${key},ParameterValue=${quoteForShell(value)}`);
  return `${[
    "#!/usr/bin/env bash",
    "# Deploys Ringfence with what ringfence init was told. Read it before you run it: docs/operations.md.",
    "# It needs a checkout of Ringfence, and administrator credentials of the account that scans (the hub).",
    ...(scannerAccount === null ? ["# Replace HUB_ACCOUNT by that account's id."] : []),
    "# For exclusions and exemptions give the deployment a configuration too, one without `state`:",
    "#   --param configFile=FILE",
    "set -euo pipefail",
    "",
    "# 1. The hub.",
    "npm ci",
    toDeployCommand(answers),
    "",
    ...toMemberLines(scope.kind === "organization", organizationId, region, parameters),
    "",
    "# 3. An access entry for the role in each cluster: deploy/access-entries/.",
    "# 4. ringfence doctor --deployment says what is still missing.",
  ].join("\n")}\n`;
}

function toDeployCommand({ scope, externalId, regions, securityHub, ...rest }: InitAnswers): string {
  const { region, stage, timeZone, alertEmail } = rest.deployment;
  const accounts = scope.kind === "accounts" ? scope.accounts.join(",") : "";
  const given: readonly (readonly [name: string, value: string])[] = [
    // The deployment takes one of them: an organization means all of its accounts.
    ["organizationId", scope.kind === "organization" ? scope.organizationId : ""],
    ["accounts", accounts],
    ["externalId", externalId ?? ""],
    ["regions", regions.length === 0 ? "enabled" : regions.join(",")],
    ["securityHub", String(securityHub)],
    ["timeZone", timeZone],
    ["alertEmail", alertEmail ?? ""],
    ["slackSecretArn", rest.slackSecretArn ?? ""],
    ["existingTopicArn", rest.topicArn ?? ""],
    ["existingBucket", "bucket" in rest.state ? rest.state.bucket : ""],
  ];
  const parameters = given
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `--param ${name}=${quoteForShell(value)}`);
  const place = `--stage ${quoteForShell(stage)} --region ${quoteForShell(region)}`;
  return [`npm run deploy -- ${place}`, ...parameters].join(" \\\n  ");
}

function toMemberLines(
  everyAccount: boolean,
  organizationId: string,
  region: string,
  parameters: readonly string[],
): readonly string[] {
  const template = "--template-body file://deploy/member-role.yaml --capabilities CAPABILITY_NAMED_IAM";
  const values = `--parameters ${parameters.join(" \\\n    ")}`;
  if (!everyAccount)
    return [
      "# 2. The member role, in each account with that account's credentials.",
      ...(organizationId === ""
        ? [
            "# Without an OrganizationId the role trusts its own account only: set it for accounts beside the hub's own.",
          ]
        : []),
      `aws cloudformation create-stack --stack-name ringfence-member-role --region ${quoteForShell(region)} \\\n  ${template} \\\n  ${values}`,
    ];
  return [
    "# 2. The member role, in every account of the organization. Replace r-abcd by your root's or unit's id. StackSets",
    "# leave out the management account: deploy the template there as a stack of its own.",
    `aws cloudformation create-stack-set --stack-set-name ringfence-member-role --region ${quoteForShell(region)} \\\n  ${template} \\\n  --permission-model SERVICE_MANAGED --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false \\\n  --managed-execution Active=true \\\n  ${values}`,
    `aws cloudformation create-stack-instances --stack-set-name ringfence-member-role --region ${quoteForShell(region)} \\\n  --deployment-targets OrganizationalUnitIds=r-abcd --regions ${quoteForShell(region)}`,
  ];
}
