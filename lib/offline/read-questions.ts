// Collects the questions of the command line and of --probes files. All that are wrong are told at once.

import { ConfigurationError, type Problem } from "../model/configuration-error.ts";
import { parseProbe, parseTarget, PROBE_GRAMMAR, TARGET_GRAMMAR, type Question } from "./parse-question.ts";
import { parseYaml } from "./parse-yaml.ts";

/** A question and where it stands. */
export interface PlacedQuestion {
  readonly question: Question;
  /** `--probe`, or the name of the file. */
  readonly source: string;
  readonly line: number | null;
  readonly text: string;
}

export interface QuestionSources {
  readonly probes: readonly string[];
  readonly probeFile: { readonly name: string; readonly text: string } | null;
  readonly targets: readonly string[];
}

type Written = Omit<PlacedQuestion, "question">;

/** In the order in which they are asked: --probe, --probes, --who-can-reach. */
export function readQuestions({ probes, probeFile, targets }: QuestionSources): readonly PlacedQuestion[] {
  const inFile = probeFile === null ? [] : linesOf(probeFile.name, probeFile.text);
  if (probeFile !== null && inFile.length === 0)
    throw toQuestionError([toListProblem(probeFile.name, null, "no probe at all")]);
  const written = [...probes.map((text) => ({ source: "--probe", line: null, text })), ...inFile];
  const wanted = targets.map((text) => ({ source: "--who-can-reach", line: null, text }));
  const problems: Problem[] = [];
  const placed = [
    ...written.flatMap((place) => toPlaced(place, parseProbe(place.text), PROBE_GRAMMAR, problems)),
    ...wanted.flatMap((place) => toPlaced(place, parseTarget(place.text), TARGET_GRAMMAR, problems)),
  ];
  if (problems.length > 0) throw toQuestionError(problems);
  return placed;
}

export function toQuestionError(problems: readonly Problem[]): ConfigurationError {
  return new ConfigurationError("What was asked", problems);
}

function toPlaced(
  place: Written,
  question: Question | null,
  expected: string,
  problems: Problem[],
): readonly PlacedQuestion[] {
  if (question !== null) return [{ ...place, question }];
  problems.push({ path: place.source, line: place.line, seen: place.text, expected, hint: null });
  return [];
}

/** A YAML or JSON list of texts, or one question a line with # comments. No question begins as a list does. */
function linesOf(source: string, text: string): readonly Written[] {
  const lines = text
    .split("\n")
    .map((line, index) => ({ source, line: index + 1, text: line.trim() }))
    .filter((line) => line.text !== "" && !line.text.startsWith("#"));
  return /^(?:---(?:\s|$)|-\s|\[)/.test(lines[0]?.text ?? "") ? listOf(source, text) : lines;
}

function listOf(source: string, text: string): readonly Written[] {
  const parsed = parseYaml({ text, line: 1 });
  if ("detail" in parsed) throw toQuestionError([toListProblem(source, parsed.line, parsed.detail)]);
  const items: unknown = parsed.value;
  if (!Array.isArray(items) || !items.every((item) => typeof item === "string"))
    throw toQuestionError([toListProblem(source, parsed.line, "a list of something else, or no list")]);
  return items.map((item, index) => ({ source: `${source} [${index}]`, line: null, text: item }));
}

function toListProblem(source: string, line: number | null, seen: string): Problem {
  return { path: source, line, seen, expected: "a list of probes, or one on each line", hint: null };
}
