// What a command may know of the terminal. lib/cli.ts gives the real one; tests give a recording one.

export interface Terminal {
  /** The result. Ends with a newline of its own. */
  out(text: string): void;
  /** Progress and remarks, never the result. */
  remark(text: string): void;
  /** Rewrites the live line; a no-op where nobody watches. */
  live(text: string): void;
  readonly columns: number;
  readonly color: boolean;
  /** Whether stderr is a TTY: a live line, or a plain line per cluster. */
  readonly interactive: boolean;
}
