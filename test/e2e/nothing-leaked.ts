// What no scenario may do, whatever it is about: show a secret that the emulated cloud ever issued, or send a cluster
// anything but a read. Whatever leaves the process is looked through: logs, reports, state, findings, messages.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Cloud } from "../../emulator/cloud.ts";

/** How every token of EKS begins, what a presigned URL carries, and how a token is shown to a server. */
const CREDENTIAL = /k8s-aws-v1\.|X-Amz-(?:Signature|Security-Token|Credential)|\bBearer [\w.-]{20}/i;
const REVIEW = /^\/apis\/authorization\.k8s\.io\/v1\/selfsubject(?:access|rules)reviews$/;

/** What the cloud holds but its own secrets: findings, messages, objects, and the inputs of executions. */
function listHeld({ stores }: Cloud): readonly string[] {
  return [
    ...[...stores.findings.values()].flatMap((held) => [...held.values()].map((one) => JSON.stringify(one))),
    ...[...stores.messages.values()]
      .flat()
      .flatMap(({ subject, message, attributes }) => [
        subject ?? "",
        message,
        JSON.stringify([...attributes]),
      ]),
    ...[...stores.objects.values()].flatMap((held) =>
      [...held].flatMap(([key, { body }]) => [key, body.toString("utf8")]),
    ),
    ...[...stores.executions.values()].flatMap((held) => [...held].flat()),
  ];
}

/** A sentence for each secret in the words that left the process, or in what the cloud holds of it. */
export function findLeaks(cloud: Cloud, words: readonly string[]): readonly string[] {
  const told = [...words, ...listHeld(cloud)];
  const secrets = [...cloud.issuedSecrets, SLACK_PATH];
  const shown = secrets.filter((secret) => told.some((said) => said.includes(secret)));
  const looksLikeOne = told.filter((said) => CREDENTIAL.test(said));
  return [
    ...shown.map((secret) => `a secret was shown: ${secret.slice(0, 8)}…`),
    ...looksLikeOne.map((said) => `a credential was shown: ${said.slice(0, 40)}…`),
  ];
}

/** A sentence for each request to a cluster that was no read, and no question about one's own access. */
export function findWrites({ clusters }: Cloud): readonly string[] {
  return [...clusters.values()]
    .flatMap(({ requests }) => requests)
    .filter(({ method, path }) => method !== "GET" && !(method === "POST" && REVIEW.test(path)))
    .map(({ method, path }) => `a cluster was sent ${method} ${path}`);
}

const SLACK_PATH = "/services/T0/B0/xoxb-secret-of-a-test";

export interface Slack extends Disposable {
  /** A secret. */
  readonly webhook: string;
  /** What it was sent. */
  readonly bodies: readonly string[];
}

/** With another status than 200 it answers as a careless proxy does: with the address that it was asked for. */
export async function startSlack(status = 200): Promise<Slack> {
  const bodies: string[] = [];
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      bodies.push(Buffer.concat(parts).toString("utf8"));
      response.statusCode = status;
      response.end(status === 200 ? "ok" : `no answer from http://slack.example${request.url}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    webhook: `http://127.0.0.1:${port}${SLACK_PATH}`,
    bodies,
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}
