// From the paths on the command line to facts: reads every file, and names each document that it could not
// use. One bad document takes none of the others along.

import { MalformedObjectError } from "../kubernetes/errors.ts";
import { shorten } from "../model/shorten.ts";
import type { Coverage, Target } from "../model/target.ts";
import { toVisibleText } from "../model/visible-text.ts";
import { readManifestFiles, type ByteStream, type ManifestFile } from "./manifest-files.ts";
import { emptyFacts, type ManifestFacts } from "./manifest-facts.ts";
import { toObjects, type ManifestObject } from "./manifest-object.ts";
import { parseDocument } from "./parse-document.ts";
import type { DocumentProblem } from "./parse-yaml.ts";
import { createObjectReader, nameOfObject, type ObjectReader, type ReadOutcome } from "./read-object.ts";
import { createSourcePlaces, type SourcePlaces } from "./source-places.ts";
import { splitDocuments } from "./split-documents.ts";

export interface LoadedManifests {
  readonly facts: ManifestFacts;
  /** One entry for each file or document that could not be used. */
  readonly coverage: readonly Coverage[];
  /** Objects of the input, of whatever kind. */
  readonly objectCount: number;
  /** Objects that replaced an earlier one of the same name, as `file:line: Kind namespace/name`. */
  readonly repeated: readonly string[];
  readonly places: SourcePlaces;
}

export interface LoadOptions {
  readonly target: Target;
  /** For objects of namespaced kinds that name none. */
  readonly namespace: string;
  readonly stdin: ByteStream;
}

/** Beyond this many a file is of another kind altogether, and its report would be no help. */
const MAX_PROBLEMS_PER_FILE = 100;
const MAX_DETAIL_LENGTH = 300;

export async function loadManifests(
  paths: readonly string[],
  { target, namespace, stdin }: LoadOptions,
): Promise<LoadedManifests> {
  const facts = emptyFacts();
  const reader = createObjectReader(facts, namespace);
  const places = createSourcePlaces();
  const coverage: Coverage[] = [];
  const repeated: string[] = [];
  let objectCount = 0;
  for await (const file of readManifestFiles(paths, stdin)) {
    const loaded = loadFile(file, reader, places);
    objectCount += loaded.objectCount;
    for (const place of loaded.repeated) repeated.push(place);
    coverage.push(...loaded.problems.map((problem) => ({ ...target, file: file.name, ...problem })));
  }
  return { facts, coverage, objectCount, repeated, places };
}

type Problem = Pick<Coverage, "line" | "outcome" | "why" | "detail">;

interface LoadedFile {
  readonly problems: readonly Problem[];
  readonly objectCount: number;
  readonly repeated: readonly string[];
}

function loadFile(file: ManifestFile, reader: ObjectReader, places: SourcePlaces): LoadedFile {
  if (!("text" in file)) return { problems: [toMissed(file)], objectCount: 0, repeated: [] };
  const problems: Problem[] = [];
  const repeated: string[] = [];
  let objectCount = 0;
  for (const found of objectsIn(file.text)) {
    if ("detail" in found) {
      problems.push(toMissed({ why: "malformed", ...found }));
      continue;
    }
    objectCount += 1;
    const outcome = readObject(found, reader);
    if ("outcome" in outcome) {
      problems.push(outcome);
      continue;
    }
    if (outcome.object !== null) places.add(outcome.object, { file: file.name, line: found.line });
    if (outcome.isRepeated) repeated.push(toDetail(`${file.name}:${found.line}: ${nameOfObject(found)}`));
  }
  return { problems: bounded(problems), objectCount, repeated };
}

function* objectsIn(text: string): Generator<ManifestObject | DocumentProblem> {
  for (const document of splitDocuments(text))
    for (const parsed of parseDocument(document)) {
      if ("detail" in parsed) yield withHint(parsed, document.text);
      else yield* toObjects(parsed);
    }
}

function readObject(object: ManifestObject, reader: ObjectReader): ReadOutcome | Problem {
  const { line } = object;
  if (isGone(object)) {
    const detail = `${nameOfObject(object)} is of extensions/${object.version}, which Kubernetes serves no more`;
    return toMissed({ line, why: "not-supported", detail });
  }
  try {
    return reader.read(object);
  } catch (error) {
    if (!(error instanceof MalformedObjectError)) throw error;
    return toMissed({
      line,
      why: "malformed",
      detail: `${nameOfObject(object)} is malformed: ${error.message}`,
    });
  }
}

/** "The extensions/v1beta1 API version of NetworkPolicy is no longer served as of v1.16" (Deprecated API guide). */
function isGone({ group, kind }: ManifestObject): boolean {
  return group === "extensions" && kind === "NetworkPolicy";
}

function withHint(problem: DocumentProblem, text: string): DocumentProblem {
  if (!text.includes("{{")) return problem;
  return { ...problem, detail: `${problem.detail}; it looks like a template that has to be rendered first` };
}

function toMissed({ line, why, detail }: Omit<Problem, "outcome"> & { readonly detail: string }): Problem {
  return {
    ...(line === undefined ? {} : { line }),
    outcome: "missed",
    ...(why && { why }),
    detail: toDetail(detail),
  };
}

function toDetail(text: string): string {
  return shorten(toVisibleText(text), MAX_DETAIL_LENGTH);
}

function bounded(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= MAX_PROBLEMS_PER_FILE) return problems;
  const rest = problems.length - MAX_PROBLEMS_PER_FILE;
  const more = toMissed({ why: "malformed", detail: `and ${rest} more documents of this file` });
  return [...problems.slice(0, MAX_PROBLEMS_PER_FILE), more];
}
