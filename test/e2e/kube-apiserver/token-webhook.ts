// The webhook that a real API server asks whose a bearer token is. It checks an EKS token as aws-iam-authenticator
// does, with the emulator's own authenticator and STS, and gives the groups of the cluster's access entry.

import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { json } from "node:stream/consumers";
import { authenticate, type AuthenticatorContext } from "../../../emulator/kubernetes/authenticator.ts";
import { createServerCertificate } from "../../../emulator/kubernetes/certificate.ts";
import { listen } from "../../../emulator/kubernetes/https-listener.ts";

export interface TokenWebhook {
  /** Of a kube-apiserver's --authentication-token-webhook-config-file. */
  readonly config: string;
  /** From now on tokens are judged so. */
  serve(context: AuthenticatorContext, groups: readonly string[]): void;
  close(): Promise<void>;
}

interface TokenReview {
  readonly spec: { readonly token: string };
}

export async function startTokenWebhook(): Promise<TokenWebhook> {
  const certificate = await createServerCertificate();
  let judge: (token: string) => Promise<unknown> = () => Promise.resolve({ authenticated: false });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const review = (await json(request)) as TokenReview;
    const status = await judge(review.spec.token);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", status }));
  };
  const server = createServer(
    { key: certificate.keyPem, cert: certificate.certificatePem },
    (request, response) => void answer(request, response),
  );
  const listener = await listen(server);
  return {
    config: toConfig(listener.origin, certificate.authorityPem),
    serve: (context, groups) => {
      judge = async (token) => {
        const authentication = await authenticate(`Bearer ${token}`, context);
        if ("refusal" in authentication) return { authenticated: false, error: authentication.refusal };
        return { authenticated: true, user: { username: authentication.identity.userName, groups } };
      };
    },
    close: () => listener.close(),
  };
}

/** JSON is YAML. */
function toConfig(origin: string, authorityPem: string): string {
  const authority = Buffer.from(authorityPem).toString("base64");
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "webhook", cluster: { server: origin, "certificate-authority-data": authority } }],
    users: [{ name: "api-server", user: {} }],
    contexts: [{ name: "webhook", context: { cluster: "webhook", user: "api-server" } }],
    "current-context": "webhook",
  });
}
