// `ringfence evaluate`: the verdicts of a scan over manifests or a dump, without a cluster, and answers to
// questions about reachability. The same collection, controls and formats as a scan's.

import { toEvaluationSettings } from "../config/evaluation-settings.ts";
import { readFileSync, statSync } from "node:fs";
import { controls } from "../controls/index.ts";
import { decodeFile, SAVE_AS_UTF_8 } from "../model/decode-file.ts";
import { explainFileError } from "../model/explain-file-error.ts";
import { createRunExemptions, createScanExemptions } from "../exemptions.ts";
import { loadConfiguration } from "../config/load-configuration.ts";
import type { AnyControl } from "../model/control.ts";
import { InterruptedError } from "../model/interrupted-error.ts";
import { seen, unseen } from "../model/observed.ts";
import type { Probe } from "../model/report.ts";
import type { Target } from "../model/target.ts";
import { answerQuestions } from "../offline/answer-questions.ts";
import { loadManifests, type LoadedManifests } from "../offline/load-manifests.ts";
import type { ByteStream } from "../offline/manifest-files.ts";
import type { ManifestFacts } from "../offline/manifest-facts.ts";
import { isWholeCluster, openManifests } from "../offline/manifest-reader.ts";
import { toUnseen } from "../offline/not-in-input.ts";
import { readQuestions, type PlacedQuestion } from "../offline/read-questions.ts";
import { isolationInputOf } from "../scan/derive.ts";
import { createObserve } from "../scan/observe.ts";
import { toReport } from "../scan/to-report.ts";
import { scanOpened, type ClusterScan } from "../scan/scan-cluster.ts";
import { TOOL_VERSION } from "../tool-version.ts";
import type { CommandResult, CommonOptions } from "./options.ts";
import { toIllustration, toResult } from "./scan.ts";
import type { Terminal } from "./terminal.ts";
import { untilAborted } from "../model/until-aborted.ts";
import { UsageError } from "../model/usage-error.ts";

export interface EvaluateOptions extends CommonOptions {
  readonly manifests: readonly string[];
  readonly namespace: string;
  readonly probe?: readonly string[];
  readonly probes?: string;
  readonly whoCanReach?: readonly string[];
}

/** What stands for the cluster in the report and in finding ids. */
const TARGET: Target = { account: null, region: null, cluster: "manifests" };

/** They judge the EKS API's declaration and the scanner's own access: neither exists offline. */
const NEED_AWS: ReadonlySet<string> = new Set(["NETPOL.1", "NETPOL.9"]);

/** Where enforcement is not in the input NETPOL.2 says so, once; these would say it again, and per namespace. */
const NEED_ENFORCEMENT: ReadonlySet<string> = new Set([
  "NETPOL.3",
  "NETPOL.4",
  "NETPOL.5",
  "NETPOL.6",
  "NETPOL.7",
  "NETPOL.8",
  "NETPOL.21",
]);

const now = (): Date => new Date();

/** Rejects with an InterruptedError as soon as the signal fires; standard input may never end. */
export function evaluate(
  options: EvaluateOptions,
  terminal: Terminal,
  stdin: ByteStream,
  signal: AbortSignal,
  illustration = toIllustration(options),
): Promise<CommandResult> {
  const toError = () => new InterruptedError("Interrupted before the manifests were judged.");
  return untilAborted(evaluateAll(options, terminal, stdin, illustration), signal, toError);
}

