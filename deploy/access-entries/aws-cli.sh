#!/usr/bin/env bash
# Maps the reader role in one cluster whose authentication mode is API or API_AND_CONFIG_MAP. Run it with
# credentials of the cluster's account: aws-cli.sh CLUSTER REGION [ROLE]
set -euo pipefail
cluster=$1
region=$2
identity=$(aws sts get-caller-identity --query Arn --output text)
partition=$(cut -d: -f2 <<<"$identity")
account=$(cut -d: -f5 <<<"$identity")
# role/RingfenceReader, which the hub assumes; a spoke's own role is named RingfenceSpoke-REGION.
role="arn:$partition:iam::$account:role/${3:-RingfenceReader}"

# The group is that of deploy/kubernetes/ringfence-reader.yaml (level 2: nodes and custom resources).
aws eks create-access-entry --cluster-name "$cluster" --region "$region" --principal-arn "$role" \
  --type STANDARD --kubernetes-groups ringfence-readers
# Level 1: what the policies are, and what they select. It holds no secrets.
aws eks associate-access-policy --cluster-name "$cluster" --region "$region" --principal-arn "$role" \
  --policy-arn "arn:$partition:eks::aws:cluster-access-policy/AmazonEKSViewPolicy" --access-scope type=cluster
