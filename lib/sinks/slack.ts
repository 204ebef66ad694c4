// Delivers a message to a Slack incoming webhook. The webhook's URL is a secret: it stands in no error, no log and
// no outcome, and the request follows no redirect.

import { toBackoffMs, toObedientMs } from "../model/jitter.ts";
import { seen, unseen, type Observed, type Unseen, type Why } from "../model/observed.ts";

export interface SlackDelivery {
  readonly fetch: typeof fetch;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number;
  /** From 0 to 1, for the jitter of the pauses; Math.random where not given. */
  readonly random?: () => number;
}

const MAX_ATTEMPTS = 3;
/** What Slack asks for in a burst is seconds; whoever asks for more is told by the next run. */
const MAX_WAIT_MS = 60_000;
const BACKOFF_MS = 2000;

/** Unseen where Slack did not take the message; its detail names Slack's own word for why. */
export async function deliverToSlack(
  webhookUrl: string,
  body: string,
  delivery: SlackDelivery,
): Promise<Observed<null>> {
  const url = parseWebhookUrl(webhookUrl);
  if (url === null) return unseen("malformed", "the secret does not hold the https URL of a Slack webhook");
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await post(url, body, delivery);
    if (outcome.seen || outcome.wait === null || attempt === MAX_ATTEMPTS) return toObserved(outcome);
    if (outcome.wait.askedMs !== null && outcome.wait.askedMs > MAX_WAIT_MS) return toObserved(outcome);
    await delivery.sleep(toWaitMs(outcome.wait, attempt, delivery.random));
  }
}

/** Plain http only to this machine, where tests and proxies listen. */
function parseWebhookUrl(text: string): URL | null {
  const url = URL.parse(text.trim());
  if (url === null) return null;
  const isLoopback = url.hostname === "127.0.0.1" || url.hostname === "localhost";
  return url.protocol === "https:" || (url.protocol === "http:" && isLoopback) ? url : null;
}

/** `wait` null: asking again would change nothing. */
type Outcome = { readonly seen: true } | (Unseen & { readonly wait: Wait | null });

interface Wait {
  /** Milliseconds that Slack asked for; null: it named no time. */
  readonly askedMs: number | null;
}

function toWaitMs({ askedMs }: Wait, attempt: number, random?: () => number): number {
  return askedMs === null
    ? toBackoffMs(BACKOFF_MS * 2 ** (attempt - 1), random)
    : toObedientMs(askedMs, random);
}

function toObserved(outcome: Outcome): Observed<null> {
  return outcome.seen ? seen(null) : unseen(outcome.why, outcome.detail);
}

async function post(url: URL, body: string, { fetch, timeoutMs }: SlackDelivery): Promise<Outcome> {
  try {
    const response = await fetch(url, {
      method: "POST",
      // A connection that waited for its next use may be closed by then, and nobody would know what arrived.
      headers: { "content-type": "application/json; charset=utf-8", connection: "close" },
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    // Taken, whatever becomes of the rest of the answer.
    if (response.status === 200) await response.body?.cancel();
    return toOutcome(response, response.status === 200 ? "" : await readAnswer(response));
  } catch (error) {
    // What was sent may have been taken: it waits for the next run, so that it comes twice at most.
    const wait = NEVER_SENT.has(toCode(error) ?? "") ? { askedMs: null } : null;
    return { ...toUnreachable(error, timeoutMs), wait };
  }
}

/** Codes of Node and its fetch for a connection that was never made. */
const NEVER_SENT = new Set([
  "EAI_AGAIN",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Slack's word for why; it may be cut off. */
async function readAnswer(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch {
    return "";
  }
}

/** Of the failed connection below fetch's own error. */
function toCode(error: unknown): string | null {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && "code" in cause ? String(cause.code) : null;
}

/** fetch's own message may show the URL; the name and the cause's code do not. */
function toUnreachable(error: unknown, timeoutMs: number): Unseen {
  if (!(error instanceof Error)) return unseen("unreachable", "Slack could not be reached");
  if (error.name === "TimeoutError")
    return unseen("unreachable", `Slack did not answer within ${timeoutMs} ms`);
  const code = toCode(error);
  const reason = code === null ? "no reason given" : toWord(code);
  return unseen("unreachable", `Slack could not be reached (${reason})`);
}

// Slack API, incoming webhooks: 200 with the body `ok`, else an error's name as the body. All of 4xx but 429 stay
// as they are until somebody changes the webhook or the message.
function toOutcome({ status, headers }: Response, answer: string): Outcome {
  if (status === 200) return { seen: true };
  const refusal = `Slack answered ${status} ${toWord(answer)}`;
  if (status === 429)
    return {
      ...unseen("throttled", refusal),
      wait: { askedMs: readRetryAfterMs(headers.get("retry-after")) },
    };
  if (status >= 500) return { ...unseen("server-error", refusal), wait: { askedMs: null } };
  return { ...unseen(toWhy(status), `${refusal}, which will not change by itself`), wait: null };
}

/** "not-supported" is about this message alone: the outbox goes on with the next one. */
function toWhy(status: number): Why {
  if (status === 400 || status === 413) return "not-supported";
  // no_service, channel_not_found and channel_is_archived: the webhook may post nothing, or nothing any more.
  return [401, 403, 404, 410].includes(status) ? "access-denied" : "malformed";
}

// RFC 9110 §10.2.3: seconds, or a date, which Slack does not send.
function readRetryAfterMs(retryAfter: string | null): number | null {
  return retryAfter !== null && /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) * 1000 : null;
}

/** Slack's errors are words such as `invalid_blocks`; whatever else comes back may hold anything. */
function toWord(answer: string): string {
  return /^[\w-]{1,60}$/.test(answer.trim()) ? answer.trim() : "without a reason";
}
