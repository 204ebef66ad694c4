// A terminal that nobody watches, for runs of which only the result counts.

import type { Terminal } from "../lib/commands/terminal.ts";

export const SILENT: Terminal = {
  out: () => {},
  remark: () => {},
  live: () => {},
  columns: 80,
  color: false,
  interactive: false,
};
