// Runs cells in a process of its own, because the SDK reads its credentials from the process's environment.

import type { Cell } from "./cells.ts";
import { runCell } from "./run-cell.ts";

process.on("message", (cell: Cell) => {
  void runCell(cell)
    // Not an outcome of a run but a bug of ours, which the fault brought to light.
    .catch((error: unknown) => [error instanceof Error ? (error.stack ?? error.message) : String(error)])
    .then((problems) => process.send?.(problems));
});
