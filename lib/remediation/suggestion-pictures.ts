// A namespace as it is and as it would be with the policies that its findings suggest: posture, and what is allowed
// for each workload. A comparison of policies, not of traffic. Pure.

import { parseAllDocuments } from "yaml";
import type { Finding } from "../model/finding.ts";
import { DIRECTIONS, type Direction } from "../model/isolation-detail.ts";
import type { RawObject } from "../model/kubernetes.ts";
import type { NamespaceReport, Posture, WorkloadReport } from "../model/posture.ts";
import type { Allowed } from "../netpol/allowances.ts";
import { assessIsolation } from "../netpol/assess-isolation.ts";
import type { IsolationInput } from "../netpol/isolation-input.ts";
import { isRecord } from "../netpol/raw-record.ts";
import { createReachability } from "../netpol/reachability.ts";

export interface SuggestionPicture {
  /** Policies that are added or replaced, by name, in code-unit order. */
  readonly suggested: readonly string[];
  readonly before: NamespacePicture;
  readonly after: NamespacePicture;
}

export interface NamespacePicture {
  readonly posture: Posture;
  readonly defaultDeny: NamespaceReport["defaultDeny"];
  /** In the report's order. */
  readonly workloads: readonly WorkloadPicture[];
}

export interface WorkloadPicture {
  readonly report: WorkloadReport;
  /** One for each group of like pods; empty where no pod is counted. */
  readonly allowed: Readonly<Record<Direction, readonly Allowed[]>>;
}

/** Null: nothing is suggested for the namespace, or the input does not have it. */
export type PictureSuggestions = (namespace: string) => SuggestionPicture | null;

/**
 * `findings`: of the input's cluster. With `enforcement: null` in the input the posture is what the policies say;
 * otherwise a namespace whose policies nothing applies stays inert. Each call costs one evaluation of one namespace.
 */
export function createSuggestionPictures(
  input: IsolationInput,
  findings: readonly Finding[],
): PictureSuggestions {
  const namespaces = new Map(input.namespaces.map((namespace) => [namespace.name, namespace]));
  const podsOf = Map.groupBy(input.pods, ({ namespace }) => namespace);
  const policiesOf = Map.groupBy(input.policies, namespaceOf);
  const failuresOf = Map.groupBy(
    findings.filter(({ status, subject }) => status === "fail" && subject.kind === "namespace"),
    ({ subject }) => subject.name,
  );
  return (name) => {
    const namespace = namespaces.get(name);
    const suggested = suggestedPolicies(name, failuresOf.get(name) ?? []);
    if (namespace === undefined || suggested.size === 0) return null;
    const present = policiesOf.get(name) ?? [];
    const kept = present.filter(({ metadata }) => !suggested.has(metadata.name));
    const alone = { ...input, namespaces: [namespace], pods: podsOf.get(name) ?? [] };
    return {
      suggested: [...suggested.keys()].toSorted(),
      before: picture({ ...alone, policies: present }),
      after: picture({ ...alone, policies: [...kept, ...suggested.values()] }),
    };
  };
}

function picture(input: IsolationInput): NamespacePicture {
  const [namespace] = assessIsolation(input).namespaces;
  if (namespace === undefined) throw new Error("the input has one namespace");
  const { allowed } = createReachability(input);
  return {
    posture: namespace.posture,
    defaultDeny: namespace.defaultDeny,
    workloads: namespace.workloads.map((report) => {
      const { kind, name } = report;
      const target = { kind: "workload", namespace: namespace.name, workload: { kind, name } } as const;
      const [ingress, egress] = DIRECTIONS.map((direction) => allowed(target, direction) ?? []);
      return { report, allowed: { ingress: ingress ?? [], egress: egress ?? [] } };
    }),
  };
}

/** By name. Of two files with one name the first counts, as in the folder that `ringfence fix` writes. */
function suggestedPolicies(namespace: string, failures: readonly Finding[]): ReadonlyMap<string, RawObject> {
  const files = new Map<string, string>();
  for (const { remediation } of failures)
    for (const { name, content } of remediation.files)
      if (name.endsWith(".yaml") && !files.has(name)) files.set(name, content);
  const policies = [...files.values()].flatMap(parsePolicies);
  return new Map(
    policies
      .filter((policy) => namespaceOf(policy) === namespace)
      .map((policy) => [policy.metadata.name, policy]),
  );
}

/** Our own files, which are what we wrote; what is no NetworkPolicy in them is none of this picture. */
function parsePolicies(content: string): readonly RawObject[] {
  return parseAllDocuments(content, { version: "1.1" }).flatMap((document) => {
    const object: unknown = document.toJS();
    return isRecord(object) && object["kind"] === "NetworkPolicy" ? [toRawObject(object)] : [];
  });
}

function toRawObject(object: Readonly<Record<string, unknown>>): RawObject {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by toManifestFile from a PolicyManifest
  return object as unknown as RawObject;
}

function namespaceOf({ metadata }: RawObject): string {
  // ObjectMeta.namespace: "an empty namespace is equivalent to the "default" namespace".
  return metadata.namespace ?? "default";
}
