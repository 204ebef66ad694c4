// The command line: parses arguments, runs a command, writes its result, sets the exit code. The only file
// that touches the console and the process; what a command does stands in lib/commands/.

import { fstatSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { Command, CommanderError } from "commander";
import type { Asker, Host, OutputOptions } from "./commands/host.ts";
import { addLookingCommands } from "./commands/looking-commands.ts";
import type { CommandResult } from "./commands/options.ts";
import { addTellingCommands } from "./commands/telling-commands.ts";
import type { Terminal } from "./commands/terminal.ts";
import { writeToFile } from "./commands/write-to-file.ts";
import { InterruptedError } from "./model/interrupted-error.ts";
import { UsageError } from "./model/usage-error.ts";
import { ConfigurationError } from "./model/configuration-error.ts";
import { EXIT } from "./commands/exit-code.ts";
import { explainFileError } from "./model/explain-file-error.ts";
import { explainBug } from "./commands/explain-bug.ts";
import { toLogText } from "./report/log-text.ts";
import { type Output, toBlocks } from "./report/output.ts";
import { TOOL_VERSION } from "./tool-version.ts";

/** Runs one command line (without `node` and the script) and sets `process.exitCode`. */
export async function main(argv: readonly string[]): Promise<void> {
  insistOnTls();
  const interrupt = new AbortController();
  // Not once: a terminal gives Ctrl-C to the launcher too, which passes it on, and the second one would kill us.
  process.on("SIGINT", () => interrupt.abort());
  process.on("SIGTERM", () => interrupt.abort());
  // Whoever reads the output may stop early (`| head`); the exit code stands all the same.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    process.exit(explainFailure(toLostOutput(error)));
  });
  process.stderr.on("error", () => {});
  process.on("uncaughtException", (error) => {
    tell(explainBug(error));
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

/** Credentials and the webhook's address go over TLS that is verified, whoever wished otherwise for other programs. */
function insistOnTls(): void {
  if (process.env["NODE_TLS_REJECT_UNAUTHORIZED"] !== "0") return;
  delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  tell(
    "ringfence: NODE_TLS_REJECT_UNAUTHORIZED=0 is not heeded; name a private authority in NODE_EXTRA_CA_CERTS.\n",
  );
}

/** All of it or an error. For a file (`> report.json`) Node's own stream takes no notice of half a write. */
function writeOut(text: string): void {
  const { fd } = process.stdout;
  try {
    if (fstatSync(fd).isFile()) writeFileSync(fd, text);
    else process.stdout.write(text);
  } catch (error) {
    throw toLostOutput(error);
  }
}

function toLostOutput(error: unknown): UsageError {
  return new UsageError(`Standard output cannot be written: ${explainFileError(error)}.`);
}

/** What cannot be told, because nobody reads on or the disk is full, changes nothing about the run. */
function tell(text: string): void {
  tellRaw(toLogText(text));
}

function tellRaw(text: string): void {
  try {
    process.stderr.write(text);
  } catch (error) {
    // Throws again what is no answer of the system.
    explainFileError(error);
  }
}

/** The whole command line, as main runs it and as the documents are checked against it. */
export function createProgram(signal: AbortSignal): Command {
  const program = new Command("ringfence")
    .description(
      "Tells whether NetworkPolicies are enforced, and namespaces isolated, in every Amazon EKS cluster.",
    )
    .version(TOOL_VERSION)
    .exitOverride()
    .configureOutput({ writeOut, writeErr: tellRaw })
    .configureHelp({ helpWidth: toColumns() })
    .showSuggestionAfterError(true);
  const host = createHost(signal);
  addLookingCommands(program, host);
  addTellingCommands(program, host);
  return program;
}

/** A terminal that knows no size says 0. */
function toColumns(): number {
  return process.stdout.columns || 100;
}

function createHost(signal: AbortSignal): Host {
  return {
    signal,
    stdin: process.stdin,
    terminal: createTerminal,
    createAsker: () => createAsker(signal),
    write: writeOut,
    finish,
  };
}

function createTerminal(options: OutputOptions): Terminal {
  const interactive = process.stderr.isTTY && options.quiet !== true;
  const color =
    options.color && !process.env["NO_COLOR"] && process.stdout.isTTY && options.output === undefined;
  return {
    out: (text) => writeOut(toLogText(text)),
    remark: (text) => void (options.quiet === true || tell(text)),
    live: (text) => void (interactive && tellRaw(`\r\u001b[2K${text}`)),
    columns: toColumns(),
    color,
    interactive,
  };
}

/** Null where standard input is no terminal: then nobody can be asked. */
function createAsker(signal: AbortSignal): Asker | null {
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
  const pieces = toLogBlocks(output);
  // A file too: what is written in this step of a job is printed by another one.
  if (options.output !== undefined) writeOutput(options.output, { pieces });
  else for (const piece of pieces) writeOut(piece);
  if (remarks !== "" && options.quiet !== true) tell(remarks);
  process.exitCode = options.exitZero === true ? EXIT.fine : exitCode;
}

function* toLogBlocks(output: Output): Generator<string, void> {
  for (const block of toBlocks(output)) yield toLogText(block);
}

function writeOutput(file: string, output: Output): void {
  try {
    writeToFile(file, output);
  } catch (error) {
    throw new UsageError(`--output ${file} cannot be written: ${explainFileError(error)}.`);
  }
}

/** Told wrong → one clear message and exit 2. Neither that nor Ctrl-C: our bug, shown with its stack. */
function explainFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  if (error instanceof UsageError || error instanceof ConfigurationError) {
    tell(`ringfence: ${error.message}\n`);
    return EXIT.usage;
  }
  if (error instanceof InterruptedError) {
    tell(`${error.message}\n`);
    return EXIT.incomplete;
  }
  tell(explainBug(error));
  return EXIT.bug;
}
