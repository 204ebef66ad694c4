// What may start a run: a schedule, a change of a cluster, a custom action in Security Hub, or a person. Events
// are foreign: only the envelope that EventBridge writes is believed, and of the rest only names, as filters.

import * as v from "valibot";
import { AccountId, ClusterName, includeList, Region, text } from "./config/config-values.ts";
import { parseFindingId } from "./model/finding-id.ts";
import { parseInput, sourceWithoutLines } from "./parse-input.ts";

export const TRIGGERS = [
  "schedule",
  "eks-api-call",
  "eks-addon-event",
  "security-hub-action",
  "manual",
] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** Narrows a run; what is not named is not narrowed. Never more than the configuration allows. */
export const ScopeSchema = v.strictObject({
  accounts: v.exactOptional(includeList(AccountId, "account ids")),
  regions: v.exactOptional(includeList(Region, "Regions")),
  clusters: v.exactOptional(includeList(ClusterName, "cluster names")),
});
export type Scope = v.InferOutput<typeof ScopeSchema>;

// The id is part of S3 keys and the execution's name, which Step Functions limits to 80 characters.
export const RunId = text(
  "the id of a run: at most 80 letters, digits, . _ and -",
  /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
  80,
);

/** Runs again what that run missed, and nothing else. */
const RescanSchema = v.strictObject({ rescanMissed: RunId });

export type StartRequest =
  | {
      readonly kind: "run";
      readonly trigger: Trigger;
      readonly scope: Scope;
      /** The run whose missed.jsonl says what is scanned. */
      readonly rescanMissed?: string;
      readonly occurredAt: string | null;
      /** EKS needs a quarter of an hour to carry out what the event tells, and reports no end of it. */
      readonly isSlow?: true;
    }
  /** A sound event that is none of our business, or of a call that failed. */
  | { readonly kind: "ignored"; readonly because: string };

const Name = v.string("a text");

/** The members of an EventBridge event that are read; it has more. */
const EnvelopeSchema = v.looseObject({
  source: Name,
  "detail-type": Name,
  account: AccountId,
  region: Region,
  time: v.exactOptional(v.pipe(v.string(), v.isoTimestamp("an RFC 3339 time"))),
  resources: v.exactOptional(v.array(Name, "a list of ARNs")),
  detail: v.looseObject({}),
});
type Envelope = v.InferOutput<typeof EnvelopeSchema>;

export const StartEventSchema = v.union([ScopeSchema, RescanSchema, EnvelopeSchema]);

/**
 * Throws a ConfigurationError for what is neither an EventBridge event nor {accounts?, regions?, clusters?} nor
 * {rescanMissed}.
 */
export function parseStartEvent(event: unknown): StartRequest {
  if (has(event, "detail-type"))
    return toRequest(parseInput(EnvelopeSchema, event, sourceWithoutLines("the event")));
  if (has(event, "rescanMissed")) {
    const { rescanMissed } = parseInput(RescanSchema, event, sourceWithoutLines("the start event"));
    return { kind: "run", trigger: "manual", scope: {}, rescanMissed, occurredAt: null };
  }
  const scope = parseInput(ScopeSchema, event, sourceWithoutLines("the start event"));
  // A schedule may be set up with no input at all.
  const trigger = Object.keys(scope).length === 0 ? "schedule" : "manual";
  return { kind: "run", trigger, scope, occurredAt: null };
}

function has(event: unknown, key: string): boolean {
  return typeof event === "object" && event !== null && Object.hasOwn(event, key);
}

function toRequest(event: Envelope): StartRequest {
  const type = event["detail-type"];
  if (type === "Scheduled Event" && (event.source === "aws.events" || event.source === "aws.scheduler"))
    return { kind: "run", trigger: "schedule", scope: {}, occurredAt: event.time ?? null };
  if (event.source === "aws.eks" && type === "AWS API Call via CloudTrail") return toApiCallRequest(event);
  if (event.source === "aws.eks" && type.startsWith("EKS Addon ")) return toAddonRequest(event);
  if (event.source === "aws.securityhub" && type === "Security Hub Findings - Custom Action")
    return toCustomActionRequest(event);
  return ignored(`no run is started by ${type} of ${event.source}`);
}

function ignored(because: string): StartRequest {
  return { kind: "ignored", because };
}

/** EKS calls that can change whether policies are enforced, or whether we can see it. The event rules name the same. */
export const CHANGING_CALLS: ReadonlySet<string> = new Set([
  "CreateCluster",
  "DeleteCluster",
  "UpdateClusterConfig",
  "UpdateClusterVersion",
  "CreateAddon",
  "UpdateAddon",
  "DeleteAddon",
  "CreateAccessEntry",
  "UpdateAccessEntry",
  "DeleteAccessEntry",
  "AssociateAccessPolicy",
  "DisassociateAccessPolicy",
]);

