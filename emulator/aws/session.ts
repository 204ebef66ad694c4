// Temporary credentials: issued here, looked up by access key id, and never written down anywhere else.

import { createHash, randomBytes } from "node:crypto";

import type { Policy } from "../iam.ts";
import type { Role } from "./role.ts";

export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** A fault of the world may end it before its time. */
  expiresAt: Date;
  readonly role: Role;
  /** `arn:aws:sts::111111111111:assumed-role/name/session`. */
  readonly arn: string;
  /** `AROA…:session`. */
  readonly userId: string;
  /** Narrows what the role may do; null: the session has no policy of its own. */
  readonly sessionPolicy: Policy | null;
}

export interface SessionRequest {
  readonly role: Role;
  readonly sessionName: string;
  readonly durationSeconds: number;
  readonly sessionPolicy: Policy | null;
}

export class SessionStore {
  readonly #sessions = new Map<string, Session>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  issue({ role, sessionName, durationSeconds, sessionPolicy }: SessionRequest): Session {
    const session: Session = {
      accessKeyId: `ASIA${toKeyId(randomBytes(32))}`,
      secretAccessKey: randomBytes(30).toString("base64"),
      // As long as real ones, and with the `+` and `/` that must survive a query string.
      sessionToken: `IQoJb3JpZ2luX2VjE+/${randomBytes(600).toString("base64")}==`,
      expiresAt: new Date(this.#now().getTime() + durationSeconds * 1000),
      role,
      arn: `${role.arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${sessionName}`,
      userId: `${toRoleId(role)}:${sessionName}`,
      sessionPolicy,
    };
    this.#sessions.set(session.accessKeyId, session);
    return session;
  }

  find(accessKeyId: string): Session | undefined {
    return this.#sessions.get(accessKeyId);
  }

  /** Secret keys and session tokens, for a test that none of them leaks. */
  get secrets(): readonly string[] {
    return [...this.#sessions.values()].flatMap((session) => [session.secretAccessKey, session.sessionToken]);
  }
}

/** The unique id of a role: the same for the same role. */
export function toRoleId(role: Role): string {
  return `AROA${toKeyId(createHash("sha256").update(role.arn).digest())}`;
}

/** 16 characters of the alphabet that IAM's unique ids have. */
function toKeyId(bytes: Buffer): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return [...bytes.subarray(0, 16)].map((byte) => alphabet[byte % alphabet.length]).join("");
}
