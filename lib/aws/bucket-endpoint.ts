// Stands for the S3 client's own rules in the Lambda bundles (build/lean-sdk.mjs): where a general purpose bucket
// answers. Access points by ARN, Outposts and directory buckets are most of those rules, and no bucket of ours.

import { isIP } from "node:net";
import { partition } from "@aws-sdk/core/client";

export interface BucketPlace {
  readonly Bucket?: string;
  readonly Region?: string;
  readonly Endpoint?: string;
  readonly ForcePathStyle?: boolean;
  readonly UseFIPS?: boolean;
  readonly UseDualStack?: boolean;
}

export interface BucketEndpoint {
  readonly url: URL;
  readonly properties: { readonly authSchemes: readonly Readonly<Record<string, string | boolean>>[] };
  readonly headers: Readonly<Record<string, never>>;
}

// "Bucket names must be between 3 (min) and 63 (max) characters … lowercase letters, numbers, and hyphens"; one with
// periods fits no wildcard certificate (Amazon S3 User Guide, "Bucket naming rules").
const HOST_LABEL = /^[a-z0-9][a-z0-9-]{2,62}$/;
/** `--x-s3`: a directory bucket; `--op-s3`: one on Outposts. */
const OTHER_KINDS = /--(?:x|op)-s3$/;

/** Named as the module that it stands for names it. */
export function defaultEndpointResolver(place: BucketPlace): BucketEndpoint {
  const { Bucket, Region } = place;
  if (Bucket === undefined || Region === undefined)
    throw new Error("a call to S3 names a bucket and a Region");
  if (Bucket.includes(":") || OTHER_KINDS.test(Bucket))
    throw new Error(`${Bucket} is no general purpose bucket: name one`);
  const signed = { name: "sigv4", signingName: "s3", signingRegion: Region, disableDoubleEncoding: true };
  return {
    url: toUrl(Bucket, toService(Region, place), place.ForcePathStyle ?? false),
    properties: { authSchemes: [signed] },
    headers: {},
  };
}

function toService(region: string, { Endpoint, UseFIPS, UseDualStack }: BucketPlace): URL {
  if (Endpoint !== undefined) return new URL(Endpoint);
  const fips = UseFIPS === true ? "-fips" : "";
  const dualStack = UseDualStack === true ? ".dualstack" : "";
  return new URL(`https://s3${fips}${dualStack}.${region}.${partition(region).dnsSuffix}`);
}

function toUrl(bucket: string, service: URL, forcePathStyle: boolean): URL {
  const url = new URL(service);
  if (!forcePathStyle && HOST_LABEL.test(bucket) && isIP(service.hostname) === 0)
    url.hostname = `${bucket}.${service.hostname}`;
  else url.pathname = `${service.pathname.replace(/\/$/, "")}/${bucket}`;
  return url;
}
