// The command line: parses arguments, runs a command, writes its result, sets the exit code. The only file
// that touches the console and the process; what a command does stands in lib/commands/.

import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { Argument, Command, CommanderError, Option } from "commander";
import { SHELLS, toCompletion, type Shell } from "./commands/completion.ts";
import { listControls } from "./commands/controls.ts";
import type { DiffOptions } from "./commands/diff.ts";
import type { DoctorOptions } from "./commands/doctor.ts";
import type { EvaluateOptions } from "./commands/evaluate.ts";
import type { EstimateOptions } from "./commands/estimate.ts";
import type { ExplainOptions } from "./commands/explain.ts";
import type { FixOptions } from "./commands/fix.ts";
import type { InitOptions } from "./commands/init.ts";
import {
  failOnOption,
  formatOption,
  toList,
  toPositiveInteger,
  toShare,
  withCommonOptions,
} from "./commands/option-parts.ts";
import type { CommandResult, CommonOptions } from "./commands/options.ts";
import type { Terminal } from "./commands/terminal.ts";
import { UsageError } from "./model/usage-error.ts";
import { ConfigurationError } from "./model/configuration-error.ts";
import { EXIT } from "./exit-code.ts";
import { explainBug } from "./explain-bug.ts";
import { TOOL_VERSION } from "./tool-version.ts";

/** Runs one command line (without `node` and the script) and sets `process.exitCode`. */
export async function main(argv: readonly string[]): Promise<void> {
  const interrupt = new AbortController();
  // Not once: a terminal gives Ctrl-C to the launcher too, which passes it on, and the second one would kill us.
  process.on("SIGINT", () => interrupt.abort());
  process.on("SIGTERM", () => interrupt.abort());
  // Whoever reads the output may stop early (`| head`); the exit code stands all the same.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  process.on("uncaughtException", (error) => {
    process.stderr.write(explainBug(error));
    process.exit(EXIT.bug);
  });
  const program = createProgram(interrupt.signal);
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (error) {
    process.exitCode = explainFailure(error);
  }
  // After an interruption the SDK's timers would hold the process for seconds; the report is written.
  if (interrupt.signal.aborted) process.stdout.write("", () => process.exit());
}

