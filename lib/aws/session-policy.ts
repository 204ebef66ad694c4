// What a session in a member account may do, whatever its role holds: the member's part of permissions.ts, which a test
// compares, without the reasons that no function needs.

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly {
    readonly Effect: "Allow";
    readonly Action: readonly string[];
    readonly Resource: string;
  }[];
}

/** What a scan of one account needs, as an IAM policy: a second fence. */
export function toSessionPolicy(partition: string, accountId: string): PolicyDocument {
  const eks = `arn:${partition}:eks:*:${accountId}:`;
  const securityHub = `arn:${partition}:securityhub:*:${accountId}:`;
  return {
    Version: "2012-10-17",
    Statement: [
      allow("*", "account:ListRegions", "eks:ListClusters"),
      allow(`${eks}cluster/*`, "eks:DescribeCluster", "eks:ListCapabilities"),
      allow(`${eks}addon/*/vpc-cni/*`, "eks:DescribeAddon"),
      allow(`${eks}/clusters/*/addons/vpc-cni`, "eks:DescribeAddon"),
      allow(`${securityHub}product/${accountId}/default`, "securityhub:BatchImportFindings"),
      allow(`${securityHub}hub/default`, "securityhub:GetFindings"),
    ],
  };
}

function allow(Resource: string, ...Action: readonly string[]): PolicyDocument["Statement"][number] {
  return { Effect: "Allow", Action, Resource };
}
