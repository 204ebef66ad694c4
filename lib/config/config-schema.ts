// What a configuration may say, with every default. The editors' JSON Schema is generated from it
// (build/generate.ts), so each key has a description. How values look is said in config-values.ts.

import * as v from "valibot";
import { Publish } from "./config-publish-schema.ts";
import {
  AccountId,
  AccountList,
  AccountSelection,
  BucketName,
  Concurrency,
  ControlId,
  Day,
  described,
  ExemptableControlId,
  ExternalId,
  FolderName,
  includeList,
  listOf,
  NameGlob,
  NameList,
  NameSelection,
  oneOf,
  optional,
  Region,
  RoleName,
  Sentence,
  TagList,
  UnitList,
  UnitSelection,
  wholeNumber,
  withDefault,
  YesOrNo,
} from "./config-values.ts";

const Organization = v.strictObject({
  accounts: v.optional(
    v.strictObject({
      include: withDefault('Account ids, or "*".', ["*"], AccountSelection),
      exclude: withDefault("Account ids that win over include.", [], AccountList),
    }),
    {},
  ),
  organizationalUnits: v.optional(
    v.strictObject({
      include: withDefault(
        "Globs over the path of units by name, such as /Workloads and /Workloads/*.",
        ["*"],
        UnitSelection,
      ),
      exclude: withDefault("Globs that win over include.", [], UnitList),
    }),
    {},
  ),
});

const Role = v.strictObject({
  name: withDefault(
    "Name of the role in each member account (deploy/member-role.yaml).",
    "RingfenceReader",
    RoleName,
  ),
  externalId: optional("ExternalId that the role's trust policy asks for.", ExternalId),
  sessionPolicy: withDefault(
    "Narrow each session to what the scan calls, whatever the role allows.",
    true,
    YesOrNo,
  ),
});

const Regions = v.union(
  [v.literal("enabled"), includeList(Region, "Regions")],
  'the word enabled, or a list of Regions such as ["eu-central-1"]',
);

const Clusters = v.strictObject({
  include: withDefault("Globs over cluster names.", ["*"], NameSelection),
  exclude: withDefault("Globs that win over include.", [], NameList),
  tags: v.optional(
    v.strictObject({
      exclude: withDefault(
        "Tags, as key or key=value, that take a cluster out of the scan. Opt-in, because a cluster's owner sets its tags; each exclusion is shown in the coverage.",
        [],
        TagList,
      ),
    }),
    {},
  ),
});

const NamespaceRule = v.strictObject({
  glob: described("Glob over namespace names.", NameGlob),
  reason: described("Why these are not judged; every such finding shows it.", Sentence),
});
const NamespaceRules = v.pipe(
  v.array(NamespaceRule, "a list of {glob, reason}"),
  v.maxLength(1000, "at most 1000 rules"),
);

/** What the Kubernetes distribution makes itself. */
const SYSTEM_NAMESPACES = [
  { glob: "kube-system", reason: "Runs the cluster itself; its policies are the cluster operator's." },
  { glob: "kube-node-lease", reason: "Holds the nodes' heartbeats and no pods." },
  { glob: "kube-public", reason: "Holds public cluster information and no pods." },
];

const Namespaces = v.strictObject({
  system: withDefault(
    "Namespaces of the cluster itself: listed, not judged. Your list replaces the default.",
    SYSTEM_NAMESPACES,
    NamespaceRules,
  ),
  exclude: withDefault("Further namespaces: listed, not judged.", [], NamespaceRules),
  terminating: withDefault(
    "Namespaces that are being deleted: judge what still runs in them, or skip them.",
    "judge",
    oneOf(["judge", "skip"]),
  ),
});

const State = v.pipe(
  v.strictObject({
    bucket: optional("S3 bucket that remembers the findings between runs.", BucketName),
    folder: optional("Local folder that does the same.", FolderName),
  }),
  v.partialCheck(
    [["bucket"], ["folder"]],
    ({ bucket, folder }) => (bucket === undefined) !== (folder === undefined),
    "exactly one of bucket and folder",
  ),
);

