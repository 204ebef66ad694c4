// Progress while a scan or doctor runs, on standard error: one live line where somebody watches, and where nobody
// does one plain line for each cluster that ended. Cuts to the terminal's width; never the result.

import { count } from "../model/counts.ts";
import { shorten } from "../model/shorten.ts";
import { toScopeText } from "../model/blind-spots.ts";
import { toVisibleText } from "../model/visible-text.ts";
import type { PreflightProgress } from "../preflight/run-preflight.ts";
import type { EndedCluster, Progress, RunningCluster } from "../scan/progress.ts";
import type { Terminal } from "./terminal.ts";

export interface ProgressView<T> {
  readonly show: (progress: T) => void;
  end(): void;
}

/** A waiting that lasts is news too, so the live line is drawn anew while nothing ends. */
const REDRAW_MS = 1_000;

export function createProgressView(terminal: Terminal, now: () => Date): ProgressView<Progress> {
  return terminal.interactive ? createLiveView(terminal, now) : createPlainView(terminal);
}

function createPlainView(terminal: Terminal): ProgressView<Progress> {
  return {
    show({ latest, clusters }) {
      if (latest === null) return;
      const width = String(clusters.total).length;
      const done = String(clusters.done).padStart(width);
      terminal.remark(`[${done}/${clusters.total}] ${toEndedText(latest)}\n`);
    },
    end: () => {},
  };
}

/** `shop (111122223333, eu-central-1): scanned, 3 failed, 4.2 s` */
function toEndedText({ coverage, failed, durationMs }: EndedCluster): string {
  const { outcome, why } = coverage;
  const result = why === undefined ? outcome : `${outcome} (${why})`;
  const parts = [
    result,
    ...(failed === 0 ? [] : [`${failed} failed`]),
    `${(durationMs / 1000).toFixed(1)} s`,
  ];
  return toVisibleText(`${toScopeText(coverage)}: ${parts.join(", ")}`);
}

function createLiveView(terminal: Terminal, now: () => Date): ProgressView<Progress> {
  const startedAt = now();
  let last: Progress | null = null;
  const draw = (): void => {
    if (last !== null) terminal.live(toLiveLine(last, { startedAt, now: now(), columns: terminal.columns }));
  };
  const timer = setInterval(draw, REDRAW_MS);
  // A progress line keeps no process alive.
  timer.unref();
  return {
    show(progress) {
      last = progress;
      draw();
    },
    end() {
      clearInterval(timer);
      terminal.live("");
    },
  };
}

export interface LiveView {
  readonly startedAt: Date;
  readonly now: Date;
  readonly columns: number;
}

/** `accounts 3/4  clusters 12/40  failed 23  about 2 min left  slow: shop 34 s`, as much as fits. */
export function toLiveLine(progress: Progress, view: LiveView): string {
  const { accounts, clusters, failedFindings } = progress;
  const parts = [
    `accounts ${accounts.done}/${accounts.total}`,
    `clusters ${clusters.done}/${clusters.total}`,
    `failed ${failedFindings}`,
    ...toTimeLeft(progress, view),
  ];
  const start = parts.join("  ");
  // The last column stays free: a terminal may break the line behind it.
  const room = view.columns - 1;
  return shorten(`${start}${toSlowText(progress.running, view.now, room - start.length)}`, room);
}

/** Fewer clusters say too little about the others. */
const MIN_CLUSTERS_DONE = 3;

/** Nothing while accounts are still listed: nobody knows how much is left. */
function toTimeLeft({ accounts, clusters }: Progress, { startedAt, now }: LiveView): readonly string[] {
  const left = clusters.total - clusters.done;
  if (accounts.done < accounts.total || clusters.done < MIN_CLUSTERS_DONE || left === 0) return [];
  const elapsedMs = now.getTime() - startedAt.getTime();
  const seconds = Math.round(((elapsedMs / clusters.done) * left) / 1000);
  return [seconds < 60 ? `about ${seconds} s left` : `about ${Math.round(seconds / 60)} min left`];
}

const SLOW_MS = 2_000;

/** The oldest first, and how many more where there is no room for all. */
function toSlowText(running: readonly RunningCluster[], now: Date, room: number): string {
  const slow = running
    .map(({ target, since }) => ({
      name: toVisibleText(target.cluster),
      ms: now.getTime() - since.getTime(),
    }))
    .filter(({ ms }) => ms >= SLOW_MS)
    .toSorted((a, b) => b.ms - a.ms)
    .map(({ name, ms }) => `${name} ${Math.floor(ms / 1000)} s`);
  for (let shown = slow.length; shown > 0; shown -= 1) {
    const rest = slow.length - shown;
    const text = `  slow: ${slow.slice(0, shown).join(", ")}${rest === 0 ? "" : ` and ${rest} more`}`;
    if (text.length <= room) return text;
  }
  return slow.length === 0 ? "" : `  ${count(slow.length, "cluster")} slow`;
}

/** The same for doctor; where nobody watches, a plain line after each tenth of the accounts. */
export function createPreflightView(terminal: Terminal): ProgressView<PreflightProgress> {
  let told = 0;
  return {
    show({ accounts, clusters }) {
      const text = `accounts ${accounts.done}/${accounts.total}  clusters ${clusters.done}/${clusters.total}`;
      if (terminal.interactive) {
        terminal.live(shorten(text, terminal.columns - 1));
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