/** A cluster that is CREATING or DELETING is not looked into: a run that came too early would see nothing. */
const SLOW_CALLS: ReadonlySet<string> = new Set(["CreateCluster", "DeleteCluster"]);

const ApiCallSchema = v.looseObject({
  eventName: Name,
  errorCode: v.nullish(Name),
  requestParameters: v.nullish(v.looseObject({ name: v.nullish(Name), clusterName: v.nullish(Name) })),
});

function toApiCallRequest(event: Envelope): StartRequest {
  const call = parseInput(ApiCallSchema, event.detail, sourceWithoutLines("the event's detail"));
  if (!CHANGING_CALLS.has(call.eventName))
    return ignored(`${call.eventName} changes nothing that a scan sees`);
  if (typeof call.errorCode === "string") return ignored(`${call.eventName} failed with ${call.errorCode}`);
  // The cluster stands in `name`; calls for add-ons were also seen with `clusterName`, where `name` is another.
  const name = call.requestParameters?.clusterName ?? call.requestParameters?.name;
  const request = toClusterRequest("eks-api-call", event, name);
  return request.kind === "run" && SLOW_CALLS.has(call.eventName) ? { ...request, isSlow: true } : request;
}

const AddonEventSchema = v.looseObject({ clusterName: v.nullish(Name) });

function toAddonRequest(event: Envelope): StartRequest {
  const detail = parseInput(AddonEventSchema, event.detail, sourceWithoutLines("the event's detail"));
  return toClusterRequest(
    "eks-addon-event",
    event,
    detail.clusterName ?? clusterOfArn(event.resources ?? []),
  );
}

/** `…:cluster/<cluster>` or `…:addon/<cluster>/<add-on>/<id>`. */
function clusterOfArn(resources: readonly string[]): string | null {
  for (const arn of resources) {
    const cluster = /^arn:aws[a-z-]*:eks:[^:]*:[^:]*:(?:cluster|addon)\/([^/]+)/.exec(arn)?.[1];
    if (cluster !== undefined) return cluster;
  }
  return null;
}

function toClusterRequest(trigger: Trigger, event: Envelope, name: string | null | undefined): StartRequest {
  if (!v.is(ClusterName, name)) return ignored("the event names no cluster");
  const scope = { accounts: [event.account], regions: [event.region], clusters: [name] };
  return { kind: "run", trigger, scope, occurredAt: event.time ?? null };
}

const CustomActionSchema = v.looseObject({
  findings: v.array(v.looseObject({ Id: Name, ProductArn: Name, GeneratorId: Name }), "a list of findings"),
});

/** A finding of anybody else starts nothing. The scopes of ours are joined: at worst a few clusters more. */
function toCustomActionRequest(event: Envelope): StartRequest {
  const { findings } = parseInput(CustomActionSchema, event.detail, sourceWithoutLines("the event's detail"));
  const scopes = findings.filter(isOurs).flatMap(({ Id, ProductArn }) => {
    const scope = parseFindingId(Id);
    return scope !== null && mayName(ProductArn, scope.account, event.account) ? [scope] : [];
  });
  if (scopes.length === 0) return ignored("none of the selected findings is Ringfence's");
  const scope = {
    ...toList(
      "accounts",
      scopes.map(({ account }) => account),
    ),
    ...toList(
      "regions",
      scopes.map(({ region }) => region),
    ),
    ...toList(
      "clusters",
      scopes.map(({ cluster }) => cluster),
    ),
  };
  const joined = v.safeParse(ScopeSchema, scope);
  if (!joined.success) return ignored("the ids of the selected findings name no account, Region or cluster");
  return {
    kind: "run",
    trigger: "security-hub-action",
    scope: joined.output,
    occurredAt: event.time ?? null,
  };
}

/** Whoever writes into an account's product speaks of that account; of others and of all only our own account does. */
function mayName(productArn: string, account: string | null, ownAccount: string): boolean {
  return [account, ownAccount].some((id) => id !== null && productArn.endsWith(`:product/${id}/default`));
}

function isOurs(finding: { readonly ProductArn: string; readonly GeneratorId: string }): boolean {
  return (
    /^arn:aws[a-z-]*:securityhub:[a-z0-9-]+:(\d{12}):product\/\1\/default$/.test(finding.ProductArn) &&
    finding.GeneratorId.startsWith("ringfence/")
  );
}

/** A finding about "the whole of" (null) widens the run to the whole of it. */
function toList(key: keyof Scope, names: readonly (string | null)[]): Scope {
  const known = names.filter((name) => name !== null);
  return known.length < names.length ? {} : { [key]: [...new Set(known)].toSorted() };
}
