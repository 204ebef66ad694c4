// Makes the bearer token of the EKS Kubernetes API: a presigned sts:GetCallerIdentity that names the cluster.
// Always signs the Region's real STS host, whatever AWS_ENDPOINT_URL says: authenticators accept no other.

import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import type { AwsCredentialIdentity, Hash, HashConstructor, SourceData } from "@smithy/types";
import { UnknownPartitionError } from "./errors.ts";
import { findPartition } from "./partitions.ts";

const PREFIX = "k8s-aws-v1.";
/** Conventional; STS ignores it, and authenticators count 15 minutes from X-Amz-Date (aws-iam-authenticator). */
const EXPIRES_IN_SECONDS = 60;

export interface EksTokenRequest {
  readonly partition: string;
  readonly region: string;
  /** The cluster's name; for a local cluster on AWS Outposts its id. */
  readonly clusterId: string;
  readonly credentials: AwsCredentialIdentity;
  readonly now: Date;
}

/** All that aws-iam-authenticator (pkg/token) accepts in the query, in the order in which the aws CLI writes it. */
const QUERY_PARAMETERS = [
  "Action",
  "Version",
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-SignedHeaders",
  "X-Amz-Security-Token",
  "X-Amz-Signature",
];

/** Good for 15 minutes after `now`, or until the credentials expire. Throws where the partition is unknown. */
export async function createEksToken(request: EksTokenRequest): Promise<string> {
  const partition = findPartition(request.partition);
  if (partition === null) throw new UnknownPartitionError(request.partition);
  const hostname = `sts.${request.region}.${partition.serviceSuffix}`;
  const signer = new SignatureV4({
    service: "sts",
    region: request.region,
    credentials: request.credentials,
    sha256: Sha256,
  });
  // No SDK middleware may touch the request: it would add query parameters. The cluster's name is a signed header.
  const presigned = await signer.presign(
    {
      method: "GET",
      protocol: "https:",
      hostname,
      path: "/",
      query: { Action: "GetCallerIdentity", Version: "2011-06-15" },
      headers: { host: hostname, "x-k8s-aws-id": request.clusterId },
    },
    { signingDate: request.now, expiresIn: EXPIRES_IN_SECONDS },
  );
  const query = presigned.query ?? {};
  const parameters = QUERY_PARAMETERS.filter((name) => Object.hasOwn(query, name)).map(
    (name) => `${name}=${encodeURIComponent(String(query[name]))}`,
  );
  return PREFIX + Buffer.from(`https://${hostname}/?${parameters.join("&")}`).toString("base64url");
}

/** What @smithy/signature-v4 asks for: a hash, or an HMAC where there is a secret. */
const Sha256: HashConstructor = class implements Hash {
  readonly #hash;

  constructor(secret?: SourceData) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", toHashable(secret));
  }

  update(data: SourceData): void {
    this.#hash.update(toHashable(data));
  }

  digest(): Promise<Uint8Array> {
    return Promise.resolve(this.#hash.digest());
  }
};

function toHashable(data: SourceData): string | Uint8Array {
  if (typeof data === "string") return data;
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return new Uint8Array(data);
}
