// Asks a real API server whether it would take the NetworkPolicies that we write: its own validation, strict about
// fields, and nothing stored.

import pLimit from "p-limit";
import { parseAllDocuments } from "yaml";
import { isRecord } from "../../../lib/kubernetes/foreign-json.ts";
import type { ControlPlane } from "./control-plane.ts";

const PARALLEL_REQUESTS = 16;

interface WrittenPolicy {
  readonly metadata: { readonly name: string; readonly namespace: string };
}

/** Of the texts of YAML files. */
export function listPolicies(texts: readonly string[]): readonly WrittenPolicy[] {
  return [...new Set(texts)]
    .flatMap((text) => parseAllDocuments(text).map((document): unknown => document.toJS()))
    .filter((object) => isRecord(object) && object["kind"] === "NetworkPolicy")
    .map((object) => object as WrittenPolicy);
}

/** Throws at the first that is refused; returns how many were taken. Their namespaces are there. */
export async function acceptPolicies(plane: ControlPlane, texts: readonly string[]): Promise<number> {
  const policies = listPolicies(texts);
  const limit = pLimit(PARALLEL_REQUESTS);
  await Promise.all(policies.map((policy) => limit(() => accept(plane, policy))));
  return policies.length;
}

async function accept(plane: ControlPlane, policy: WrittenPolicy): Promise<void> {
  const { name, namespace } = policy.metadata;
  // Another name, because a remedy may correct a policy that is there.
  const renamed = { ...policy, metadata: { ...policy.metadata, name: `proof-${name}`.slice(0, 253) } };
  const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
  await plane.asAdmin("POST", `${path}?dryRun=All&fieldValidation=Strict`, renamed);
}
