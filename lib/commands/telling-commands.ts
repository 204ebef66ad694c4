// The commands that explain, compare, calculate or write files: their options, and which function each one runs.

import { Argument, type Command } from "commander";
import { SHELLS, toCompletion, type Shell } from "./completion.ts";
import { listControls } from "./controls.ts";
import type { DiffOptions } from "./diff.ts";
import type { EstimateOptions } from "./estimate.ts";
import type { ExplainOptions } from "./explain.ts";
import type { Host } from "./host.ts";
import type { InitOptions } from "./init.ts";
import {
  configOption,
  failOnOption,
  formatOption,
  outputOption,
  toCount,
  toList,
  toOutputFolder,
  toPath,
  toPaths,
  toPositiveInteger,
  toShare,
} from "./option-parts.ts";

export function addTellingCommands(program: Command, host: Host): void {
  addEstimate(program, host);
  addControls(program, host);
  addExplain(program, host);
  addDiff(program, host);
  addInit(program, host);
  addCompletion(program, host);
}

/** Of an estate that is described: more than any is, and little enough to count. */
const MOST = {
  clusters: 1_000_000,
  namespaces: 100_000,
  accounts: 50_000,
  regions: 50,
  // A run takes a minute at least, and a function of Lambda a quarter of an hour at most.
  runsPerDay: 1_440,
  chunkSeconds: 900,
} as const;

function addEstimate(program: Command, host: Host): void {
  program
    .command("estimate")
    .description("what Security Hub and the deployment cost a month, from a scan that publishes nothing")
    .addOption(configOption())
    .addOption(formatOption("text", "json"))
    .addOption(outputOption())
    .option(
      "--report <file>",
      "count what this report of a scan holds (--format json) instead of scanning",
      toPath,
    )
    .option(
      "--clusters <n>",
      "describe an estate instead of scanning: clusters in all",
      toCount(MOST.clusters),
    )
    .option("--namespaces <n>", "namespaces in each of them (default: 20)", toCount(MOST.namespaces))
    .option("--accounts <n>", "accounts that they are in (default: 1)", toCount(MOST.accounts))
    .option("--regions <n>", "Regions with clusters in each account (default: 1)", toCount(MOST.regions))
    .option("--open-share <share>", "share of the checks that fail, from 0 to 1 (default: 0.5)", toShare)
    .option("--runs-per-day <n>", "runs that the schedule starts", toCount(MOST.runsPerDay), 1)
    .option("--changed-per-day <share>", "share of the findings that change on one day", toShare, 0.02)
    .option("--chunk-seconds <n>", "time of up to 20 clusters of one Region", toCount(MOST.chunkSeconds), 8)
    .option("--concurrency <n>", "clusters scanned at the same time", toPositiveInteger)
    .option("--quiet", "no progress and no remarks")
    .option("--no-color", "no colours (also: the environment variable NO_COLOR)")
    .action(async (options: EstimateOptions) => {
      const { estimate } = await import("./estimate.ts");
      host.finish(await estimate(options, host.terminal(options), host.signal), options);
    });
}

function addControls(program: Command, host: Host): void {
  program
    .command("controls")
    .description("list every control")
    .addOption(formatOption("text", "json"))
    .action(({ format }: { format: "text" | "json" }) => host.write(listControls(format)));
}

function addExplain(program: Command, host: Host): void {
  program
    .command("explain")
    .description("explain a control, or step by step why a finding or a namespace was judged as it was")
    .argument("<ids...>", "NETPOL.2; or NAMESPACE, CLUSTER/NAMESPACE or a finding's id, of one of the inputs")
    .addOption(formatOption("text", "json"))
    .option("--report <file>", "look into this report (ringfence scan --format json)", toPath)
    .option("--manifests <paths...>", "look at files, folders, or - for standard input", toPaths)
    .option("--cluster <name>", "scan this cluster; with --report, only this one of its clusters")
    .option("--kubeconfig <file>", "scan the one cluster of this kubeconfig, without AWS", toPath)
    .option("--context <name>", "the context of the kubeconfig (default: its current one)")
    .addOption(configOption())
    .option("--accounts <ids>", "only these accounts, separated by commas", toList)
    .option("--regions <names>", "only these Regions, separated by commas", toList)
    .option("--quiet", "no progress and no remarks")
    .option("--verbose", "leave no workload, node or policy out")
    .option("--no-color", "no colours (also: the environment variable NO_COLOR)")
    .action(async (ids: readonly string[], options: Omit<ExplainOptions, "failOn">) => {
      const { explain } = await import("./explain.ts");
      const all = { ...options, failOn: "none" } as const;
      host.finish(await explain(ids, all, host.terminal(all), host.signal, host.stdin), all);
    });
}

function addDiff(program: Command, host: Host): void {
  program
    .command("diff")
    .description("what changed between two reports: new, regressed and resolved findings, postures, coverage")
    .addArgument(new Argument("<report-a>", "file of --format json, or a run's id").argParser(toPath))
    .addArgument(new Argument("<report-b>", "the later one").argParser(toPath))
    .option("--config <file>", "configuration whose state holds the runs that are named by their ids", toPath)
    .addOption(formatOption("text", "json", "markdown"))
    .addOption(outputOption())
    .addOption(failOnOption())
    .option("--no-color", "no colours (also: the environment variable NO_COLOR)")
    .option("--exit-zero", "exit 0 whatever was found")
    .action(async (a: string, b: string, options: DiffOptions) => {
      const { diff } = await import("./diff.ts");
      host.finish(await diff(a, b, options, host.terminal(options), host.signal), options);
    });
}

function addInit(program: Command, host: Host): void {
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
    .option("--output <folder>", "where the files go", toOutputFolder, ".")
    .option("--force", "overwrite files that are there")
    .action(async (options: InitOptions) => {
      const { init } = await import("./init.ts");
      const asker = host.createAsker();
      try {
        host.finish(await init(options, asker?.ask ?? null), { color: false });
      } finally {
        asker?.close();
      }
    });
}

function addCompletion(program: Command, host: Host): void {
  program
    .command("completion")
    .description("print a completion script: source <(ringfence completion bash)")
    .addArgument(new Argument("<shell>", "the shell that will read it").choices(SHELLS))
    .action((shell: Shell) => host.write(toCompletion(program, shell)));
}
