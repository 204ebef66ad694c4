// Progress while a scan runs: one live line where somebody watches, nothing where nobody does.

import type { Progress } from "../scan/run-scan.ts";
import type { Terminal } from "./terminal.ts";

export interface ProgressView {
  readonly show: (progress: Progress) => void;
  end(): void;
}

export function createProgressView(terminal: Terminal): ProgressView {
  if (!terminal.interactive) return { show: () => {}, end: () => {} };
  return {
    show(progress) {
      terminal.live(toLine(progress).slice(0, terminal.columns - 1));
    },
    end() {
      terminal.live("");
    },
  };
}

function toLine({ accounts, clusters, failedFindings, latest }: Progress): string {
  const name = latest?.cluster ?? "";
  return `accounts ${accounts.done}/${accounts.total}  clusters ${clusters.done}/${clusters.total}  failed ${failedFindings}  ${name}`;
}