/** The whole command line, as main runs it and as the documents are checked against it. */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command("ringfence")
    .description(
      "Tells whether NetworkPolicies are enforced, and namespaces isolated, in every Amazon EKS cluster.",
    )
    .version(TOOL_VERSION)
    .exitOverride()
    .configureHelp({ helpWidth: toColumns() })
    .showSuggestionAfterError(true);
  withCommonOptions(
    program
      .command("scan")
      .description("scan the clusters of an organization, an account, or one kubeconfig"),
  )
    .option("--accounts <ids>", "only these accounts, separated by commas", toList)
    .option("--regions <names>", "only these Regions, separated by commas", toList)
    .option(
      "--clusters <globs>",
      "only clusters with these names, separated by commas; * and ? match",
      toList,
    )
    .option("--kubeconfig <file>", "scan the one cluster of this kubeconfig, of any kind, without AWS")
    .option("--context <name>", "the context of the kubeconfig (default: its current one)")
    .option("--publish", "send the findings to Security Hub and the digest to SNS, as the configuration says")
    .action(async (options: CommonOptions) => {
      const { scan } = await import("./commands/scan.ts");
      finish(await scan(options, createTerminal(options), signal), options);
    });
  withCommonOptions(
    program.command("demo").description("scan a small company's clusters on the embedded emulated cloud"),
  )
    .addOption(new Option("--world <name>", "another world of the emulator").default("demo"))
    .action(async (options: CommonOptions & { world: string }) => {
      const { demo } = await import("./commands/demo.ts");
      finish(await demo(options, createTerminal(options), signal), options);
    });
  withCommonOptions(
    program
      .command("evaluate")
      .description("judge manifests or a dump without a cluster, and answer who can reach whom"),
  )
    .requiredOption("--manifests <paths...>", "files, folders, or - for standard input; YAML or JSON")
    .option("--namespace <name>", "namespace of objects that name none", "default")
    .option(
      "--probe <questions...>",
      "may FROM connect? 'FROM -> TO:PORT/PROTOCOL'; an end is NS/KIND/NAME, an address or external",
    )
    .option("--probes <file>", "probes from a file: one on each line, or a YAML or JSON list")
    .option(
      "--who-can-reach <targets...>",
      "who can connect to NS/KIND/NAME, or to NS/KIND/NAME:PORT/PROTOCOL",
    )
    .action(async (options: EvaluateOptions) => {
      const { evaluate } = await import("./commands/evaluate.ts");
      finish(await evaluate(options, createTerminal(options), process.stdin), options);
    });
  program
    .command("doctor")
    .description(
      "check everything that a scan needs, row by row, and say what to do where something is missing",
    )
    .option("--account <ids>", "only these accounts, separated by commas", toList)
    .option("--region <names>", "only these Regions, separated by commas", toList)
    .option("--cluster <globs>", "only clusters with these names, separated by commas; * and ? match", toList)
    .option("--deployment", "also what only a deployment needs: the Lambda quota of this account and Region")
    .option("--config <file>", "configuration (default: ringfence.config.yaml where it exists)")
    .addOption(formatOption("text", "json"))
    .option("--output <file>", "write the result to this file instead of standard output")
    .option("--concurrency <n>", "accounts, and clusters, looked at at the same time", toPositiveInteger)
    .option("--quiet", "no progress and no remarks")
    .option("--verbose", "name every place, also where all is well")
    .option("--no-color", "no colours (also: the environment variable NO_COLOR)")
    .option("--exit-zero", "exit 0 whatever was found")
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import("./commands/doctor.ts");
      finish(await doctor(options, createTerminal(options), signal), options);
    });
  program
    .command("fix")
    .description("write what to do about one cluster's failures into a folder; applies nothing")
    .option("--cluster <name>", "the cluster to look at; not with --kubeconfig or --manifests")
    .option("--namespace <name>", "only the failures of this namespace")
    .requiredOption("--output <folder>", "the folder to write: a new one, or one that this command wrote")
    .option("--manifests <paths...>", "look at files, folders, or - for standard input instead of a cluster")
    .option("--config <file>", "configuration (default: ringfence.config.yaml where it exists)")
    .option("--accounts <ids>", "only these accounts, separated by commas", toList)
    .option("--regions <names>", "only these Regions, separated by commas", toList)
    .option("--kubeconfig <file>", "look at the one cluster of this kubeconfig, without AWS")
    .option("--context <name>", "the context of the kubeconfig (default: its current one)")
    .addOption(failOnOption())
    .option("--quiet", "no progress and no remarks")
    .option("--no-color", "no colours (also: the environment variable NO_COLOR)")
    .option("--exit-zero", "exit 0 whatever was found")
    .action(async ({ output: folder, ...options }: FixOptions) => {
      const { fix } = await import("./commands/fix.ts");
      const common = { ...options, format: "text" } as const;
      const terminal = createTerminal(common);
      finish(await fix({ ...options, output: folder }, terminal, signal, process.stdin), common);
    });
  program
    .command("estimate")
    .description("what Security Hub and the deployment cost a month, from a scan that publishes nothing")
    .option("--config <file>", "configuration (default: ringfence.config.yaml where it exists)")
    .addOption(formatOption("text", "json"))
    .option("--output <file>", "write the result to this file instead of standard output")
    .option("--report <file>", "count what this report of a scan holds (--format json) instead of scanning")
    .option("--clusters <n>", "describe an estate instead of scanning: clusters in all", toPositiveInteger)
    .option("--namespaces <n>", "namespaces in each of them (default: 20)", toPositiveInteger)
    .option("--accounts <n>", "accounts that they are in (default: 1)", toPositiveInteger)
    .option("--regions <n>", "Regions with clusters in each account (default: 1)", toPositiveInteger)
    .option("--open-share <share>", "share of the checks that fail, from 0 to 1 (default: 0.5)", toShare)
    .option("--runs-per-day <n>", "runs that the schedule starts", toPositiveInteger, 1)
    .option("--changed-per-day <share>", "share of the findings that change on one day", toShare, 0.02)
    .option("--chunk-seconds <n>", "time of up to 20 clusters of one Region", toPositiveInteger, 8)
    .option("--concurrency <n>", "clusters scanned at the same time", toPositiveInteger)
    .option("--quiet", "no progress and no remarks")
    .option("--no-color", "no colours (also: the environment variable NO_COLOR)")
    .action(async (options: EstimateOptions) => {
      const { estimate } = await import("./commands/estimate.ts");
      finish(await estimate(options, createTerminal(options), signal), options);
    });
  program
    .command("controls")
    .description("list every control")
    .addOption(formatOption("text", "json"))
    .action(({ format }: { format: "text" | "json" }) => void process.stdout.write(listControls(format)));
  program
    .command("explain <ids...>")
    .description("explain a control, or step by step why a finding or a namespace was judged as it was")
    .addOption(formatOption("text", "json"))
    .option("--report <file>", "look into this report (ringfence scan --format json)")
    .option("--manifests <paths...>", "look at files, folders, or - for standard input")
    .option("--cluster <name>", "scan this cluster; with --report, only this one of its clusters")
    .option("--kubeconfig <file>", "scan the one cluster of this kubeconfig, without AWS")
    .option("--context <name>", "the context of the kubeconfig (default: its current one)")
    .option("--config <file>", "configuration (default: ringfence.config.yaml where it exists)")
    .option("--accounts <ids>", "only these accounts, separated by commas", toList)
    .option("--regions <names>", "only these Regions, separated by commas", toList)
    .option("--quiet", "no progress and no remarks")
    .option("--verbose", "leave no workload out")
    .option("--no-color", "no colours (also: the environment variable NO_COLOR)")
    .action(async (ids: readonly string[], options: Omit<ExplainOptions, "failOn">) => {
      const { explain } = await import("./commands/explain.ts");
      const all = { ...options, failOn: "none" } as const;
      finish(await explain(ids, all, createTerminal(all), signal, process.stdin), all);
    });
  program
    .command("diff <report-a> <report-b>")
    .description("what changed between two reports: new, regressed and resolved findings, postures, coverage")
    .option("--config <file>", "configuration whose state holds the runs that are named by their ids")
    .addOption(formatOption("text", "json", "markdown"))
    .option("--output <file>", "write the result to this file instead of standard output")
    .addOption(failOnOption())
    .option("--no-color", "no colours (also: the environment variable NO_COLOR)")
    .option("--exit-zero", "exit 0 whatever was found")
    .action(async (a: string, b: string, options: DiffOptions) => {
      const { diff } = await import("./commands/diff.ts");
      finish(await diff(a, b, options, createTerminal(options), signal), options);
    });
  program
    .command("init")
    .description("write a commented configuration, and the commands that deploy it; asks, or takes flags")
    .option(
      "--organization-id <id>",
      "scan every account of this organization; with --accounts, what those are in",
    )
    .option("--accounts <ids>", "scan these accounts, separated by commas", toList)
    .option("--this-account", "scan just the account of the credentials")
    .option("--external-id <text>", "what the member role asks for (default: a random text)")
    .option("--regions <names>", "Regions, separated by commas (default: enabled)", toList)
    .option("--security-hub", "send findings to Security Hub")
    .option("--topic-arn <arn>", "SNS topic for the digest")
    .option("--slack-secret-arn <arn>", "secret that holds the Slack webhook")
    .option("--state-bucket <name>", "bucket that remembers findings (default: the folder .ringfence)")
    .option("--scanner-account <id>", "account that the deployment runs in")
    .option("--region <name>", "Region that the deployment runs in (default: eu-central-1)")
    .option("--stage <name>", "name of the deployment (default: prod)")
    .option("--time-zone <name>", "time zone of the daily run (default: UTC)")
    .option("--alert-email <address>", "who is told when the scanner itself fails")
    .option("--output <folder>", "where the files go", ".")
    .option("--force", "overwrite files that are there")
    .action(async (options: InitOptions) => {
      const { init } = await import("./commands/init.ts");
      const asker = createAsker(signal);
      const result = await init(options, asker?.ask ?? null);
      asker?.close();
      finish(result, { color: false });
    });
  program
    .command("completion")
    .description("print a completion script: source <(ringfence completion bash)")
    .addArgument(new Argument("<shell>").choices(SHELLS))
    .action((shell: Shell) => void process.stdout.write(toCompletion(program, shell)));
  return program;
}

