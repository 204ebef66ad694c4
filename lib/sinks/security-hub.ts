// Sends findings to one account's Security Hub in one Region. Nothing is lost in silence: what is not imported
// comes back by id, with the code that Security Hub or the transport gave.

import type { AsffFinding } from "../model/asff.ts";
import { toBackoffMs } from "../model/jitter.ts";
import { shorten } from "../model/shorten.ts";
import { toVisibleText } from "../model/visible-text.ts";
import type { SecurityHub } from "../scan/sources.ts";

export { toAsff, type AsffContext } from "./asff.ts";

/** BatchImportFindings takes 1 to 100 findings of at most 240 KB, and 6 MB in all; a margin for the envelope. */
export const MAX_FINDINGS = 100;
const MAX_FINDING_BYTES = 240_000;
const MAX_BATCH_BYTES = 5_500_000;

const MAX_ATTEMPTS = 4;
const FIRST_DELAY_MS = 2000;

export interface Failure {
  readonly id: string;
  readonly code: string;
  readonly message: string;
}

export interface Delivery {
  readonly sent: number;
  readonly failed: readonly Failure[];
}

export interface Batches {
  readonly batches: readonly (readonly AsffFinding[])[];
  /** What must not be sent at all. */
  readonly rejected: readonly Failure[];
}

/** Batches in the given order, by number and by bytes of UTF-8. */
export function toBatches(findings: readonly AsffFinding[]): Batches {
  const batches: AsffFinding[][] = [];
  const rejected: Failure[] = [];
  const ids = new Set<string>();
  let bytes = 0;
  for (const finding of findings) {
    const size = Buffer.byteLength(JSON.stringify(finding), "utf8") + 1;
    const problem = findProblem(finding, size, ids);
    if (problem !== null) {
      rejected.push(problem);
      continue;
    }
    ids.add(finding.Id);
    const current = batches.at(-1);
    if (current === undefined || current.length === MAX_FINDINGS || bytes + size > MAX_BATCH_BYTES) {
      batches.push([finding]);
      bytes = size;
    } else {
      current.push(finding);
      bytes += size;
    }
  }
  return { batches, rejected };
}

/** "If a finding is included more than once, Security Hub CSPM only processes the first." */
function findProblem({ Id }: AsffFinding, size: number, ids: ReadonlySet<string>): Failure | null {
  if (ids.has(Id)) return { id: Id, code: "DuplicateId", message: "the same id twice in one delivery" };
  if (size <= MAX_FINDING_BYTES) return null;
  return {
    id: Id,
    code: "FindingTooLarge",
    message: `${size} bytes; at most ${MAX_FINDING_BYTES} are taken`,
  };
}

export interface DeliveryOptions {
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** From 0 to 1, for the jitter of the pauses; Math.random where not given. */
  readonly random?: () => number;
}

export async function deliverFindings(
  findings: readonly AsffFinding[],
  hub: SecurityHub,
  options: DeliveryOptions,
): Promise<Delivery> {
  const { batches, rejected } = toBatches(findings);
  const failed: Failure[] = [...rejected];
  let sent = 0;
  let waiting = batches;
  for (let attempt = 1; waiting.length > 0; attempt += 1) {
    const round = await sendAll(waiting, hub);
    sent += round.sent;
    for (const failure of round.refused) failed.push(failure);
    if (attempt === MAX_ATTEMPTS) {
      for (const { failure } of round.transient) failed.push(failure);
      break;
    }
    waiting = toBatches(round.transient.map(({ finding }) => finding)).batches;
    if (waiting.length > 0)
      await options.sleep(toBackoffMs(FIRST_DELAY_MS * 2 ** (attempt - 1), options.random));
  }
  return { sent, failed };
}

interface Failed {
  readonly finding: AsffFinding;
  readonly failure: Failure;
}

interface Round {
  sent: number;
  readonly refused: Failure[];
  readonly transient: Failed[];
}

/** Every batch once. A call that is refused for its content is halved until the culprit stands alone. */
async function sendAll(batches: Batches["batches"], hub: SecurityHub): Promise<Round> {
  const queue = [...batches];
  const round: Round = { sent: 0, refused: [], transient: [] };
  for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
    const { failed, callCode } = await importBatch(batch, hub);
    if (callCode === "InvalidInputException" && batch.length > 1) {
      const half = Math.ceil(batch.length / 2);
      queue.unshift(batch.slice(0, half), batch.slice(half));
      continue;
    }
    round.sent += batch.length - failed.length;
    for (const one of failed) {
      if (PERMANENT_CODES.has(one.failure.code)) round.refused.push(one.failure);
      else round.transient.push(one);
    }
    // A closed door stays closed: the others are named without knocking again.
    if (callCode !== null && CLOSED_CODES.has(callCode))
      for (const { Id } of queue.splice(0).flat()) round.refused.push(toCallFailure(Id, callCode));
  }
  return round;
}

interface Answer {
  readonly failed: readonly Failed[];
  /** The error's name where the call as a whole failed. */
  readonly callCode: string | null;
}

async function importBatch(batch: readonly AsffFinding[], hub: SecurityHub): Promise<Answer> {
  try {
    const { successCount, failed } = await hub.importFindings(batch);
    const named = new Map(failed.map((failure) => [failure.id, failure]));
    const known = batch.flatMap((finding): Failed[] => {
      const failure = named.get(finding.Id);
      return failure === undefined ? [] : [{ finding, failure: toPrintable(failure) }];
    });
    if (successCount + known.length === batch.length) return { failed: known, callCode: null };
    // The numbers don't add up, so nobody knows which were taken. Importing again is harmless.
    return { failed: batch.map((finding) => toUncounted(finding, named)), callCode: null };
  } catch (error) {
    const callCode = toCallCode(error);
    return {
      failed: batch.map((finding) => ({ finding, failure: toCallFailure(finding.Id, callCode) })),
      callCode,
    };
  }
}

function toUncounted(finding: AsffFinding, named: ReadonlyMap<string, Failure>): Failed {
  const message = "Security Hub's counts do not add up to what was sent";
  const failure = named.get(finding.Id) ?? { id: finding.Id, code: "CountMismatch", message };
  return { finding, failure: toPrintable(failure) };
}

/** What will be the same the next time. Every other code, known or not, is worth another try. */
const PERMANENT_CODES = new Set([
  "AbortError",
  "AccessDenied",
  "AccessDeniedException",
  "AuthorizerConfigurationException",
  "InvalidAccess",
  "InvalidAccessException",
  "InvalidInput",
  "InvalidInputException",
]);

/** The hub is off, we are not let in, or the run is over. */
const CLOSED_CODES = new Set([
  "AbortError",
  "AccessDenied",
  "AccessDeniedException",
  "InvalidAccessException",
]);

/** The name of an error of the outside world; our own mistakes are thrown on. */
function toCallCode(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  // The SDK leaves $metadata on whatever its calls end in, a parser's TypeError over garbage included.
  const isOurBug =
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  if (isOurBug && !Object.hasOwn(error, "$metadata")) throw error;
  return error.name;
}

/** The error's own text is not repeated: that of a refused signature quotes the session token. */
function toCallFailure(id: string, code: string): Failure {
  return { id, code, message: "the call to Security Hub failed" };
}

/** Names the field at fault, in Security Hub's words. */
function toPrintable({ id, code, message }: Failure): Failure {
  return { id, code, message: shorten(toVisibleText(message), 500) };
}
