// What publishing findings needs from outside and what comes of it. Every rejected finding is named; nothing
// here decides a verdict.

import type { AsffFinding } from "../model/asff.ts";
import type { Finding } from "../model/finding.ts";
import type { Confirmations } from "./confirmations.ts";
import type { Observe } from "./observe.ts";
import type { IsOverlapped } from "./running.ts";
import type { Outgoing } from "./sending.ts";
import type { ObjectStore, Shelve } from "./sources.ts";

/** What became of the findings that one sink was given. */
export interface Delivery {
  readonly sent: number;
  readonly failed: readonly { readonly id: string; readonly code: string; readonly message: string }[];
  /** Over the bound of first imports, and left to the next runs; absent: none. */
  readonly postponed?: number;
}

export const NOTHING_TO_DELIVER: Delivery = { sent: 0, failed: [] };

export function joinDeliveries(deliveries: readonly Delivery[]): Delivery {
  const postponed = deliveries.reduce((sum, delivery) => sum + (delivery.postponed ?? 0), 0);
  return {
    sent: deliveries.reduce((sum, { sent }) => sum + sent, 0),
    failed: deliveries.flatMap(({ failed }) => failed),
    ...(postponed === 0 ? {} : { postponed }),
  };
}

/** One Security Hub, as lib/publishing/hub-sink.ts opens it. */
export interface HubSink {
  readonly productArn: string;
  /** Every finding whose id starts so, active or archived. */
  listFindings(idPrefix: string): Promise<readonly AsffFinding[]>;
  /** Each finding that was not taken is named. */
  deliver(outgoing: readonly Outgoing[]): Promise<Delivery>;
}

export interface PublishContext {
  readonly observe: Observe;
  readonly now: () => Date;
  /** null: no state is configured, so each run starts from what the hub shows. */
  readonly store: ObjectStore | null;
  /** `publish.securityHub.include` */
  readonly include: "changes" | "all";
  /** `publish.securityHub.firstRunLimit`; absent: no bound. */
  readonly firstRunLimit?: number;
  /** The hub of a product ARN that was told before; null: not one that we could reach. */
  readonly openHub?: (productArn: string) => Promise<HubSink | null>;
  /** Absent: nobody knows of other runs. */
  readonly isOverlapped?: IsOverlapped;
  /** Names the dead letters. */
  readonly runId: string;
  /** Decides what is exempt, knowing since when the state has seen each finding's exemption. */
  readonly exempt?: (findings: readonly Finding[], exemptSince: ExemptSince) => readonly Finding[];
  /** Keeps the outcome for whoever tells people, before the state forgets that it is news. */
  readonly keep?: (publication: Publication) => Promise<void>;
  /** Takes the confirmation of what was told, for whoever tells people at the end of the run; absent: at once. */
  readonly confirmLater?: Confirmations["later"];
  /** Where these wait; absent: in memory. */
  readonly shelve?: Shelve;
}

/** RFC 3339; null: the state has not seen the finding exempt before. */
export type ExemptSince = (findingId: string) => string | null;

/** What is still asked of a publication once the report has its findings. */
export type PublicationOutcome = Pick<Publication, "outcome" | "delivery" | "remarks">;

export interface Publication {
  /**
   * published: told, as far as `delivery` says. superseded: a scan that started later was faster, so nothing of this
   * one was told. blocked: the state or the hub could not be read or written, so nothing was told.
   */
  readonly outcome: "published" | "superseded" | "blocked";
  readonly delivery: Delivery;
  /** All of the scan's, with `change` where it was published and `firstSeenAt` where they have a history. */
  readonly findings: readonly Finding[];
  /** What is gone since the last run, as not-applicable. */
  readonly vanished: readonly Finding[];
  /** Sentences about what is not as it should be, for the report and the digest. */
  readonly remarks: readonly string[];
}
