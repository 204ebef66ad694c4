// The emulated cloud of one world: AWS on one loopback port, and a Kubernetes API per running cluster. It holds
// everything in itself, so that several clouds, and the scanner, can live in one process.

import { randomBytes, randomUUID } from "node:crypto";

import { answerRequest } from "./aws/answer-request.ts";
import type { CloudContext, RecordedCall } from "./aws/answer-request.ts";
import { createFaultFinder } from "./aws/faults.ts";
import { startHttpListener } from "./aws/http-listener.ts";
import { hubRoleArn, OPERATOR, toHubRoles } from "./aws/hub-role.ts";
import { readServerless, type TemplateParameters } from "./aws/hub-template.ts";
import { readMemberTemplate, toMemberRole } from "./aws/member-role.ts";
import { toOperatorRole } from "./aws/operator-role.ts";
import type { OperatorParameters } from "./aws/operator-role.ts";
import type { Role } from "./aws/role.ts";
import { toBucketPolicies } from "./aws/s3/bucket-policy.ts";
import { spokeRoleArn, toSpokeRoles } from "./aws/spoke-role.ts";
import { SessionStore } from "./aws/session.ts";
import type { Session } from "./aws/session.ts";
import { createStores } from "./aws/stores.ts";
import type { StoredParameter, Stores } from "./aws/stores.ts";
import type { ServerCertificate } from "./kubernetes/certificate.ts";
import { startClusterServer } from "./kubernetes/server.ts";
import type { ClusterServer } from "./kubernetes/server.ts";
import { startClusters } from "./start-clusters.ts";
import type { World } from "./world.ts";

export type { RecordedCall } from "./aws/answer-request.ts";

export interface CloudOptions {
  readonly now?: () => Date;
  /** Milliseconds that every answer waits first. */
  readonly latencyMs?: number;
  /** AWS speaks TLS with this certificate; absent: plain HTTP. */
  readonly certificate?: ServerCertificate;
  /** Of the hub's deployment: they decide what its roles may do. */
  readonly templateParameters?: TemplateParameters;
  /** Serves a cluster's API in place of the emulated server: a real one, for a test that proves the emulated. */
  readonly serveCluster?: typeof startClusterServer;
  /** The operator has deploy/operator-policy.yaml with these parameters; absent: everything in the own account. */
  readonly operator?: OperatorParameters;
}

/** What a caller of the emulated cloud needs in its environment, and nothing else. */
export interface CallerEnvironment {
  readonly AWS_ENDPOINT_URL: string;
  readonly AWS_REGION: string;
  readonly AWS_ACCESS_KEY_ID: string;
  readonly AWS_SECRET_ACCESS_KEY: string;
  readonly AWS_SESSION_TOKEN: string;
}

export interface Cloud {
  /** `http://127.0.0.1:PORT`, or https */
  readonly endpoint: string;
  /** Of the operator: a person with a terminal in the scanner's account. */
  readonly environment: CallerEnvironment;
  /** Of a Lambda function, by the name of its role: `ringfence-prod-scan`; or of `ringfence-operator`. */
  environmentFor(roleName: string): CallerEnvironment;
  /** Of the function that deploy/spoke.yaml makes in an account and Region. */
  environmentForSpoke(accountId: string, region: string): CallerEnvironment;
  /** Live, in order of arrival. */
  readonly calls: readonly RecordedCall[];
  /** Every secret key, session token and secret value so far, for a test that none of them leaks. */
  readonly issuedSecrets: readonly string[];
  /** What the services hold. */
  readonly stores: Stores;
  /** `ringfence-findings` in the scanner's account and Region. */
  readonly topicArn: string;
  /** Puts a secret into the scanner's account and Region; returns its ARN. */
  putSecret(name: string, value: string): string;
  /** The same for Parameter Store; a SecureString where `type` is not given. */
  putParameter(name: string, value: string, type?: "String" | "SecureString"): void;
  /** By `account/region/name`. */
  readonly clusters: ReadonlyMap<string, ClusterServer>;
  close(): Promise<void>;
}

/** Credentials of a Lambda function live as long as the emulator is likely to run. */
const CREDENTIAL_SECONDS = 12 * 60 * 60;

