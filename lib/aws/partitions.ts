// The DNS names that differ between AWS partitions. Pure data; a partition that is not listed is refused,
// never guessed, because these names decide where a token may go.

export interface Partition {
  /** Suffix of regional service hosts: `sts.<region>.<serviceSuffix>`. */
  readonly serviceSuffix: string;
  /** Suffixes of cluster endpoints, below `<id>.<generation>`; `<region>` stands for the cluster's Region. */
  readonly clusterSuffixes: readonly string[];
}

// Endpoint formats: Amazon EKS User Guide, "Cluster API server endpoint". `eks-cluster.<region>.api.aws` is what
// IPv6 clusters made after October 2024 get; `eks.<region>.api.aws` is the EKS API itself and serves no cluster.
const COMMERCIAL: Partition = {
  serviceSuffix: "amazonaws.com",
  clusterSuffixes: ["<region>.eks.amazonaws.com", "eks-cluster.<region>.api.aws"],
};

const PARTITIONS: ReadonlyMap<string, Partition> = new Map([
  ["aws", COMMERCIAL],
  ["aws-us-gov", COMMERCIAL],
  [
    "aws-cn",
    {
      serviceSuffix: "amazonaws.com.cn",
      clusterSuffixes: ["<region>.eks.amazonaws.com.cn", "eks-cluster.<region>.api.amazonwebservices.com.cn"],
    },
  ],
]);

/** Null: a partition that we know nothing of. */
export function findPartition(name: string): Partition | null {
  return PARTITIONS.get(name) ?? null;
}
