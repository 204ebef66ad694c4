// Doctor's rows about one cluster, in the order in which a scan meets them: its description, the way to its
// endpoint, whether its API server knows us, and what may be read there.

import type { Observed } from "../model/observed.ts";
import {
  notAsked,
  pass,
  unanswered,
  unknown,
  type CheckId,
  type CheckRow,
  type CheckScope,
} from "../model/preflight.ts";
import type { ClusterDescription } from "../model/snapshot.ts";
import { toSkipped } from "../scan/coverage.ts";
import type { AccessProbe } from "../scan/probe-sources.ts";
import type { AccountCloud } from "../scan/sources.ts";
import { checkAccess } from "./check-access.ts";
import { isPrivateAddress, toEndpointFix } from "../remediation/endpoint-advice.ts";
import { toCheckNextStep, type PreflightContext } from "./preflight-context.ts";

type Place = CheckScope & { readonly account: string; readonly region: string; readonly cluster: string };

export async function checkCluster(
  account: AccountCloud,
  region: string,
  name: string,
  excludedTags: readonly string[],
  context: PreflightContext,
): Promise<readonly CheckRow[]> {
  const scope: Place = { account: account.accountId, region, cluster: name };
  const { cluster, rows } = await describe(account, scope, context);
  if (!cluster.seen) return rows;
  const skipped = toSkipped(scope, cluster.value, excludedTags);
  if (skipped !== null)
    return [...rows, notAsked("access-entry", scope, `not scanned: ${skipped.detail ?? "skipped"}`)];
  const probe = await openProbe(account, scope, cluster.value, context);
  if (!probe.seen)
    return [...rows, unanswered("endpoint-name", scope, probe, { fix: toCheckNextStep(probe, scope) })];
  const reached = await walk(probe.value, cluster.value, scope, context);
  const behind = reached.every(({ status }) => status === "pass")
    ? await checkAccess(probe.value, cluster.value, scope, context)
    : [
        unknown(
          "access-entry",
          scope,
          "could not be looked at from here",
          "Mend the way to the endpoint first.",
        ),
      ];
  probe.value.close();
  return [...rows, ...reached, ...behind];
}

async function describe(
  account: AccountCloud,
  scope: Place,
  { observe }: PreflightContext,
): Promise<{ readonly cluster: Observed<ClusterDescription>; readonly rows: readonly CheckRow[] }> {
  const { region, cluster: name } = scope;
  const [cluster, addon, capabilities] = await Promise.all([
    observe(() => account.describeCluster(region, name)),
    observe(() => account.describeAddon(region, name, "vpc-cni")),
    observe(() => account.listCapabilities(region, name)),
  ]);
  const failed = [cluster, addon, capabilities].flatMap((answer) =>
    answer.seen ? [] : [unanswered("eks-describe", scope, answer, toDescribeFix(answer.why))],
  );
  const told = "the cluster, its vpc-cni add-on and its capabilities can be described";
  return { cluster, rows: failed.length > 0 ? failed : [pass("eks-describe", scope, told)] };
}

function toDescribeFix(why: string): { fix: string } {
  return {
    fix:
      why === "access-denied"
        ? "Update the role from deploy/member-role.yaml, which allows eks:DescribeCluster, eks:DescribeAddon and eks:ListCapabilities, and look for a service control policy."
        : "Run doctor again; if it stays so, look at the cluster in EKS itself.",
  };
}

function openProbe(
  account: AccountCloud,
  { region }: Place,
  cluster: ClusterDescription,
  { observe, openProbe: open, requestTimeoutMs, signal }: PreflightContext,
): Promise<Observed<AccessProbe>> {
  return observe(async () => {
    const access = account.clusterAccess(region, cluster);
    return Promise.resolve(open(access, { requestTimeoutMs, signal }));
  });
}

/** One row per step; after the first that fails there is no way on. */
async function walk(
  probe: AccessProbe,
  cluster: ClusterDescription,
  scope: Place,
  { observe }: PreflightContext,
): Promise<readonly CheckRow[]> {
  const rows: CheckRow[] = [];
  for (const { check, go } of toSteps(probe)) {
    const answer = await observe(go);
    rows.push(
      answer.seen
        ? pass(check, scope, answer.value)
        : unanswered(check, scope, answer, toEndpointFix(check, cluster)),
    );
    if (!answer.seen) break;
  }
  return rows;
}

interface Step {
  readonly check: CheckId;
  /** What a step that went well is told as. */
  readonly go: () => Promise<string>;
}

function toSteps(probe: AccessProbe): readonly Step[] {
  return [
    { check: "endpoint-name", go: async () => toAddressText(await probe.resolve()) },
    {
      check: "endpoint-connection",
      go: async () => {
        await probe.connect();
        return "a connection is made from here";
      },
    },
    {
      check: "endpoint-certificate",
      go: async () => {
        await probe.handshake();
        return "its certificate is of the cluster's own authority";
      },
    },
  ];
}

function toAddressText(addresses: readonly string[]): string {
  return addresses.some(isPrivateAddress)
    ? "its name resolves, to private addresses"
    : "its name resolves, to public addresses";
}
