// Tells people of a run: the digest, to every destination of the configuration. Wires; apart from publishing-parts.ts, so
// that the function that scans carries no topic and no webhook.

import { toDestinations, type DigestPort, type RoutedDigestContext } from "./digest-destinations.ts";
import type { Finding } from "./model/finding.ts";
import { type Report, type ReportView, toWholeReport } from "./model/report.ts";
import type { WholeRunPublishing } from "./publish-whole-run.ts";
import type { PublishingOptions, PublishingPort } from "./publishing-parts.ts";
import { sendDigests, type DigestOutcome } from "./scan/digest-outbox.ts";

export interface Digests {
  /** One outcome per destination; none where none is configured. */
  publishDigest(
    report: ReportView,
    run: Omit<RoutedDigestContext, "runId">,
  ): Promise<readonly DigestOutcome[]>;
}

/** What a whole run tells, the report's end included. */
export type RunPublishing = WholeRunPublishing & Digests;

export interface DigestOptions extends Omit<PublishingOptions, "composition"> {
  readonly composition: DigestPort & Pick<PublishingPort, "context">;
}

export function createDigests({ composition, configuration, runId, store }: DigestOptions): Digests {
  const { observe, now } = composition.context;
  return {
    publishDigest(report, run) {
      const { publish } = configuration;
      const destinations = toDestinations(publish, toReportForDigest(report), { ...run, runId }, composition);
      return sendDigests(destinations, { store, observe, now });
    },
  };
}

/** A digest shows neither evidence nor commands, which are most of a finding. */
function toReportForDigest(report: ReportView): Report {
  const findings = Iterator.from(report.findings).map((finding): Finding => {
    const remediation = { text: finding.remediation.text, commands: [], files: [] };
    return { ...finding, evidence: [], remediation };
  });
  return toWholeReport({ ...report, findings });
}
