// Every AWS permission that the product uses, and why: the source of the docs, and the other side of session-policy.ts
// and deploy/member-role.yaml. A new AWS call starts here. Data; may not import the SDK.

export interface Permission {
  readonly action: string;
  /** As the service authorization reference names it; null where the action has none. */
  readonly resourceType: string | null;
  /** An ARN pattern with CloudFormation's pseudo parameters, or the configuration value that names the one. */
  readonly resource: string;
  /**
   * hub: the scanner's own roles. member: the role that it assumes in each account, its own account included. spoke: the
   * role of deploy/spoke.yaml, where it is deployed; there each resource is of the spoke's own account and Region.
   * operator: a person at a terminal in the scanner's account (deploy/operator-policy.yaml).
   */
  readonly usedBy: readonly ("hub" | "member" | "spoke" | "operator")[];
  readonly why: string;
  /** Checked of the caller by KMS where this service's data is encrypted with a key; never called by us. */
  readonly through?: "sns" | "s3";
}

export const PERMISSIONS: readonly Permission[] = [
  {
    action: "account:ListRegions",
    resourceType: "account",
    // Says nothing about any resource; an ARN would have to differ between an account in and out of an organization.
    resource: "*",
    usedBy: ["member"],
    why: "Which Regions are enabled, so that none is left out and no disabled one is called.",
  },
  {
    action: "eks:ListClusters",
    resourceType: null,
    resource: "*",
    usedBy: ["member", "spoke"],
    why: "Which clusters there are in a Region.",
  },
  {
    action: "eks:DescribeCluster",
    resourceType: "cluster",
    resource: "arn:${AWS::Partition}:eks:*:${AWS::AccountId}:cluster/*",
    usedBy: ["member", "spoke"],
    why: "The cluster's endpoint and certificate authority, its state, version, Auto Mode and address family.",
  },
  {
    action: "eks:ListCapabilities",
    resourceType: "cluster",
    resource: "arn:${AWS::Partition}:eks:*:${AWS::AccountId}:cluster/*",
    usedBy: ["member"],
    why: "Whether Argo CD is run by AWS outside the cluster, so that its empty namespace is not called a gap.",
  },
  {
    action: "eks:DescribeAddon",
    resourceType: "addon",
    resource: "arn:${AWS::Partition}:eks:*:${AWS::AccountId}:addon/*/vpc-cni/*",
    usedBy: ["member"],
    why: "The vpc-cni add-on's version, health and configuration: what it is told to enforce.",
  },
  {
    action: "eks:DescribeAddon",
    resourceType: "addon",
    // Not in the service authorization reference, but denials seen in the field named this form of the resource.
    resource: "arn:${AWS::Partition}:eks:*:${AWS::AccountId}:/clusters/*/addons/vpc-cni",
    usedBy: ["member"],
    why: "The same add-on by the request's path, in case the service checks that.",
  },
  {
    action: "securityhub:BatchImportFindings",
    resourceType: "product",
    resource: "arn:${AWS::Partition}:securityhub:*:${AWS::AccountId}:product/${AWS::AccountId}/default",
    usedBy: ["hub", "member", "operator"],
    why: "Puts findings into the account that they are about; a caller in any other account is refused.",
  },
  {
    action: "securityhub:GetFindings",
    resourceType: "hub",
    resource: "arn:${AWS::Partition}:securityhub:*:${AWS::AccountId}:hub/default",
    usedBy: ["hub", "member", "operator"],
    why: "Rebuilds lost state from our own findings, without duplicates.",
  },
  {
    action: "states:StartExecution",
    resourceType: "stateMachine",
    resource: "RINGFENCE_STATE_MACHINE_ARN",
    usedBy: ["hub"],
    why: "Starts a run for a schedule, a change or a person; the scanner on a terminal never does.",
  },
  {
    action: "sts:AssumeRole",
    resourceType: "role",
    resource: "role.name",
    usedBy: ["hub", "operator"],
    why: "Enters a member account, with its external id and a session policy that allows the above alone.",
  },
  {
    action: "sts:GetCallerIdentity",
    resourceType: null,
    resource: "*",
    usedBy: ["hub", "spoke", "operator"],
    why: "Which account and partition the scanner is in. Needs no statement: STS always allows it.",
  },
  {
    action: "organizations:ListRoots",
    resourceType: null,
    resource: "*",
    usedBy: ["hub", "operator"],
    why: "Where the tree of organizational units starts.",
  },
  {
    action: "organizations:ListOrganizationalUnitsForParent",
    resourceType: "organizationalunit, root",
    resource: "*",
    usedBy: ["hub", "operator"],
    why: "The tree of organizational units, so that accounts can be chosen by path. Their ids are not known before.",
  },
  {
    action: "organizations:ListAccountsForParent",
    resourceType: "organizationalunit, root",
    resource: "*",
    usedBy: ["hub", "operator"],
    why: "Every account with its state and path. The units' ids are not known before.",
  },
  {
    action: "sns:Publish",
    resourceType: "topic",
    resource: "publish.sns.topicArn",
    usedBy: ["hub", "operator"],
    why: "One digest per run.",
  },
  {
    action: "kms:GenerateDataKey",
    resourceType: "key",
    resource: "the key of publish.sns.topicArn",
    usedBy: ["hub", "operator"],
    why: "A topic that is encrypted with a customer managed key asks it of the publisher.",
    through: "sns",
  },
  {
    action: "kms:Decrypt",
    resourceType: "key",
    resource: "the key of publish.sns.topicArn",
    usedBy: ["hub", "operator"],
    why: "A topic that is encrypted with a customer managed key asks it of the publisher.",
    through: "sns",
  },
  {
    action: "s3:GetObject",
    resourceType: "object",
    resource: "state.bucket",
    usedBy: ["hub", "operator"],
    why: "Reads the state of the previous run, the run's own parts, and what spokes saw.",
  },
  {
    action: "s3:PutObject",
    resourceType: "object",
    resource: "state.bucket",
    usedBy: ["hub", "spoke", "operator"],
    why: "Writes state and reports, each on condition that nobody else wrote in between; a spoke its snapshots.",
  },
  {
    action: "s3:AbortMultipartUpload",
    resourceType: "object",
    resource: "state.bucket",
    usedBy: ["hub"],
    why: "Gives up what was sent of a long report that could not be sent to its end.",
  },
  {
    action: "s3:ListBucket",
    resourceType: "bucket",
    resource: "state.bucket",
    usedBy: ["hub", "operator"],
    why: "Lists a run's parts, and lets S3 answer 404 and not 403 for an object that does not exist.",
  },
  {
    action: "kms:GenerateDataKey",
    resourceType: "key",
    resource: "the key of state.bucket",
    usedBy: ["hub", "spoke", "operator"],
    why: "A bucket that is encrypted with a customer managed key asks it of the writer.",
    through: "s3",
  },
  {
    action: "kms:Decrypt",
    resourceType: "key",
    resource: "the key of state.bucket",
    usedBy: ["hub", "operator"],
    why: "A bucket that is encrypted with a customer managed key asks it of the reader.",
    through: "s3",
  },
  {
    action: "secretsmanager:GetSecretValue",
    resourceType: "Secret",
    resource: "publish.slack.secretArn",
    usedBy: ["hub", "operator"],
    why: "Reads the Slack webhook's address, which is a secret and is kept nowhere else.",
  },
  {
    action: "ssm:GetParameter",
    resourceType: "parameter",
    resource: "publish.slack.parameterName",
    usedBy: ["hub", "operator"],
    why: "Reads the same where it is kept as a SecureString of Parameter Store.",
  },
  {
    action: "sns:GetTopicAttributes",
    resourceType: "topic",
    resource: "publish.sns.topicArn",
    usedBy: ["operator"],
    why: "Tells in doctor whether the topic is there and has subscribers; publishing would be the only other way to know.",
  },
  {
    action: "sns:GetTopicAttributes",
    resourceType: "topic",
    resource: "arn:${AWS::Partition}:sns:*:${AWS::AccountId}:ringfence-prod-alarms",
    usedBy: ["operator"],
    why: "Tells in doctor --deployment whether anybody hears the alarms.",
  },
  {
    action: "lambda:GetAccountSettings",
    resourceType: null,
    resource: "*",
    usedBy: ["operator"],
    why: "Tells in doctor --deployment how many functions may run at once; a new account's quota may be 10.",
  },
];
