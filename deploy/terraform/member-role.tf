# deploy/member-role.yaml for those who use Terraform: the role that the scanner assumes in a member account. A test
# holds the two against each other.

variable "scanner_account_id" {
  description = "The account that runs Ringfence."
  type        = string
}

variable "scanner_role_prefix" {
  description = "<service>-<stage> of the deployment: its discover and scan roles may assume this role."
  type        = string
  default     = "ringfence-prod"
}

variable "organization_id" {
  description = "Only principals of this organization may assume this role. Empty: only this account's own."
  type        = string
  default     = ""
}

variable "external_id" {
  description = "The same value as role.externalId in ringfence.config.yaml."
  type        = string
  sensitive   = true
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  scanner   = "arn:${local.partition}:iam::${var.scanner_account_id}"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    # The account root narrowed by PrincipalArn, not a role ARN as principal: IAM stores a role principal by its
    # unique id, so recreating the scanner's role would silently lock every member account.
    principals {
      type        = "AWS"
      identifiers = ["${local.scanner}:root"]
    }
    condition {
      test     = "ArnEquals"
      variable = "aws:PrincipalArn"
      values = [
        "${local.scanner}:role/${var.scanner_role_prefix}-discover",
        "${local.scanner}:role/${var.scanner_role_prefix}-scan",
      ]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }
    condition {
      test     = "StringEquals"
      variable = var.organization_id == "" ? "aws:PrincipalAccount" : "aws:PrincipalOrgID"
      values   = [var.organization_id == "" ? local.account : var.organization_id]
    }
  }
}

data "aws_iam_policy_document" "reader" {
  statement {
    sid = "ListWhatHasNoResource"
    # ListClusters has no resource type; the ARN of ListRegions differs in and out of an organization.
    actions   = ["eks:ListClusters", "account:ListRegions"]
    resources = ["*"]
  }
  statement {
    sid       = "DescribeClusters"
    actions   = ["eks:DescribeCluster", "eks:ListCapabilities"]
    resources = ["arn:${local.partition}:eks:*:${local.account}:cluster/*"]
  }
  statement {
    sid     = "DescribeVpcCniAddon"
    actions = ["eks:DescribeAddon"]
    resources = [
      "arn:${local.partition}:eks:*:${local.account}:addon/*/vpc-cni/*",
      "arn:${local.partition}:eks:*:${local.account}:/clusters/*/addons/vpc-cni",
    ]
  }
  statement {
    sid       = "ImportFindings"
    actions   = ["securityhub:BatchImportFindings"]
    resources = ["arn:${local.partition}:securityhub:*:${local.account}:product/${local.account}/default"]
  }
  statement {
    sid       = "ReadFindings"
    actions   = ["securityhub:GetFindings"]
    resources = ["arn:${local.partition}:securityhub:*:${local.account}:hub/default"]
  }
}

resource "aws_iam_role" "reader" {
  name                 = "RingfenceReader"
  description          = "Read by Ringfence; see deploy/terraform/member-role.tf"
  max_session_duration = 3600
  assume_role_policy   = data.aws_iam_policy_document.trust.json
}

resource "aws_iam_role_policy" "reader" {
  name   = "ringfence"
  role   = aws_iam_role.reader.name
  policy = data.aws_iam_policy_document.reader.json
}

output "role_arn" {
  value = aws_iam_role.reader.arn
}
