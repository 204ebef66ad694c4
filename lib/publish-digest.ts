// Tells people of a run: the digest, to every destination of the configuration. Wires; apart from publishing.ts, so
// that the function that scans carries no topic and no webhook.

import { toDestinations, type DigestPort, type RoutedDigestContext } from "./digest-destinations.ts";
import type { Report } from "./model/report.ts";
import type { Publishing, PublishingOptions, PublishingPort } from "./publishing.ts";
import { sendDigests, type DigestOutcome } from "./scan/digest-outbox.ts";

export interface Digests {
  /** One outcome per destination; none where none is configured. */
  publishDigest(report: Report, run: Omit<RoutedDigestContext, "runId">): Promise<readonly DigestOutcome[]>;
}

/** What a whole run tells, the report's end included. */
export type RunPublishing = Publishing & Digests;

export interface DigestOptions extends Omit<PublishingOptions, "composition"> {
  readonly composition: DigestPort & Pick<PublishingPort, "context">;
}

export function createDigests({ composition, configuration, runId, store }: DigestOptions): Digests {
  const { observe, now } = composition.context;
  return {
    publishDigest(report, run) {
      const destinations = toDestinations(configuration.publish, report, { ...run, runId }, composition);
      return sendDigests(destinations, { store, observe, now });
    },
  };
}
