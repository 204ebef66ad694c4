// How an answer's bytes reach the client when the network or something in between is ill: late, cut off, drop by
// drop, or under another content type. Shared by the emulated AWS and the emulated API servers.

import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** What is done to the service's own answer. */
export type Delivery =
  | { readonly kind: "latency"; readonly milliseconds: number }
  /** The length of the whole is announced, half of it sent, and the connection ended. */
  | { readonly kind: "truncated" }
  /** One byte every 50 ms. */
  | { readonly kind: "drip" }
  | { readonly kind: "content-type"; readonly contentType: string };

const DELIVERIES: ReadonlySet<string> = new Set(["latency", "truncated", "drip", "content-type"]);
const DRIP_MS = 50;

export function isDelivery(answer: { readonly kind: string }): answer is Delivery {
  return DELIVERIES.has(answer.kind);
}

export async function deliver(
  response: ServerResponse,
  answer: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | number>>;
    readonly body: string | Buffer;
  },
  delivery: Delivery | undefined,
): Promise<void> {
  const { status, headers, body } = answer;
  if (delivery === undefined) {
    response.writeHead(status, headers).end(body);
    return;
  }
  const bytes = Buffer.from(body);
  const whole = { ...headers, "content-length": bytes.length };
  switch (delivery.kind) {
    case "latency":
      await sleep(delivery.milliseconds);
      response.writeHead(status, headers).end(body);
      return;
    case "content-type":
      response.writeHead(status, { ...headers, "content-type": delivery.contentType }).end(body);
      return;
    case "truncated":
      response.writeHead(status, whole);
      response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
      return;
    case "drip":
      response.writeHead(status, whole);
      for (let sent = 0; sent < bytes.length && !response.destroyed; sent += 1) {
        response.write(bytes.subarray(sent, sent + 1));
        await sleep(DRIP_MS);
      }
      response.end();
  }
}
