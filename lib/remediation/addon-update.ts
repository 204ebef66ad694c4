// One `aws eks update-addon` for the vpc-cni add-on of this cluster: its own values with one thing changed, or
// another version with the values that it has. Writes the command, and applies nothing.

import type { Remediation } from "../model/finding.ts";
import { quoteForShell } from "../model/quote-for-shell.ts";
import type { Addon } from "../model/snapshot.ts";
import { parseEksArn, toClusterArguments } from "../model/cluster-address.ts";
import { mergeAddonValues, type ChangeValues } from "./merge-addon-values.ts";

/** Longer values go into the command as a file: a terminal line has to be read before it is run. */
const MAX_INLINE_CHARACTERS = 1500;
const VALUES_FILE = "vpc-cni-configuration-values.json";

export interface AddonChange {
  readonly values: ChangeValues;
  /** Absent: the version that it has. */
  readonly version?: string;
  readonly resolveConflicts: "PRESERVE" | "OVERWRITE";
}

export type AddonUpdate =
  | Pick<Remediation, "commands" | "files">
  /** Why it cannot be written without losing something, and the command that shows the values. */
  | { readonly because: string; readonly commands: readonly string[] };

export function toAddonUpdate(clusterName: string, addon: Addon, change: AddonChange): AddonUpdate {
  const merged = mergeAddonValues(addon.configurationValues, change.values);
  const where = toClusterArguments(clusterName, parseEksArn(addon.arn));
  if ("because" in merged)
    return {
      because: merged.because,
      commands: [
        `aws eks describe-addon ${where} --addon-name vpc-cni --query addon.configurationValues --output text`,
      ],
    };
  const values =
    merged.json.length > MAX_INLINE_CHARACTERS ? `file://${VALUES_FILE}` : quoteForShell(merged.json);
  const version = change.version === undefined ? "" : ` --addon-version ${quoteForShell(change.version)}`;
  // "If you don't specify an existing IAM role, then the add-on uses the permissions assigned to the node IAM role"
  // (UpdateAddon): so the one that it has is named again. Pod identity associations stay where they are left out.
  const role =
    addon.serviceAccountRoleArn === null
      ? ""
      : ` --service-account-role-arn ${quoteForShell(addon.serviceAccountRoleArn)}`;
  return {
    commands: [
      `aws eks update-addon ${where} --addon-name vpc-cni${version}${role} --resolve-conflicts ${change.resolveConflicts} --configuration-values ${values}`,
      `aws eks describe-addon ${where} --addon-name vpc-cni --query addon.status`,
      "kubectl rollout status daemonset aws-node -n kube-system",
    ],
    files: [{ name: VALUES_FILE, content: `${merged.json}\n` }],
  };
}
