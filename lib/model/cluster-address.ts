// The arguments by which an aws command finds a cluster, from an ARN that the EKS API gave.

import { quoteForShell } from "./quote-for-shell.ts";

export interface EksArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** `arn:aws:eks:eu-central-1:111122223333:cluster/name`; null for anything else. */
export function parseEksArn(arn: string | null): EksArn | null {
  const match = /^arn:(aws[a-z-]*):eks:([a-z0-9-]+):(\d{12}):/.exec(arn ?? "");
  if (match === null) return null;
  const [, partition = "", region = "", account = ""] = match;
  return { partition, region, account };
}

/** ` --cluster-name NAME --region REGION`; without the Region where it is not known. */
export function toClusterArguments(clusterName: string, place: Pick<EksArn, "region"> | null): string {
  const region = place === null ? "" : ` --region ${quoteForShell(place.region)}`;
  return `--cluster-name ${quoteForShell(clusterName)}${region}`;
}