async function evaluateAll(
  options: EvaluateOptions,
  terminal: Terminal,
  stdin: ByteStream,
  illustration: ReturnType<typeof toIllustration>,
): Promise<CommandResult> {
  refuseNamespace(options.namespace);
  const configuration = loadConfiguration(options.config, process.env);
  const questions = readQuestions({
    probes: options.probe ?? [],
    probeFile: options.probes === undefined ? null : readProbeFile(options.probes),
    targets: options.whoCanReach ?? [],
  });
  const startedAt = now();
  const { namespace } = options;
  const input = await loadManifests(options.manifests, { target: TARGET, namespace, stdin });
  refuseNothing(input, options.manifests);
  const scan = await scanInput(input, toEvaluationSettings(configuration), illustration);
  const probes = answer(questions, scan);
  const { ofScan } = createScanExemptions(configuration, now);
  const { judgeRun } = createRunExemptions(configuration, now);
  const report = toReport({
    scans: [{ ...scan, findings: ofScan(scan, scan.findings, null) }],
    coverage: input.coverage,
    startedAt,
    cloud: null,
    options: { context: { now }, toolVersion: TOOL_VERSION, exemptions: { isWhole: false, judgeRun } },
  });
  const answered = questions.length === 0 ? report : { ...report, probes };
  return toResult(answered, options, terminal, toRemarks(input));
}

async function scanInput(
  { facts, places }: LoadedManifests,
  settings: ReturnType<typeof toEvaluationSettings>,
  illustration: ReturnType<typeof toIllustration>,
): Promise<ClusterScan> {
  const noAws = unseen("not-attempted", "manifests say nothing of the EKS API");
  return scanOpened(
    TARGET,
    { cluster: noAws, vpcCniAddon: noAws, capabilities: noAws },
    seen(openManifests(facts)),
    {
      observe: createObserve([toUnseen]),
      now,
      controls: controlsFor(facts),
      settings,
      locate: places.locate,
      ...illustration,
    },
  );
}

function controlsFor(facts: ManifestFacts): readonly AnyControl[] {
  const hasEnforcement = isWholeCluster(facts);
  return controls.filter(({ id }) => !NEED_AWS.has(id) && (hasEnforcement || !NEED_ENFORCEMENT.has(id)));
}

function answer(questions: readonly PlacedQuestion[], { snapshot }: ClusterScan): readonly Probe[] {
  if (snapshot === null) throw new Error("manifests are always judged");
  const input = isolationInputOf(snapshot);
  if (!input.seen) throw new Error(`manifests always have namespaces, pods and policies: ${input.detail}`);
  // Questions are about what the policies say, whoever applies them.
  return answerQuestions(questions, { ...input.value, podExceptions: [], unprocessedPolicies: [] });
}

/** RFC 1123 label, which the name of a namespace has to be. */
function refuseNamespace(name: string): void {
  if (/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) return;
  throw new UsageError(`--namespace ${JSON.stringify(name)} cannot be the name of a namespace.`);
}

/** An input without a single object was not looked at, and may not read as "fine". */
function refuseNothing({ objectCount, coverage }: LoadedManifests, paths: readonly string[]): void {
  if (objectCount > 0 || coverage.length > 0) return;
  const names = paths.map((path) => (path === "-" ? "standard input" : path));
  throw new UsageError(`There is no Kubernetes object in ${names.join(", ")}, so there is nothing to judge.`);
}

const MAX_PROBE_FILE_BYTES = 10_000_000;

function readProbeFile(name: string): { readonly name: string; readonly text: string } {
  try {
    if (statSync(name).size > MAX_PROBE_FILE_BYTES)
      throw new UsageError(`--probes ${name} is larger than 10 MB.`);
    const text = decodeFile(readFileSync(name));
    if (text === null) throw new UsageError(`--probes ${name} cannot be read: it is ${SAVE_AS_UTF_8}.`);
    return { name, text };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--probes ${name} cannot be read: ${explainFileError(error)}.`);
  }
}

const MAX_REPEATED_NAMED = 5;

function toRemarks({ repeated }: LoadedManifests): readonly string[] {
  const named = repeated.slice(0, MAX_REPEATED_NAMED);
  const rest = repeated.length - named.length;
  return [
    ...named.map((object) => `${object} stands a second time; the last one counts, as with kubectl apply.`),
    ...(rest > 0 ? [`… and ${rest} more objects that stand more than once.`] : []),
  ];
}
