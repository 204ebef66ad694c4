// Tells people of a run: the digest, to every destination of the configuration. Wires; apart from publishing-parts.ts, so
// that the function that scans carries no topic and no webhook.

import { openDrafts, type DigestDrafts, type DigestPort } from "./digest-destinations.ts";
import type { WholeRunPublishing } from "./publish-whole-run.ts";
import type { PublishingOptions, PublishingPort } from "./publishing-parts.ts";
import { sendDigests, type DigestOutcome } from "../scan/digest-outbox.ts";
import type { DigestContext } from "../sinks/digest.ts";
import type { DigestRun } from "../sinks/digest-draft.ts";

export interface Digests {
  /** One outcome per destination; none where none is configured. */
  publishDigest(
    run: DigestRun,
    drafts: Pick<DigestDrafts, "toDestinations">,
    context: Omit<DigestContext, "runId">,
  ): Promise<readonly DigestOutcome[]>;
  /** For what is said of each cluster; `today` as 2027-01-31. */
  openDrafts(unitPaths: ReadonlyMap<string, string>, today: string): DigestDrafts;
}

/** What a whole run tells, the report's end included. */
export type RunPublishing = WholeRunPublishing & Digests;

export interface DigestOptions extends Omit<PublishingOptions, "composition"> {
  readonly composition: DigestPort & Pick<PublishingPort, "context">;
}

export function createDigests({ composition, configuration, runId, store }: DigestOptions): Digests {
  const { observe, now } = composition.context;
  const { publish } = configuration;
  return {
    openDrafts: (unitPaths, today) => openDrafts(publish, unitPaths, today),
    publishDigest(run, drafts, context) {
      const destinations = drafts.toDestinations(run, { ...context, runId }, composition);
      return sendDigests(destinations, { store, observe, now });
    },
  };
}
