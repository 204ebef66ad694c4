// The life of a digest: what is due, to whom, and what still waits. Written before the sending and after it, so that
// nothing is lost and a run that ends in between repeats one digest at most, under the same id. Formats nothing.

import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import { type Observed, type Unseen } from "../model/observed.ts";
import { findObject } from "./find-object.ts";
import type { Observe } from "./observe.ts";
import type { ObjectStore } from "./sources.ts";
import { observeConflict } from "./state-slot.ts";

const Time = v.pipe(v.string(), v.isoTimestamp());

const MessageSchema = v.strictObject({
  subject: v.string(),
  body: v.string(),
  attributes: v.record(v.string(), v.union([v.string(), v.array(v.string())])),
});

const OutboxSchema = v.strictObject({
  schemaVersion: v.literal(1),
  destinations: v.array(
    v.strictObject({
      key: v.string(),
      /** The latest digest that was made for it. */
      lastId: v.string(),
      /** null: none has arrived yet. */
      lastSentAt: v.nullable(Time),
      /** What it was told that could not be looked at, as of the latest digest that was made for it. */
      blindSpots: v.record(v.string(), v.string()),
      waiting: v.array(v.strictObject({ id: v.string(), since: Time, message: MessageSchema })),
    }),
  ),
});
type Outbox = v.InferOutput<typeof OutboxSchema>;
type Slot = Outbox["destinations"][number];

export type DigestMessage = v.InferOutput<typeof MessageSchema>;

export interface Destination {
  /** The same in every run: what it is, and which part of the findings it gets. */
  readonly key: string;
  /** `SNS`, `Slack` */
  readonly name: string;
  readonly digestId: string;
  /** Something changed since the last run, or the run was not compared with one. */
  readonly isNews: boolean;
  /** What kept each dark, by the scope that could not be looked at: any other than was told before is news, too. */
  readonly blindSpots: ReadonlyMap<string, string>;
  /** The scopes that the run was about; null: all that is configured. */
  readonly lookedAt: ReadonlySet<string> | null;
  toMessage(): DigestMessage;
  send(message: DigestMessage): Promise<Observed<unknown>>;
}

export interface DigestOutcome {
  readonly name: string;
  /** quiet: nothing was due. */
  readonly outcome: "sent" | "quiet" | "failed";
  /** Why not, and what that means; "" where nothing is wrong. */
  readonly problem: string;
  /** Nobody was told, and nothing remembers that they should be. */
  readonly isLost?: true;
}

export interface OutboxContext {
  /** null: nothing is remembered, so every run sends its digest. */
  readonly store: ObjectStore | null;
  readonly observe: Observe;
  readonly now: () => Date;
}

const KEY = "state/digests.json";
const DAY_MS = 24 * 3600 * 1000;
/** A week, less what a daily schedule may be early. */
const HEARTBEAT_MS = 7 * DAY_MS - 3600 * 1000;
/** A run of a part, which may be all that runs, leaves a daily run of the whole the time to say how all of it stands. */
const HEARTBEAT_OF_PART_MS = HEARTBEAT_MS + DAY_MS;
/** What nobody took for a week is old news, and the heartbeat says what is open. */
const WAIT_MS = 7 * DAY_MS;
const MAX_ATTEMPTS = 5;

export async function sendDigests(
  destinations: readonly Destination[],
  context: OutboxContext,
): Promise<readonly DigestOutcome[]> {
  const { store } = context;
  if (store === null) return Promise.all(destinations.map(sendNow));
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const read = await readOutbox(store, context);
    if (!read.seen) return sendUnremembered(destinations, read);
    const outcomes = await sendRemembered(destinations, read.value, store, context);
    if (outcomes !== "conflict") return outcomes;
  }
  return Promise.all(destinations.map(sendNow));
}

async function sendNow(destination: Destination): Promise<DigestOutcome> {
  const sent = await destination.send(destination.toMessage());
  const { name } = destination;
  return sent.seen ? { name, ...SENT } : { name, ...toFailed(sent, "and is lost"), isLost: true };
}

const SENT = { outcome: "sent", problem: "" } as const;
const QUIET = { outcome: "quiet", problem: "" } as const;

function toFailed({ why, detail }: Unseen, means: string) {
  return { outcome: "failed", problem: `the digest was not taken, ${means}: ${detail} (${why})` } as const;
}

/** Rather repeated than lost. */
async function sendUnremembered(
  destinations: readonly Destination[],
  { detail }: Unseen,
): Promise<readonly DigestOutcome[]> {
  const outcomes = await Promise.all(destinations.map(sendNow));
  const problem = `what was sent before could not be read: ${detail}`;
  return outcomes.map((outcome) => (outcome.problem === "" ? { ...outcome, problem } : outcome));
}

interface ReadOutbox {
  readonly outbox: Outbox;
  /** null: there is none yet. */
  readonly etag: string | null;
}

/** A text that is not an outbox is replaced: then every digest is due. */
async function readOutbox(store: ObjectStore, { observe }: OutboxContext): Promise<Observed<ReadOutbox>> {
  return observe(async () => {
    const object = await findObject(store, KEY);
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), OutboxSchema), object?.body);
    const outbox: Outbox = parsed.success ? parsed.output : { schemaVersion: 1, destinations: [] };
    return { outbox, etag: object?.etag ?? null };
  });
}

