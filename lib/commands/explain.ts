// `ringfence explain`: a control by its id, or why a finding or a namespace was judged as it was, from a report, from
// manifests, or from a scan of one cluster.

import { controls } from "../controls/index.ts";
import { EXIT } from "../exit-code.ts";
import { isBlindSpot, toBlindSpotSentence } from "../model/blind-spots.ts";
import { toNextStep } from "../model/next-step.ts";
import { type ClusterReport, type Report, toWholeReport } from "../model/report.ts";
import { UsageError } from "../model/usage-error.ts";
import type { ByteStream } from "../offline/manifest-files.ts";
import { explainFinding, explainNamespace, type ExplainView } from "../report/explain.ts";
import { render, type Line } from "../report/layout.ts";
import { explainControl } from "./controls.ts";
import { evaluate } from "./evaluate.ts";
import type { CommandResult, CommonOptions } from "./options.ts";
import { readReport } from "./read-report.ts";
import { scan } from "./scan.ts";
import type { Terminal } from "./terminal.ts";

export interface ExplainOptions extends Omit<CommonOptions, "format"> {
  readonly format: "text" | "json";
  readonly report?: string;
  readonly manifests?: readonly string[];
  readonly cluster?: string;
}

const CONTROL = /^netpol\.\d+$/i;

export async function explain(
  subjects: readonly string[],
  options: ExplainOptions,
  terminal: Terminal,
  signal: AbortSignal,
  stdin: ByteStream,
): Promise<CommandResult> {
  const others = subjects.filter((subject) => !CONTROL.test(subject));
  const [other] = others;
  if (other === undefined) {
    const texts = subjects.map((id) => explainControl(id, options.format));
    return { output: texts.join("\n"), remarks: "", exitCode: EXIT.fine };
  }
  if (options.format === "json")
    throw new UsageError("--format json is for controls; the steps of a verdict are in the report itself.");
  const inputs = countInputs(options);
  if (inputs === 0) throw new UsageError(`${toUnknownText(other)} ${NAME_AN_INPUT}`);
  if (inputs > 1) throw new UsageError(`Two inputs. ${NAME_AN_INPUT}`);
  const { report, remarks } = await look(options, terminal, signal, stdin);
  const view = { width: Math.max(60, terminal.columns), verbose: options.verbose === true };
  const answers = others.map((subject) => answer(report, subject, view));
  const lines = answers.flatMap((found) => ("lines" in found ? [...found.lines, []] : []));
  const missed = answers.flatMap((found) => ("missed" in found ? [found.missed] : []));
  const ofControls = subjects.filter((id) => CONTROL.test(id)).map((id) => explainControl(id, "text"));
  return {
    output: [
      ...ofControls.map(
        (text) => `${text}
`,
      ),
      render(lines.slice(0, -1), terminal.color),
      ...missed.map((text) => `${text}\n`),
    ].join(""),
    remarks,
    exitCode: missed.length === 0 ? EXIT.fine : EXIT.incomplete,
  };
}

const NAME_AN_INPUT =
  "For a finding or a namespace name one input: --report FILE, --manifests PATHS, --kubeconfig FILE, or --cluster NAME.";

function toUnknownText(subject: string): string {
  const known = controls.map(({ id }) => id).join(", ");
  return `There is no control ${JSON.stringify(subject)}. Known ids: ${known}.`;
}

/** `cluster` beside a report or manifests says which of its clusters is meant. */
function countInputs({ report, manifests, kubeconfig, cluster }: ExplainOptions): number {
  const named = [report, manifests, kubeconfig].filter((input) => input !== undefined).length;
  return named === 0 && cluster !== undefined ? 1 : named;
}

interface Looked {
  readonly report: Report;
  readonly remarks: string;
}

async function look(
  options: ExplainOptions,
  terminal: Terminal,
  signal: AbortSignal,
  stdin: ByteStream,
): Promise<Looked> {
  const { report: file, manifests, cluster, ...rest } = options;
  if (file !== undefined) return { report: ofCluster(readReport(file), cluster), remarks: "" };
  const common = { ...rest, format: "text" } as const;
  const { report, remarks } =
    manifests !== undefined
      ? await evaluate({ ...common, manifests, namespace: "default" }, terminal, stdin, signal)
      : await scan(cluster === undefined ? common : { ...common, clusters: [cluster] }, terminal, signal);
  if (report === undefined) throw new TypeError("scan and evaluate always have a report");
  return { report: toWholeReport(report), remarks };
}

function ofCluster(report: Report, cluster: string | undefined): Report {
  if (cluster === undefined) return report;
  return { ...report, clusters: report.clusters.filter(({ name }) => name === cluster) };
}

type Answer = { readonly lines: readonly Line[] } | { readonly missed: string };

function answer(report: Report, subject: string, view: ExplainView): Answer {
  const finding = report.findings.find(({ id }) => id === subject);
  if (finding !== undefined) {
    const control = controls.find(({ id }) => id === finding.controlId) ?? null;
    return { lines: explainFinding(finding, control, view) };
  }
  const places = findNamespaces(report, subject);
  const [place] = places;
  if (place === undefined) return toNotFound(report, subject);
  if (places.length > 1)
    throw new UsageError(
      `There are ${places.length} namespaces ${subject}: name one as ${places
        .slice(0, 5)
        .map(({ cluster }) => `${cluster.name}/${subject}`)
        .join(", ")}, or choose with --cluster.`,
    );
  return { lines: explainNamespace(report, place.cluster, place.namespace, view) };
}

/** `NAMESPACE`, or `CLUSTER/NAMESPACE`. */
function findNamespaces({ clusters }: Report, subject: string) {
  const [first = "", second] = subject.split("/");
  const isAsked = (cluster: ClusterReport): boolean => second === undefined || cluster.name === first;
  const name = second ?? first;
  return clusters
    .filter(isAsked)
    .flatMap((cluster) =>
      cluster.namespaces
        .filter((namespace) => namespace.name === name)
        .map((namespace) => ({ cluster, namespace })),
    );
}

/** Only who looked at everything knows that there is none. */
function toNotFound({ coverage }: Report, subject: string): Answer {
  const first = coverage.find(isBlindSpot);
  if (first === undefined)
    throw new UsageError(`There is no finding and no namespace ${subject} in what was looked at.`);
  return {
    missed: `There is no finding and no namespace ${subject} in what could be looked at, but ${toBlindSpotSentence(coverage)} ${toNextStep(first)}`,
  };
}
