// `ringfence explain`: a control by its id, or why a finding or a namespace was judged as it was, from a report, from
// manifests, or from a scan of one cluster.

import { controls } from "../controls/index.ts";
import { EXIT } from "./exit-code.ts";
import type { Explanation } from "../model/explanation.ts";
import { unseen } from "../model/observed.ts";
import type { ReportView } from "../model/report.ts";
import { toPrintableJson } from "../model/printable-json.ts";
import { UsageError } from "../model/usage-error.ts";
import { toVisibleText } from "../model/visible-text.ts";
import type { ByteStream } from "../offline/manifest-files.ts";
import { explainFinding, explainNamespace, type ExplainView } from "../report/explain.ts";
import { render, type Line } from "../report/layout.ts";
import { reviewAskedRules } from "./review-asked-rules.ts";
import { explainControl } from "./controls.ts";
import { evaluate } from "./evaluate.ts";
import { explainSubject, namespaceOfSubject, type Looked } from "./explain-subject.ts";
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
  const { format } = options;
  const others = subjects.filter((subject) => !CONTROL.test(subject));
  const ofControls = subjects.filter((id) => CONTROL.test(id)).map((id) => explainControl(id, format));
  const [other] = others;
  if (other === undefined) return { output: ofControls.join("\n"), remarks: "", exitCode: EXIT.fine };
  const inputs = countInputs(options);
  if (inputs === 0) throw new UsageError(`${toUnknownText(other)} ${NAME_AN_INPUT}`);
  if (inputs > 1) throw new UsageError(`Two inputs. ${NAME_AN_INPUT}`);
  const looked = await look(others, options, terminal, signal, stdin);
  const explanations = others.map((subject) => explainSubject(looked, subject));
  const view = { width: Math.max(60, terminal.columns), verbose: options.verbose === true };
  const told = format === "json" ? explanations.map(toJson) : [toText(explanations, view, terminal.color)];
  return {
    output: [...ofControls, ...told].join("\n"),
    remarks: looked.remarks,
    exitCode: explanations.some(({ kind }) => kind === "missed") ? EXIT.incomplete : EXIT.fine,
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

const NOT_IN_A_REPORT = unseen(
  "not-attempted",
  "a report holds what the policies add up to, not their single rules; ask the cluster (--cluster or --kubeconfig) or the manifests (--manifests) for them",
);

async function look(
  subjects: readonly string[],
  options: ExplainOptions,
  terminal: Terminal,
  signal: AbortSignal,
  stdin: ByteStream,
): Promise<Looked & { readonly remarks: string }> {
  const { report: file, manifests, cluster, ...rest } = options;
  if (file !== undefined)
    return {
      report: ofCluster(readReport(`--report ${file}`, file), cluster),
      rulesOf: () => NOT_IN_A_REPORT,
      remarks: "",
    };
  const asked = new Set(subjects.map(namespaceOfSubject).filter((name) => name !== null));
  const { illustrate, rulesOf } = reviewAskedRules((namespace) => asked.has(namespace));
  const illustration = asked.size === 0 ? {} : { illustrate };
  const common = { ...rest, format: "text" } as const;
  const { report, remarks } =
    manifests !== undefined
      ? await evaluate({ ...common, manifests, namespace: "default" }, terminal, stdin, signal, illustration)
      : await scan(
          cluster === undefined ? common : { ...common, clusters: [cluster] },
          terminal,
          signal,
          illustration,
        );
  if (report === undefined) throw new TypeError("scan and evaluate always have a report");
  return { report, rulesOf, remarks };
}

function ofCluster(report: ReportView, cluster: string | undefined): ReportView {
  if (cluster === undefined) return report;
  const clusters = Iterator.from(report.clusters).filter(({ name }) => name === cluster);
  return { ...report, clusters: [...clusters] };
}

function toJson(explanation: Explanation): string {
  return `${toPrintableJson(JSON.stringify(explanation, null, 2))}\n`;
}

/** What was missed stands last, below what could be explained. */
function toText(explanations: readonly Explanation[], view: ExplainView, color: boolean): string {
  const lines = explanations.flatMap((explanation): readonly Line[] => {
    if (explanation.kind === "missed") return [];
    const told =
      explanation.kind === "namespace"
        ? explainNamespace(explanation, view)
        : explainFinding(explanation, view);
    return [...told, []];
  });
  const missed = explanations.flatMap((one) =>
    one.kind === "missed" ? [`${toVisibleText(one.because)}\n`] : [],
  );
  return [render(lines.slice(0, -1), color), ...missed].join("");
}