/** A terminal that knows no size says 0. */
function toColumns(): number {
  return process.stdout.columns || 100;
}

type OutputOptions = Pick<CommonOptions, "quiet" | "color" | "output" | "exitZero">;

function createTerminal(options: OutputOptions): Terminal {
  const interactive = process.stderr.isTTY && options.quiet !== true;
  const color =
    options.color && !process.env["NO_COLOR"] && process.stdout.isTTY && options.output === undefined;
  return {
    out: (text) => void process.stdout.write(text),
    remark: (text) => void (options.quiet === true || process.stderr.write(text)),
    live: (text) => void (interactive && process.stderr.write(`\r\u001b[2K${text}`)),
    columns: toColumns(),
    color,
    interactive,
  };
}

/** Null where standard input is no terminal: then nobody can be asked. */
function createAsker(
  signal: AbortSignal,
): { ask: (question: string) => Promise<string>; close: () => void } | null {
  if (!process.stdin.isTTY) return null;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<never>((_, reject) => {
    lines.once("close", () =>
      reject(new UsageError("Ended before every question was answered; nothing was written.")),
    );
  });
  // Closed after the last answer, it is no error.
  ended.catch(() => {});
  signal.addEventListener("abort", () => lines.close());
  return {
    ask: (question) => Promise.race([lines.question(question), ended]),
    close: () => lines.close(),
  };
}

function finish({ output, remarks, exitCode }: CommandResult, options: OutputOptions): void {
  if (options.output === undefined) process.stdout.write(output);
  else writeOutput(options.output, output);
  if (remarks !== "" && options.quiet !== true) process.stderr.write(remarks);
  process.exitCode = options.exitZero === true ? EXIT.fine : exitCode;
}

function writeOutput(file: string, output: string): void {
  try {
    writeFileSync(file, output);
  } catch (error) {
    throw new UsageError(
      `--output ${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Told wrong → one clear message and exit 2. Anything else is our bug, shown with its stack. */
function explainFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  if (error instanceof UsageError || error instanceof ConfigurationError) {
    process.stderr.write(`ringfence: ${error.message}\n`);
    return EXIT.usage;
  }
  process.stderr.write(explainBug(error));
  return EXIT.bug;
}
