// Publishes what is about no single cluster to the scanner's own hub, with the same life as any other finding: a
// blind spot ages from the first run that saw it, and is resolved when the place is looked into again.

import { parseFindingId } from "../model/finding-id.ts";
import { publishFindings } from "./publish-findings.ts";
import type { HubSink, Publication, PublishContext } from "./publish.ts";
import { WIDE_REGION, type StatePlace } from "./state.ts";
import { toWideObservation, type WideView } from "./wide-observation.ts";

/** `sink` is the hub of the scanner's own account; null where Security Hub is not wanted. */
export function publishWide(
  view: WideView,
  scannerAccount: string,
  sink: HubSink | null,
  context: PublishContext,
): Promise<Publication> {
  const place = toWidePlace(scannerAccount);
  const toWide = (hub: HubSink | null): HubSink | null => (hub === null ? null : toWideSink(hub));
  const { openHub } = context;
  return publishFindings(place, toWideObservation(view), toWide(sink), {
    ...context,
    ...(openHub === undefined ? {} : { openHub: async (arn) => toWide(await openHub(arn)) }),
  });
}

/** Remembered beside the scanner's own clusters. */
function toWidePlace(account: string): StatePlace {
  return { account, region: WIDE_REGION, cluster: "run", createdAt: null };
}

/** The scanner's own hub holds findings about clusters too: those are not judged here. */
function toWideSink(sink: HubSink): HubSink {
  return {
    ...sink,
    listFindings: async () => {
      const found = await sink.listFindings("ringfence/");
      return found.filter(({ Id }) => parseFindingId(Id)?.cluster === null);
    },
  };
}