const Spokes = v.strictObject({
  accounts: withDefault(
    "Accounts whose clusters are not read from here but by their own spoke (deploy/spoke.yaml). Needs state.bucket.",
    [],
    AccountList,
  ),
  regions: withDefault("enabled: in every Region of these accounts.", "enabled", Regions),
  clusters: v.optional(
    v.strictObject({
      include: withDefault(
        "Globs over the names of clusters that are left to the spoke.",
        ["*"],
        NameSelection,
      ),
      exclude: withDefault("Globs that win over include: these are read from here.", [], NameList),
    }),
    {},
  ),
  maxAgeHours: withDefault(
    "What a spoke saw longer ago is not used, and its cluster is missed.",
    24,
    wholeNumber(1, 168, "hours"),
  ),
});

const Exemption = v.strictObject({
  controls: described("Control ids.", includeList(ControlId, "control ids")),
  accounts: withDefault('Account ids, or "*".', ["*"], AccountSelection),
  clusters: withDefault("Globs over cluster names.", ["*"], NameSelection),
  namespaces: withDefault("Globs over namespace names, for findings about namespaces.", ["*"], NameSelection),
  reason: described("Why this is acceptable; shown with each exempt finding.", Sentence),
  owner: described("Who answers for it.", Sentence),
  until: described("Last day on which it holds (UTC).", Day),
});

const NamespaceExemptions = v.strictObject({
  allowed: withDefault(
    "Controls from which a namespace may exempt itself by annotation; none by default.",
    [],
    listOf(ExemptableControlId, "control ids"),
  ),
  maxDays: withDefault(
    "How long such an exemption holds at most, from the day it was first seen.",
    90,
    wholeNumber(1, 366, "days"),
  ),
});

const Limits = v.strictObject({
  concurrency: withDefault("Clusters scanned at the same time.", 10, Concurrency),
  deadlineSeconds: withDefault(
    "Time for one cluster; what was not read by then is reported so.",
    120,
    wholeNumber(5, 900, "seconds"),
  ),
  requestTimeoutMs: withDefault(
    "Time for one request, from sending to the last byte.",
    15_000,
    wholeNumber(100, 120_000, "milliseconds"),
  ),
});

export const ConfigurationSchema = v.pipe(
  v.strictObject({
    organization: optional("Scan the accounts of the AWS organization.", Organization),
    accounts: optional(
      "Scan just these accounts. Without organization and accounts, the caller's own.",
      includeList(AccountId, "account ids"),
    ),
    role: withDefault("The role that is assumed in each account.", {}, Role),
    regions: withDefault("enabled: those that each account has enabled.", "enabled", Regions),
    clusters: withDefault("Which clusters.", {}, Clusters),
    namespaces: withDefault("Namespaces that are listed but not judged.", {}, Namespaces),
    publish: withDefault("Where findings go beyond the terminal.", {}, Publish),
    state: optional("Where findings are remembered between runs.", State),
    spokes: withDefault("Clusters that only their own account can reach.", {}, Spokes),
    exemptions: withDefault(
      "Findings that are accepted for a time.",
      [],
      v.array(Exemption, "a list of exemptions"),
    ),
    namespaceExemptions: withDefault("What namespaces may exempt themselves from.", {}, NamespaceExemptions),
    limits: withDefault("How much at once, and for how long.", {}, Limits),
  }),
  v.forward(
    v.partialCheck(
      [["organization"], ["accounts"]],
      ({ organization, accounts }) => organization === undefined || accounts === undefined,
      "accounts or organization, not both: one lists the accounts, the other asks AWS for them",
    ),
    ["accounts"],
  ),
  v.forward(
    v.partialCheck(
      [["spokes"], ["state"]],
      ({ spokes, state }) => spokes.accounts.length === 0 || state?.bucket !== undefined,
      "state.bucket too: the bucket into which the spokes write",
    ),
    ["spokes"],
  ),
  v.forward(
    v.partialCheck(
      [["organization"], ["publish", "routes"]],
      ({ organization, publish }) =>
        organization !== undefined ||
        publish.routes.every(({ organizationalUnits }) => organizationalUnits.includes("*")),
      "the scan of an organization beside routes by organizational unit: only it knows the units of its accounts",
    ),
    ["organization"],
  ),
);

export type Configuration = v.InferOutput<typeof ConfigurationSchema>;
