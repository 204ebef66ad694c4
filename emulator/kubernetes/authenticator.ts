// Decides who sent a bearer token, as aws-iam-authenticator does (pkg/token/token.go, read at 0.7.18).
// It never sees an access key: it checks the form of a presigned URL and lets STS say whose it is.

export interface AuthenticatorContext {
  readonly region: string;
  readonly partition: string;
  readonly now: () => Date;
  /** The cluster's name; on AWS Outposts the local cluster's id. */
  readonly clusterHeader: string;
  /** Canonical role ARNs that may enter. */
  readonly mappedPrincipals: ReadonlySet<string>;
  readonly verifyPresignedIdentity: (
    url: URL,
    clusterHeader: string,
    /** Absent: the cloud's own time. */
    now?: Date,
  ) => Promise<{ arn: string; accountId: string } | null>;
}

export interface Identity {
  /** The ARN that STS gave, as the access entry's default user name shows it. */
  readonly userName: string;
  /** The IAM role (or user) behind it. */
  readonly principalArn: string;
}

export type Authentication =
  | { readonly identity: Identity }
  /** Why not. The API server never tells the client. */
  | { readonly refusal: string };

const TOKEN_PREFIX = "k8s-aws-v1.";
const MAX_TOKEN_BYTES = 4 * 1024;
const MAX_EXPIRES_SECONDS = 900;
// The URL is valid for 15 minutes after X-Amz-Date, whatever X-Amz-Expires says.
const MAX_AGE_MS = 15 * 60 * 1000;
const CLUSTER_HEADER = "x-k8s-aws-id";
const ALLOWED_PARAMETERS = new Set([
  "action",
  "version",
  "x-amz-algorithm",
  "x-amz-credential",
  "x-amz-date",
  "x-amz-expires",
  "x-amz-security-token",
  "x-amz-signature",
  "x-amz-signedheaders",
]);
const BEARER = /^bearer ([^ ]+)$/i;
const RAW_BASE64_URL = /^[A-Za-z0-9_-]*$/;
const PRESIGNED_URL = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?$/i;
const AMZ_DATE = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/;
// What Go refuses in a URL: control characters; a blank or a byte beyond ASCII is never signed either.
const CONTROL_OR_BLANK = /[^\x21-\x7e]/;

export async function authenticate(
  authorization: string | undefined,
  context: AuthenticatorContext,
): Promise<Authentication> {
  const token = BEARER.exec(authorization ?? "")?.[1];
  if (token === undefined) return { refusal: "no bearer token" };
  const decoded = decodeToken(token);
  if ("refusal" in decoded) return decoded;
  const refusal = refusePresignedUrl(decoded.url, context);
  if (refusal !== null) return { refusal };
  const caller = await context.verifyPresignedIdentity(new URL(decoded.url), context.clusterHeader);
  if (caller === null) return { refusal: "STS refused the presigned URL" };
  const principalArn = toCanonicalArn(caller.arn);
  if (principalArn === null) return { refusal: "not an ARN of IAM or STS" };
  if (!context.mappedPrincipals.has(principalArn)) return { refusal: "the principal is not mapped" };
  return { identity: { userName: caller.arn, principalArn } };
}

function decodeToken(token: string): { readonly url: string } | { readonly refusal: string } {
  if (Buffer.byteLength(token) > MAX_TOKEN_BYTES) return { refusal: "token is too large" };
  if (!token.startsWith(TOKEN_PREFIX)) return { refusal: `token is missing expected prefix ${TOKEN_PREFIX}` };
  const encoded = token.slice(TOKEN_PREFIX.length);
  // Go's base64.RawURLEncoding: no padding, and no input whose length leaves one character over.
  if (!RAW_BASE64_URL.test(encoded) || encoded.length % 4 === 1) return { refusal: "illegal base64 data" };
  return { url: Buffer.from(encoded, "base64url").toString("latin1") };
}

/** Judged on the text: `new URL` would already have tidied up the port, the path and the host. */
function refusePresignedUrl(text: string, context: AuthenticatorContext): string | null {
  const match = CONTROL_OR_BLANK.test(text) ? null : PRESIGNED_URL.exec(text);
  if (match === null) return "not a URL";
  const [, scheme = "", host = "", path = "", query = ""] = match;
  if (scheme.toLowerCase() !== "https") return "unexpected scheme in pre-signed URL";
  if (!toStsHosts(context.region, context.partition).has(host))
    return "unexpected hostname in pre-signed URL";
  if (path !== "/") return "unexpected path in pre-signed URL";
  const parameters = parseQuery(query);
  if (typeof parameters === "string") return parameters;
  return refuseParameters(parameters, context.now());
}

