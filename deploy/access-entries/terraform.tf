# Maps the reader role in a cluster whose authentication mode is API or API_AND_CONFIG_MAP.

variable "cluster_name" {
  type = string
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  ringfence_reader = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role/RingfenceReader"
}

resource "aws_eks_access_entry" "ringfence" {
  cluster_name  = var.cluster_name
  principal_arn = local.ringfence_reader
  type          = "STANDARD"
  # The group of deploy/kubernetes/ringfence-reader.yaml (level 2: nodes and custom resources).
  kubernetes_groups = ["ringfence-readers"]
}

# Level 1: what the policies are, and what they select. It holds no secrets.
resource "aws_eks_access_policy_association" "ringfence" {
  cluster_name  = aws_eks_access_entry.ringfence.cluster_name
  principal_arn = aws_eks_access_entry.ringfence.principal_arn
  policy_arn    = "arn:${data.aws_partition.current.partition}:eks::aws:cluster-access-policy/AmazonEKSViewPolicy"

  access_scope {
    type = "cluster"
  }
}
