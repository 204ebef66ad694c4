// What to do about something that could not be looked at: one sentence per reason and kind of scope. Advice,
// not observation: it may be wrong about the cause, so it never replaces `why` and `detail`.

import type { Why } from "./observed.ts";
import type { Coverage } from "./target.ts";

/** kubeconfig: a cluster without AWS around it. */
export const SCOPE_KINDS = ["run", "account", "region", "cluster", "kubeconfig", "file"] as const;
export type ScopeKind = (typeof SCOPE_KINDS)[number];

export function toScopeKind({ account, region, cluster, file }: Coverage): ScopeKind {
  if (file !== undefined) return "file";
  if (cluster !== null) return account === null ? "kubeconfig" : "cluster";
  if (region !== null) return "region";
  return account === null ? "run" : "account";
}

const AGAIN = "Scan again; if it stays so, look into the log of the run.";

const NEXT_STEPS: Readonly<Record<Why, Partial<Record<ScopeKind, string>> & { readonly any: string }>> = {
  "access-denied": {
    any: "Grant the scanner what deploy/ says, and look for a service control policy that takes it away.",
    run: "Run the scan from the management account or a delegated administrator, or list `accounts` in the configuration.",
    account:
      "Deploy deploy/member-role.yaml in the account, with the organization id, the ExternalId and the scanner's role of your deployment.",
    region:
      "Allow the member role to call EKS in this Region (look for a service control policy), or leave the Region out of `regions`.",
    cluster:
      "Give the member role what deploy/member-role.yaml grants, an access entry with AmazonEKSViewPolicy in the cluster, and deploy/kubernetes/ for what that policy lacks.",
    kubeconfig:
      "Bind the ClusterRole of deploy/kubernetes/ringfence-reader.yaml to the user of the kubeconfig's context.",
    file: "Make the file readable.",
  },
  unreachable: {
    any: "Check the way from here to the AWS API of this Region: DNS, proxy, VPC endpoints.",
    region:
      "Check that the Region is enabled in the account and that its EKS and STS endpoints can be reached from here.",
    cluster:
      "Let the scanner's address into the endpoint's publicAccessCidrs, run the scanner in a network that reaches the private endpoint, or let a spoke in the cluster's account read it (docs/operations.md, Private clusters).",
    kubeconfig:
      "See that the server of the kubeconfig's context answers from here: `kubectl get --raw /readyz` asks it; look for a VPN, a proxy or a firewall in between.",
  },
  throttled: { any: "Scan again later, or lower `limits.concurrency`; other callers share the same quota." },
  "server-error": { any: "Scan again later: the service answered with an error of its own." },
  malformed: {
    any: "The answer is not what the API documents: look for a proxy in between, and report it if there is none.",
    file: "Mend the document, or leave the file out.",
  },
  "not-supported": { any: "What is asked for does not exist here; nothing can be granted to change that." },
  deadline: {
    any: "Scan again if the run was interrupted; else give it more time (`limits.deadlineSeconds`), or scan fewer clusters at once (`limits.concurrency`).",
  },
  incomplete: { any: AGAIN },
  "not-attempted": { any: "Nothing was tried, because something before it failed: mend that first." },
};

/** How a detail begins where nothing was asked of AWS, or nothing could be, for want of valid credentials. */
export const NO_CREDENTIALS = "no usable AWS credentials were found";
export const EXPIRED_CREDENTIALS = "the AWS credentials have expired";

const SIGN_IN: readonly (readonly [detail: string, step: string])[] = [
  [
    NO_CREDENTIALS,
    "Sign in first (`aws sso login`, or `aws configure`) and name the profile in AWS_PROFILE; `aws sts get-caller-identity` says who you are then.",
  ],
  [
    EXPIRED_CREDENTIALS,
    "Sign in again (`aws sso login`, or whatever gave you the credentials), then scan again.",
  ],
];

export function isSignedOut(coverage: Coverage): boolean {
  return signInStepFor(coverage) !== null;
}

/** null: whoever asked was signed in, as far as the answer says. */
export function signInStepFor({ detail }: Pick<Coverage, "detail">): string | null {
  return SIGN_IN.find(([start]) => detail?.startsWith(start) === true)?.[1] ?? null;
}

/** One sentence. */
export function toNextStep(coverage: Coverage): string {
  const signIn = signInStepFor(coverage);
  if (signIn !== null) return signIn;
  const steps = coverage.why === undefined ? null : NEXT_STEPS[coverage.why];
  return steps?.[toScopeKind(coverage)] ?? steps?.any ?? AGAIN;
}
