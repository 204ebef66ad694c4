// The connection to a cluster as its description and its tokens make it: the authority checked, the token renewed.

import { X509Certificate } from "node:crypto";
import type { ClusterAccess, ReadOptions } from "../scan/sources.ts";
import { ClusterAccessError } from "./errors.ts";
import { type HttpClient, openHttpClient } from "./http-client.ts";

/** Without a reader on top: access-probe.ts asks other things. Throws as `openClusterReader` (reader.ts) does. */
export function openClusterClient(access: ClusterAccess, options: ReadOptions): HttpClient {
  return openHttpClient({
    endpoint: access.endpoint,
    tls: { ca: parseAuthority(access.certificateAuthorityData) },
    credentials: async (refused) => {
      const { Authorization: useless } = refused ?? {};
      return { Authorization: `Bearer ${await access.bearerToken(useless?.slice("Bearer ".length))}` };
    },
    requestTimeoutMs: options.requestTimeoutMs,
    signal: options.signal,
  });
}

/** Without this check Node would trust the public authorities for an empty text, and nothing for garbage. */
export function parseAuthority(base64: string): string {
  const pem = Buffer.from(base64, "base64").toString("latin1");
  try {
    // Throws where the first certificate cannot be read.
    void new X509Certificate(pem);
  } catch {
    throw new ClusterAccessError("the cluster's certificate authority is not a PEM certificate");
  }
  return pem;
}
