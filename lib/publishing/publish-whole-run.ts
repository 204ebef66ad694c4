// Publishes for one process what is about a run as a whole, to the scanner's own Security Hub and the state. Wires;
// decides no verdict, and imports nothing that judges a cluster.

import { toLostFinding } from "../controls/visibility.ts";
import { createRunExemptions } from "../exemptions.ts";
import type { Observed } from "../model/observed.ts";
import type { ReportView } from "../model/report.ts";
import type { TrendPoint } from "../model/trend.ts";
import type { PublishingParts } from "./publishing-parts.ts";
import { endLostAccounts, type EndedAccounts } from "../scan/lost-accounts.ts";
import { kept, toBlocked } from "../scan/publish-findings.ts";
import { publishWide } from "../scan/publish-wide.ts";
import { joinDeliveries, NOTHING_TO_DELIVER, type Publication } from "../scan/publish.ts";
import { rememberTrend } from "../scan/remember-trend.ts";
import { endRun } from "../scan/running.ts";
import type { Keep } from "../scan/scan-chunk.ts";
import type { WideView } from "../scan/wide-observation.ts";

export interface WholeRunPublishing {
  /** What is about no single cluster: accounts and Regions, which have no hub that we could reach, and the run. */
  publishWide(run: WideRun, scope: RunScope, keep?: Keep): Promise<Publication>;
  /** Adds a run of the whole scope to those that the state remembers; null where nothing is remembered. */
  rememberTrend(point: TrendPoint): Promise<Observed<readonly TrendPoint[]> | null>;
  /** Writes down that people were told, where that was to wait for it; a sentence for each state that was not written. */
  confirm(): Promise<readonly string[]>;
  /** Nothing more of this run is published. Where it cannot be written, other runs write a little more for a day. */
  end(): Promise<unknown>;
}

/** Of its findings those count that are about no cluster. */
export type WideRun = Pick<ReportView, "startedAt" | "coverage" | "complete" | "findings">;

export type RunScope = Pick<WideView, "isWhole" | "accounts">;

export function publishWholeRun(parts: PublishingParts): WholeRunPublishing {
  const { enabled, shared, telling, contextFor } = parts;
  const { composition, configuration, store, runId } = parts.options;
  const { observe, now } = composition.context;
  const { judgeRun } = createRunExemptions(configuration, now);
  const { open } = parts.hubs;
  return {
    async publishWide(report, { isWhole, accounts }, keep) {
      const findings = Iterator.from(report.findings)
        .filter(({ cluster }) => cluster === null)
        .toArray();
      const untouched = { findings, delivery: NOTHING_TO_DELIVER, vanished: [], remarks: [] };
      const keeping = keep === undefined ? shared : { ...shared, keep };
      if (!enabled && store === null) return kept({ outcome: "published", ...untouched }, keeping);
      const own = await observe(() => composition.cloud.enterOwnAccount());
      if (!own.seen) return kept(toBlocked(findings, own), keeping);
      const sink = enabled ? open(own.value, composition.region) : null;
      const { startedAt, coverage, complete } = report;
      const isOrganization = isWhole && composition.accounts.source === "organization";
      const ended = isOrganization
        ? await endLostAccounts({ coverage, accounts }, sink, contextFor(own.value))
        : NONE_ENDED;
      const wideLost = ended.lost.map(toLostFinding);
      const lost = judgeRun({ wide: wideLost, ofClusters: [], complete, isWhole: false });
      const view = { startedAt, findings: [...findings, ...lost], coverage, complete, isWhole, accounts };
      const withEnded = (publication: Publication): Publication => joinEnded(publication, ended);
      const keepBoth: Keep | undefined = keep && ((publication) => keep(withEnded(publication)));
      const wide = { ...contextFor(own.value, keepBoth), ...telling };
      return withEnded(await publishWide(view, own.value.accountId, sink, wide));
    },
    async rememberTrend(point) {
      return store === null ? null : rememberTrend(point, store, observe);
    },
    confirm: parts.confirmations.writeAll,
    end: async () => (store === null ? null : observe(() => endRun(store, runId))),
  };
}

function joinEnded(publication: Publication, { publications }: EndedAccounts): Publication {
  const deliveries = [publication, ...publications].map(({ delivery }) => delivery);
  return { ...publication, delivery: joinDeliveries(deliveries) };
}

const NONE_ENDED: EndedAccounts = { lost: [], publications: [] };
