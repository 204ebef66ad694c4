// The commands that look at clusters or manifests: their options, and which function each one runs.

import { Option, type Command } from "commander";
import type { DoctorOptions } from "./doctor.ts";
import type { EvaluateOptions } from "./evaluate.ts";
import type { FixOptions } from "./fix.ts";
import type { Host } from "./host.ts";
import {
  configOption,
  failOnOption,
  formatOption,
  outputOption,
  toDeploymentName,
  toList,
  toOutputFolder,
  toPath,
  toPaths,
  toPositiveInteger,
  withCommonOptions,
} from "./option-parts.ts";
import type { CommonOptions } from "./options.ts";

export function addLookingCommands(program: Command, host: Host): void {
  addScan(program, host);
  addDemo(program, host);
  addEvaluate(program, host);
  addDoctor(program, host);
  addFix(program, host);
}

function addScan(program: Command, host: Host): void {
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
    .option(
      "--kubeconfig <file>",
      "scan the one cluster of this kubeconfig, of any kind, without AWS",
      toPath,
    )
    .option("--context <name>", "the context of the kubeconfig (default: its current one)")
    .option("--publish", "send the findings to Security Hub and the digest to SNS, as the configuration says")
    .action(async (options: CommonOptions) => {
      const { scan } = await import("./scan.ts");
      host.finish(await scan(options, host.terminal(options), host.signal), options);
    });
}

function addDemo(program: Command, host: Host): void {
  const command = withCommonOptions(
    program.command("demo").description("scan a small company's clusters on the embedded emulated cloud"),
  );
  // Told with a sentence of its own where it is given.
  command.options.find(({ long }) => long === "--config")?.hideHelp();
  command
    .addOption(new Option("--world <name>", "another world of the emulator").default("demo"))
    .action(async (options: CommonOptions & { world: string }) => {
      const { demo } = await import("./demo.ts");
      host.finish(await demo(options, host.terminal(options), host.signal), options);
    });
}

function addEvaluate(program: Command, host: Host): void {
  withCommonOptions(
    program
      .command("evaluate")
      .description("judge manifests or a dump without a cluster, and answer who can reach whom"),
  )
    .requiredOption(
      "--manifests <paths...>",
      "files, folders, or - for standard input; YAML or JSON",
      toPaths,
    )
    .option("--namespace <name>", "namespace of objects that name none", "default")
    .option(
      "--probe <questions...>",
      "may FROM connect? 'FROM -> TO:PORT/PROTOCOL'; an end is NS/KIND/NAME, an address or external",
    )
    .option("--probes <file>", "probes from a file: one on each line, or a YAML or JSON list", toPath)
    .option(
      "--who-can-reach <targets...>",
      "who can connect to NS/KIND/NAME, or to NS/KIND/NAME:PORT/PROTOCOL",
    )
    .action(async (options: EvaluateOptions) => {
      const { evaluate } = await import("./evaluate.ts");
      host.finish(await evaluate(options, host.terminal(options), host.stdin, host.signal), options);
    });
}

function addDoctor(program: Command, host: Host): void {
  program
    .command("doctor")
    .description(
      "check everything that a scan needs, row by row, and say what to do where something is missing",
    )
    .option("--account, --accounts <ids>", "only these accounts, separated by commas", toList)
    .option("--region, --regions <names>", "only these Regions, separated by commas", toList)
    .option(
      "--cluster, --clusters <globs>",
      "only clusters with these names, separated by commas; * and ? match",
      toList,
    )
    .addOption(
      new Option(
        "--deployment [name]",
        "also what only a deployment needs in this account and Region: the Lambda quota, and who hears its alarms",
      )
        .preset("ringfence-prod")
        .argParser(toDeploymentName),
    )
    .addOption(configOption())
    .addOption(formatOption("text", "json"))
    .addOption(outputOption())
    .option("--concurrency <n>", "accounts, and clusters, looked at at the same time", toPositiveInteger)
    .option("--quiet", "no progress and no remarks")
    .option("--verbose", "name every place, also where all is well")
    .option("--no-color", "no colours (also: the environment variable NO_COLOR)")
    .option("--exit-zero", "exit 0 whatever was found")
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import("./doctor.ts");
      host.finish(await doctor(options, host.terminal(options), host.signal), options);
    });
}

function addFix(program: Command, host: Host): void {
  program
    .command("fix")
    .description("write what to do about one cluster's failures into a folder; applies nothing")
    .option("--cluster <name>", "the cluster to look at; not with --kubeconfig or --manifests")
    .option("--namespace <name>", "only the failures of this namespace")
    .requiredOption(
      "--output <folder>",
      "the folder to write: a new one, or one that this command wrote",
      toOutputFolder,
    )
    .option(
      "--manifests <paths...>",
      "look at files, folders, or - for standard input instead of a cluster",
      toPaths,
    )
    .addOption(configOption())
    .option("--accounts <ids>", "only these accounts, separated by commas", toList)
    .option("--regions <names>", "only these Regions, separated by commas", toList)
    .option("--kubeconfig <file>", "look at the one cluster of this kubeconfig, without AWS", toPath)
    .option("--context <name>", "the context of the kubeconfig (default: its current one)")
    .addOption(failOnOption())
    .option("--quiet", "no progress and no remarks")
    .option("--no-color", "no colours (also: the environment variable NO_COLOR)")
    .option("--exit-zero", "exit 0 whatever was found")
    .action(async ({ output: folder, ...options }: FixOptions) => {
      const { fix } = await import("./fix.ts");
      const common = { ...options, format: "text" } as const;
      const terminal = host.terminal(common);
      host.finish(await fix({ ...options, output: folder }, terminal, host.signal, host.stdin), common);
    });
}
