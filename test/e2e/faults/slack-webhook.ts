// A Slack webhook on loopback over TLS, which keeps what it was told and fails as the world's faults say.

import { createServer } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createFaultFinder } from "../../../emulator/aws/faults.ts";
import { deliver, isDelivery } from "../../../emulator/deliver.ts";
import { openInterception } from "../../../emulator/interception.ts";
import type { ServerCertificate } from "../../../emulator/kubernetes/certificate.ts";
import type { WorldFault } from "../../../emulator/world.ts";

/** How a fault of the world names it. */
export const SLACK = { service: "slack", operation: "webhook" } as const;

export interface SlackWebhook {
  readonly origin: string;
  /** Every message that reached it, also where its answer did not come back. */
  readonly messages: readonly string[];
  close(): void;
}

export async function startSlackWebhook(
  certificate: ServerCertificate,
  faults: readonly WorldFault[],
): Promise<SlackWebhook> {
  const messages: string[] = [];
  const findFault = createFaultFinder(faults);
  const server = createServer({ key: certificate.keyPem, cert: certificate.certificatePem });
  const interception = openInterception(server, certificate, faults);
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const message = await text(request);
    const fault = findFault({ ...SLACK, accountId: "", region: "", cluster: undefined });
    const given = fault?.answer;
    if (given?.kind === "hang") return;
    if (fault !== null && given?.kind === "foreign-certificate") await interception.begin(fault);
    if (given?.kind === "reset" || given?.kind === "foreign-certificate") {
      request.socket.destroy();
      return;
    }
    if (given?.kind === "error") {
      const { status, code, retryAfterSeconds } = given;
      const patience = retryAfterSeconds === undefined ? {} : { "retry-after": String(retryAfterSeconds) };
      response.writeHead(status, patience).end(code);
      return;
    }
    messages.push(message);
    // Slack API, incoming webhooks: 200 with the body `ok`.
    const [body, contentType] =
      given?.kind === "garbage" ? [given.body, given.contentType] : ["ok", "text/html"];
    const whole = { status: 200, headers: { "content-type": contentType }, body };
    await deliver(response, whole, given !== undefined && isDelivery(given) ? given : undefined);
  };
  server.on("request", (request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port of TCP has such an address.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo;
  return {
    origin: `https://127.0.0.1:${port}`,
    messages,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
