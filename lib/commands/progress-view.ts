// Progress while a scan runs: one live line where somebody watches, nothing where nobody does.

import type { PreflightProgress } from "../preflight/run-preflight.ts";
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

export interface PreflightView {
  readonly show: (progress: PreflightProgress) => void;
  end(): void;
}

/** The same for doctor; where nobody watches, a plain line after each tenth of the accounts. */
export function createPreflightView(terminal: Terminal): PreflightView {
  let told = 0;
  return {
    show({ accounts, clusters }) {
      const text = `accounts ${accounts.done}/${accounts.total}  clusters ${clusters.done}/${clusters.total}`;
      if (terminal.interactive) {
        terminal.live(text.slice(0, terminal.columns - 1));
        return;
      }
      const tenth = Math.floor((accounts.done * 10) / Math.max(1, accounts.total));
      if (tenth === told) return;
      told = tenth;
      terminal.remark(`${text}\n`);
    },
    end() {
      terminal.live("");
    },
  };
}