export async function startCloud(world: World, options: CloudOptions = {}): Promise<Cloud> {
  requireScanner(world);
  const { now = () => new Date(), latencyMs = 0 } = options;
  const clusters = new Map<string, ClusterServer>();
  const calls: RecordedCall[] = [];
  const context = toContext(world, options, { clusters, calls, now });
  await startClusters(context, { latencyMs, serve: options.serveCluster ?? startClusterServer }, clusters);
  const listener = await startHttpListener({
    latencyMs,
    now,
    answer: (request) => answerRequest(request, context),
    certificate: options.certificate,
    faults: world.faults,
  });
  const { accountId, region } = world.scanner;
  const environmentFor = (roleName: string): CallerEnvironment => {
    // Lambda names the session after the function, which has the name of its role here.
    const session = issueFor(hubRoleArn(world, roleName), roleName, context);
    return toEnvironment(listener.origin, region, session);
  };
  return {
    endpoint: listener.origin,
    environment: environmentFor(OPERATOR),
    environmentFor,
    environmentForSpoke(inAccount, inRegion) {
      const session = issueFor(spokeRoleArn(world, inAccount, inRegion), "ringfence-spoke", context);
      return toEnvironment(listener.origin, inRegion, session);
    },
    calls,
    get issuedSecrets() {
      return listSecrets(context);
    },
    stores: context.stores,
    topicArn: `arn:${world.partition}:sns:${region}:${accountId}:ringfence-findings`,
    putSecret: (name, value) => putSecret(context, name, value),
    putParameter: (name, value, type = "SecureString") => putParameter(context, name, value, type),
    clusters,
    close: () => closeAll([listener, ...clusters.values()]),
  };
}

function toContext(world: World, options: CloudOptions, { clusters, calls, now }: Live): CloudContext {
  return {
    world,
    stores: createStores(),
    sessions: new SessionStore(now),
    roles: toRoles(world, options),
    bucketPolicies: toBucketPolicies(world, readServerless(), options.templateParameters),
    endpoints: clusters,
    now,
    findFault: createFaultFinder(world.faults),
    calls,
  };
}

interface Live {
  readonly clusters: Map<string, ClusterServer>;
  readonly calls: RecordedCall[];
  readonly now: () => Date;
}

async function closeAll(servers: readonly { close(): Promise<void> }[]): Promise<void> {
  await Promise.all(servers.map((server) => server.close()));
}

function listSecrets({ stores: { secrets, parameters }, sessions }: CloudContext): readonly string[] {
  const values = [...secrets.values(), ...parameters.values()].map(({ value }) => value);
  return [...sessions.secrets, ...values];
}

function requireScanner(world: World): void {
  const { accountId, region } = world.scanner;
  const account = world.accounts.find(({ id }) => id === accountId);
  if (account === undefined) throw new Error(`World ${world.name}: it has no account ${accountId}`);
  if (account.enabledRegions.includes(region)) return;
  throw new Error(`World ${world.name}: account ${accountId} has not enabled its own Region ${region}`);
}

function toRoles(world: World, options: CloudOptions): ReadonlyMap<string, Role> {
  const { templateParameters, operator } = options;
  const template = readMemberTemplate();
  const members = world.accounts.flatMap((account) => toMemberRole(world, account, template) ?? []);
  const spokes = world.accounts.flatMap((account) => toSpokeRoles(world, account));
  const open = toHubRoles(world, readServerless(), templateParameters);
  // Of two roles with one ARN the last one counts.
  const narrow = operator === undefined ? [] : [toOperatorRole(world, operator)];
  const roles = [...members, ...spokes, ...open, ...narrow];
  return new Map(roles.map((role) => [role.arn, role]));
}

function issueFor(roleArn: string, sessionName: string, { roles, sessions }: CloudContext): Session {
  const role = roles.get(roleArn);
  if (role === undefined) throw new Error(`The world has no role ${roleArn.slice(roleArn.indexOf("/") + 1)}`);
  return sessions.issue({ role, sessionName, durationSeconds: CREDENTIAL_SECONDS, sessionPolicy: null });
}

function toEnvironment(endpoint: string, region: string, session: Session): CallerEnvironment {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
  };
}

/** Secrets Manager puts a hyphen and six characters behind the name. */
function putSecret({ world, stores, now }: CloudContext, name: string, value: string): string {
  const { accountId, region } = world.scanner;
  const suffix = randomBytes(3).toString("hex");
  const arn = `arn:${world.partition}:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`;
  stores.secrets.set(name, { arn, name, value, versionId: randomUUID(), createdAt: now() });
  return arn;
}

function putParameter(
  { world, stores, now }: CloudContext,
  name: string,
  value: string,
  type: StoredParameter["type"],
): void {
  const { accountId, region } = world.scanner;
  const arn = `arn:${world.partition}:ssm:${region}:${accountId}:parameter/${name.replace(/^\//, "")}`;
  stores.parameters.set(name, { arn, name, type, value, modifiedAt: now() });
}
