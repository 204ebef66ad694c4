// How the contracts of the Kubernetes API read an answer: what is the same on every server, as plain data.

import { type ListBody, type Reply, toNames } from "../../emulator/kubernetes-fixture.ts";
import type { Contract } from "./contract.ts";
import type { KubernetesApi, Server } from "./kubernetes-api.ts";

export type KubernetesContract = Contract<KubernetesApi, Server>;

export const parse = (reply: Reply): Record<string, unknown> =>
  JSON.parse(reply.text) as Record<string, unknown>;
export const mediaType = ({ headers }: Reply): unknown => headers["content-type"];

/** The status of a request and everything that its body says. */
export async function refusal(asked: Promise<Reply>): Promise<unknown> {
  const reply = await asked;
  return [reply.status, mediaType(reply), parse(reply)];
}

export function toStatus(code: number, reason: string, message: string, details?: object): unknown {
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code };
  return [code, "application/json", details === undefined ? body : { ...body, details }];
}

export function parseList(reply: Reply): ListBody {
  return JSON.parse(reply.text) as ListBody;
}

export async function names(api: KubernetesApi, path: string): Promise<readonly string[] | number> {
  const reply = await api.send(path);
  return reply.status === 200 ? toNames(parseList(reply)) : reply.status;
}

export const labelled = (selector: string): string =>
  `/api/v1/pods?labelSelector=${encodeURIComponent(selector)}`;
export const fielded = (selector: string): string =>
  `/api/v1/pods?fieldSelector=${encodeURIComponent(selector)}`;
