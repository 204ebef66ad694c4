// The `publish` part of a configuration: where findings go beyond the terminal.

import * as v from "valibot";
import {
  AccountSelection,
  described,
  includeList,
  oneOf,
  optional,
  ParameterName,
  Region,
  SecretArn,
  TagList,
  TopicArn,
  UnitSelection,
  wholeNumber,
  withDefault,
  YesOrNo,
} from "./config-values.ts";
import { SEVERITIES } from "../model/finding.ts";

const SecurityHub = v.strictObject({
  enabled: withDefault("Import findings into AWS Security Hub CSPM.", false, YesOrNo),
  homeRegion: optional(
    "Send every finding of an account to this Region's hub instead of its own Region's.",
    Region,
  ),
  include: withDefault(
    "changes: failed, unknown and what changed; all: passed checks too.",
    "changes",
    oneOf(["changes", "all"]),
  ),
  firstRunLimit: withDefault(
    "At most so many findings of one cluster that Security Hub has not had yet are imported in one run, the worst first; the rest waits for the next runs.",
    1000,
    wholeNumber(1, 1_000_000, "findings"),
  ),
});

const SnsTopic = v.strictObject({
  topicArn: described("Where the digest of each run goes.", TopicArn),
  format: withDefault(
    "amazon-q is the custom notification of Amazon Q Developer in chat.",
    "text",
    oneOf(["text", "json", "amazon-q"]),
  ),
});
const Slack = v.pipe(
  v.strictObject({
    secretArn: optional("Secret of Secrets Manager that holds the webhook's URL.", SecretArn),
    parameterName: optional(
      "SecureString of Parameter Store, in the scanner's account and Region, that holds it instead.",
      ParameterName,
    ),
  }),
  v.partialCheck(
    [["secretArn"], ["parameterName"]],
    ({ secretArn, parameterName }) => (secretArn === undefined) !== (parameterName === undefined),
    "exactly one of secretArn and parameterName",
  ),
);

const TAGS_MUST_BE_TRUSTED =
  "trustClusterTags: true beside routes with clusterTags: whoever owns a cluster sets its tags, and so decides who is told";

const Route = v.pipe(
  v.strictObject({
    accounts: withDefault("Only these accounts.", ["*"], AccountSelection),
    organizationalUnits: withDefault(
      "Only accounts in these units: globs over the path of units by name, such as /Workloads/*. Needs `organization`.",
      ["*"],
      UnitSelection,
    ),
    clusterTags: withDefault(
      "Only clusters with one of these tags, as key or key=value. Needs `trustClusterTags`.",
      [],
      TagList,
    ),
    severities: withDefault(
      "Only findings of these severities.",
      [...SEVERITIES],
      includeList(oneOf(SEVERITIES), "severities"),
    ),
    sns: v.exactOptional(SnsTopic),
    slack: v.exactOptional(Slack),
  }),
  v.partialCheck(
    [["sns"], ["slack"]],
    (route) => route.sns !== undefined || route.slack !== undefined,
    "a destination: sns or slack",
  ),
);

export const Publish = v.pipe(
  v.strictObject({
    securityHub: v.optional(SecurityHub, {}),
    sns: v.exactOptional(SnsTopic),
    slack: v.exactOptional(Slack),
    trustClusterTags: withDefault(
      "Let the tags of a cluster, which its owner sets, decide which routes are told of it.",
      false,
      YesOrNo,
    ),
    routes: withDefault(
      "Further destinations for a part of the findings.",
      [],
      v.array(Route, "a list of routes"),
    ),
  }),
  v.forward(
    v.partialCheck(
      [["trustClusterTags"], ["routes"]],
      ({ trustClusterTags, routes }) =>
        trustClusterTags || routes.every(({ clusterTags }) => clusterTags.length === 0),
      TAGS_MUST_BE_TRUSTED,
    ),
    ["trustClusterTags"],
  ),
);
