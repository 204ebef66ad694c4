// The Regions of each partition, as far as the emulator needs them: which are on by default, which are opt-in.

import type { World, WorldAccount } from "../world.ts";

/** "Regions introduced before March 20, 2019 are enabled by default." (Account Management guide) */
const DEFAULT_REGIONS: Readonly<Record<World["partition"], readonly string[]>> = {
  aws: [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
  ],
  "aws-us-gov": ["us-gov-east-1", "us-gov-west-1"],
  "aws-cn": ["cn-north-1", "cn-northwest-1"],
};

const OPT_IN_REGIONS: Readonly<Record<World["partition"], readonly string[]>> = {
  aws: [
    "af-south-1",
    "ap-east-1",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
  ],
  "aws-us-gov": [],
  "aws-cn": [],
};

export const DNS_SUFFIXES: Readonly<Record<World["partition"], string>> = {
  aws: "amazonaws.com",
  "aws-us-gov": "amazonaws.com",
  "aws-cn": "amazonaws.com.cn",
};

export interface RegionStatus {
  readonly name: string;
  readonly status: "ENABLED" | "ENABLED_BY_DEFAULT" | "DISABLED";
}

/** In code-unit order. A world may switch off what AWS would not let anyone switch off. */
export function toRegionStatuses(
  partition: World["partition"],
  account: WorldAccount,
): readonly RegionStatus[] {
  const byDefault = DEFAULT_REGIONS[partition];
  const names = new Set([...byDefault, ...OPT_IN_REGIONS[partition], ...account.enabledRegions]);
  return [...names].toSorted().map((name) => {
    if (!account.enabledRegions.includes(name)) return { name, status: "DISABLED" };
    return { name, status: byDefault.includes(name) ? "ENABLED_BY_DEFAULT" : "ENABLED" };
  });
}