async function sendRemembered(
  destinations: readonly Destination[],
  { outbox, etag }: ReadOutbox,
  store: ObjectStore,
  context: OutboxContext,
): Promise<readonly DigestOutcome[] | "conflict"> {
  const { observe } = context;
  const known = new Map(outbox.destinations.map((slot) => [slot.key, slot]));
  const planned = destinations.map((destination) => ({
    destination,
    slot: plan(destination, known.get(destination.key) ?? null, context.now()),
  }));
  if (planned.every(({ slot }) => slot.waiting.length === 0))
    return planned.map(({ destination: { name } }) => ({ name, ...QUIET }));
  const write = (slots: readonly Slot[], condition: string | null) =>
    observe(() => observeConflict(() => putOutbox(store, slots, condition)));
  const intended = await write(
    planned.map(({ slot }) => slot),
    etag,
  );
  if (!intended.seen) return sendUnremembered(destinations, intended);
  if (!intended.value.seen) return "conflict";
  const sent = await Promise.all(
    planned.map(({ destination, slot }) => sendWaiting(destination, slot, context)),
  );
  const after = await write(
    sent.map(({ slot }) => slot),
    intended.value.value,
  );
  const outcomes = sent.map(({ outcome }) => outcome);
  if (after.seen) return outcomes;
  const problem = `that it was sent could not be written down, so the next run repeats it: ${after.detail}`;
  return outcomes.map((outcome) => (outcome.problem === "" ? { ...outcome, problem } : outcome));
}

function putOutbox(store: ObjectStore, slots: readonly Slot[], etag: string | null): Promise<string> {
  const condition = etag === null ? ({ ifNoneMatch: "*" } as const) : { ifMatch: etag };
  return store.putObject(KEY, JSON.stringify({ schemaVersion: 1, destinations: slots }), condition);
}

/** A run that is repeated has made its digest already: what is still waiting of it is sent, and no second one. */
function plan(destination: Destination, slot: Slot | null, now: Date): Slot {
  const { key, digestId } = destination;
  const waiting = (slot?.waiting ?? []).filter(({ since }) => now.getTime() - Date.parse(since) < WAIT_MS);
  if (slot !== null && !isDue(destination, slot, now)) return { ...slot, waiting };
  const due = { id: digestId, since: now.toISOString(), message: destination.toMessage() };
  return {
    key,
    lastId: digestId,
    lastSentAt: slot?.lastSentAt ?? null,
    blindSpots: toKnownBlindSpots(destination, slot),
    waiting: [...waiting, due],
  };
}

/** A run of a part says nothing of what it did not look at: what is dark there stays known to be. */
function toKnownBlindSpots({ blindSpots, lookedAt }: Destination, slot: Slot | null): Slot["blindSpots"] {
  const before = lookedAt === null ? [] : Object.entries(slot?.blindSpots ?? {});
  const elsewhere = before.filter(([scope]) => lookedAt?.has(scope) !== true);
  return Object.fromEntries([...elsewhere, ...blindSpots]);
}

function isDue(destination: Destination, slot: Slot, now: Date): boolean {
  const { digestId, isNews, lookedAt } = destination;
  if (slot.lastId === digestId) return false;
  if (isNews || !isDeepStrictEqual(slot.blindSpots, toKnownBlindSpots(destination, slot))) return true;
  // What is waiting says it already.
  if (slot.lastSentAt === null) return slot.waiting.length === 0;
  const heartbeatMs = lookedAt === null ? HEARTBEAT_MS : HEARTBEAT_OF_PART_MS;
  return now.getTime() - Date.parse(slot.lastSentAt) >= heartbeatMs;
}

/** In order; what was not taken waits for the next run. */
async function sendWaiting(
  destination: Destination,
  slot: Slot,
  { now }: OutboxContext,
): Promise<{ readonly slot: Slot; readonly outcome: DigestOutcome }> {
  const { name } = destination;
  if (slot.waiting.length === 0) return { slot, outcome: { name, ...QUIET } };
  const left: Slot["waiting"] = [];
  let refusal: Unseen | null = null;
  for (const [index, letter] of slot.waiting.entries()) {
    const sent = await destination.send(letter.message);
    if (sent.seen) continue;
    refusal ??= sent;
    // What is wrong may be wrong with this message alone: it holds back none that comes after it.
    left.push(...(isOfMessage(sent) ? [letter] : slot.waiting.slice(index)));
    if (!isOfMessage(sent)) break;
  }
  const isAnySent = left.length < slot.waiting.length;
  const rest = { ...slot, waiting: left, ...(isAnySent ? { lastSentAt: now().toISOString() } : {}) };
  const told = refusal === null ? SENT : toFailed(refusal, "and waits for the next run");
  return { slot: rest, outcome: { name, ...told } };
}

/** Whoever is unreachable, throttles, denies or is gone is so to every message; a 400 is about what was sent. */
function isOfMessage({ why }: Unseen): boolean {
  return why === "not-supported";
}
