// Decides whether a bearer token may be sent to a cluster endpoint. Pure. Whoever can make DescribeCluster
// answer with a host of their own must not get a token out of us.

import { findPartition } from "./partitions.ts";

export interface EndpointRules {
  readonly partition: string;
  readonly region: string;
  /** AWS_ENDPOINT_URL, where one is set. */
  readonly awsEndpointUrl: string | undefined;
}

/** Null: the token may go there. Otherwise why not, in one clause that does not repeat the endpoint. */
export function findEndpointRefusal(endpoint: string, rules: EndpointRules): string | null {
  const url = parseUrl(endpoint);
  if (url === null) return "the endpoint is not a URL";
  if (url.protocol !== "https:") return "the endpoint is not https";
  if (url.username !== "" || url.password !== "") return "the endpoint carries a user name";
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") return "the endpoint is more than a host";
  // The emulated cloud is the one exception: it can only be reached while the AWS endpoint itself is loopback.
  if (isLoopback(url.hostname) && isEmulated(rules.awsEndpointUrl)) return null;
  if (url.port !== "") return "the endpoint's port is not 443";
  if (!isClusterHost(url.hostname, rules)) return "the endpoint host is not an EKS host";
  return null;
}

function isClusterHost(hostname: string, { partition, region }: EndpointRules): boolean {
  const suffixes = findPartition(partition)?.clusterSuffixes ?? [];
  // A suffix with a name below it, so an address literal, a bare suffix or a trailing dot never matches.
  return suffixes.some((suffix) => {
    const below = `.${suffix.replace("<region>", region)}`;
    return hostname.endsWith(below) && /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(hostname.slice(0, -below.length));
  });
}

function isEmulated(awsEndpointUrl: string | undefined): boolean {
  if (awsEndpointUrl === undefined) return false;
  const url = parseUrl(awsEndpointUrl);
  return url !== null && isLoopback(url.hostname);
}

/** The URL parser has already turned every spelling of an IPv4 address (octal, hex, one number) into this. */
function isLoopback(hostname: string): boolean {
  return hostname === "127.0.0.1" || hostname === "[::1]" || hostname === "localhost";
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