/** The Region's STS hosts; the global one only where the partition is `aws`. */
function toStsHosts(region: string, partition: string): ReadonlySet<string> {
  const suffixes =
    partition === "aws-cn"
      ? ["amazonaws.com.cn", "api.amazonwebservices.com.cn"]
      : ["amazonaws.com", "api.aws"];
  const hosts = suffixes.flatMap((suffix) => [`sts.${region}.${suffix}`, `sts-fips.${region}.${suffix}`]);
  return new Set(partition === "aws" ? [...hosts, "sts.amazonaws.com"] : hosts);
}

/** Parameters by lower-case name, or why not. */
function parseQuery(query: string): ReadonlyMap<string, string> | string {
  const parameters = new Map<string, string>();
  // Go's url.ParseQuery refuses a bare semicolon.
  if (query.includes(";")) return "malformed query parameter";
  for (const pair of query.split("&")) {
    if (pair === "") continue;
    const [rawName = "", ...rest] = pair.split("=");
    const name = decodeComponent(rawName)?.toLowerCase();
    const value = decodeComponent(rest.join("="));
    if (name === undefined || value === null) return "malformed query parameter";
    if (!ALLOWED_PARAMETERS.has(name)) return `non-whitelisted query parameter ${name}`;
    if (parameters.has(name)) return `duplicate query parameter ${name}`;
    parameters.set(name, value);
  }
  return parameters;
}

function decodeComponent(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return null;
  }
}

function refuseParameters(parameters: ReadonlyMap<string, string>, now: Date): string | null {
  if (parameters.get("action") !== "GetCallerIdentity")
    return "unexpected action parameter in pre-signed URL";
  const signedHeaders = (parameters.get("x-amz-signedheaders") ?? "").toLowerCase().split(";");
  if (!signedHeaders.includes(CLUSTER_HEADER)) return `client did not sign the ${CLUSTER_HEADER} header`;
  const expires = parameters.get("x-amz-expires") ?? "";
  if (!/^[+-]?\d+$/.test(expires) || Number(expires) < 0 || Number(expires) > MAX_EXPIRES_SECONDS) {
    return "invalid X-Amz-Expires parameter in pre-signed URL";
  }
  const signedAt = parseAmzDate(parameters.get("x-amz-date") ?? "");
  if (signedAt === null) return "X-Amz-Date parameter must be present in pre-signed URL";
  const ageMs = now.getTime() - signedAt;
  if (ageMs > MAX_AGE_MS) return "X-Amz-Date parameter is expired";
  // The authenticator leaves this one to STS, which refuses a signature that is not yet current.
  if (ageMs < -MAX_AGE_MS) return "X-Amz-Date parameter is not yet valid";
  return null;
}

/** Milliseconds since the epoch of `20261121T120000Z`. */
function parseAmzDate(text: string): number | null {
  const isoDate = text.replace(AMZ_DATE, "$1-$2-$3T$4:$5:$6Z");
  const time = isoDate === text ? Number.NaN : Date.parse(isoDate);
  return Number.isNaN(time) ? null : time;
}

/**
 * What a token's role is compared with. An access entry names the role with its path, STS without: Amazon EKS
 * resolves it. The aws-auth ConfigMap is compared as written, so that a path there never matches.
 */
export function toMappedPrincipal(roleArn: string, authenticationMode: string): string {
  if (authenticationMode === "CONFIG_MAP") return roleArn;
  return roleArn.replace(/:role\/.*\/([^/]+)$/, ":role/$1");
}

/** pkg/arn: an assumed role counts as its role (without path: STS does not tell it), IAM ARNs as they are. */
export function toCanonicalArn(arn: string): string | null {
  const [prefix, partition, service, , accountId, ...rest] = arn.split(":");
  if (prefix !== "arn" || accountId === undefined) return null;
  const resource = rest.join(":").split("/");
  const kind = resource[0];
  if (service === "iam") return kind === "role" || kind === "user" || kind === "root" ? arn : null;
  if (service !== "sts") return null;
  if (kind === "federated-user") return arn;
  const roleName = resource[1];
  if (kind !== "assumed-role" || roleName === undefined || resource.length < 3) return null;
  return `arn:${partition}:iam::${accountId}:role/${roleName}`;
}
