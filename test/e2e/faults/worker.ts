// Runs cells in a process of its own, because the SDK reads its credentials from the process's environment.

import type { Cell } from "./cells.ts";
import { openTheatre } from "./run-cell.ts";

const theatre = openTheatre();

process.on("message", (cell: Cell) => {
  void theatre.run(cell).then((problems) => process.send?.(problems));
});
