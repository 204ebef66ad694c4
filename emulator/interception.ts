// A TLS server behind which somebody has stepped in: for as long as a world's fault lasts, whoever connects is shown
// the certificate of another authority. Connections that were made before go on.

import type { Server } from "node:tls";
import { createServerCertificate, type ServerCertificate } from "./kubernetes/certificate.ts";
import type { WorldFault } from "./world.ts";

/** Somebody steps in between, by this fault of the world. */
export interface Intercepted {
  readonly intercepted: WorldFault;
}

/** The ways of giving no answer. */
export type Silence = "hang" | "reset" | Intercepted;

/** Null: the fault is none of them. */
export function toSilence(fault: WorldFault): Silence | null {
  const { kind } = fault.answer;
  if (kind === "hang" || kind === "reset") return kind;
  return kind === "foreign-certificate" ? { intercepted: fault } : null;
}

export interface Interception {
  /** From the next connection on, until the world has the fault no more; with `calls` for that connection alone. */
  begin(fault: WorldFault): Promise<void>;
}

export function openInterception(
  server: Server,
  own: ServerCertificate,
  faults: readonly WorldFault[],
): Interception {
  let active: { readonly fault: WorldFault; connectionsLeft: number } | null = null;
  const present = ({ keyPem, certificatePem }: ServerCertificate): void =>
    server.setSecureContext({ key: keyPem, cert: certificatePem });
  // Before the server's own listener, which takes the context of that moment.
  server.prependListener("connection", () => {
    if (active === null) return;
    active.connectionsLeft -= 1;
    if (active.connectionsLeft >= 0 && faults.includes(active.fault)) return;
    active = null;
    present(own);
  });
  return {
    async begin(fault) {
      present(await createServerCertificate());
      active = { fault, connectionsLeft: fault.calls === undefined ? Number.POSITIVE_INFINITY : 1 };
    },
  };
}
