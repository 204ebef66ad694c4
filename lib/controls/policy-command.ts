// The command that shows a policy as the cluster has it, or all native ones of a namespace.

import { quoteForShell } from "../model/quote-for-shell.ts";

/** Policies of other APIs are named `Kind.group/name`. Null: every NetworkPolicy of the namespace. */
export function toPolicyCommand(namespace: string, policy: string | null): string {
  const slash = policy?.indexOf("/") ?? -1;
  const kind =
    policy === null || slash === -1
      ? "networkpolicies.networking.k8s.io"
      : quoteForShell(policy.slice(0, slash).toLowerCase());
  const name = policy === null ? "" : ` ${quoteForShell(policy.slice(slash + 1))}`;
  return `kubectl get ${kind}${name} -n ${quoteForShell(namespace)} -o yaml`;
}
