// What a command line may ask of the process that it runs in. lib/cli.ts is the real one.

import type { ByteStream } from "../offline/manifest-files.ts";
import type { CommandResult, CommonOptions } from "./options.ts";
import type { Terminal } from "./terminal.ts";

export type OutputOptions = Pick<CommonOptions, "quiet" | "color" | "output" | "exitZero">;

export interface Asker {
  readonly ask: (question: string) => Promise<string>;
  readonly close: () => void;
}

export interface Host {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly stdin: ByteStream;
  terminal(options: OutputOptions): Terminal;
  /** Null where nobody can be asked. */
  createAsker(): Asker | null;
  write(text: string): void;
  /** Writes the result where the options want it, and sets the exit code. */
  finish(result: CommandResult, options: OutputOptions): void;
}
