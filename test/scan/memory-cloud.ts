// A store and a hub in memory with the rules of S3 and Security Hub, whose calls a test can watch, refuse or end
// the process at. Faster than the emulator where a law wants hundreds of runs.

import { createHash } from "node:crypto";
import type { AsffFinding } from "../../lib/model/asff.ts";
import type { Observe } from "../../lib/scan/observe.ts";
import { createObserve } from "../../lib/scan/observe.ts";
import { toUnseen } from "../../lib/aws/errors.ts";
import type { Delivery, HubSink, PublishContext } from "../../lib/scan/publish.ts";
import type { ObjectStore } from "../../lib/scan/sources.ts";
import { toAsff } from "../../lib/sinks/security-hub.ts";
import { day, place } from "./life.ts";

/** `get state/…`, `put dead-letters/…`, `list state/…`, `find ringfence/…`, `import 3`. */
export type Call = string;

/** What happens around each call: throw to refuse it (before) or to end the process after it (after). */
export interface Weather {
  before?(call: Call): void;
  after?(call: Call): void;
}

/** The process ends here: nobody translates this. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** An error as the AWS SDK throws it. */
export function awsError(name: string, status: number): Error {
  return Object.assign(new Error(name), { name, $metadata: { httpStatusCode: status } });
}

export interface MemoryCloud {
  readonly calls: Call[];
  readonly objects: Map<string, string>;
  readonly hub: Map<string, AsffFinding>;
  /** Ids that the hub created or updated, in order: what is billed and what customers are told. */
  readonly events: string[];
  readonly store: ObjectStore;
  readonly sink: HubSink;
  weather: Weather;
  /** Ids that the hub refuses. */
  readonly poison: Set<string>;
}

const productArn = `arn:aws:securityhub:${place.region}:${place.account}:product/${place.account}/default`;

export function openMemoryCloud(): MemoryCloud {
  const cloud: Omit<MemoryCloud, "store" | "sink"> = {
    calls: [],
    objects: new Map(),
    hub: new Map(),
    events: [],
    weather: {},
    poison: new Set(),
  };
  return Object.assign(cloud, { store: openStore(cloud), sink: openSink(cloud) });
}

type Parts = Omit<MemoryCloud, "store" | "sink">;

async function around<T>(cloud: Parts, call: Call, run: () => T): Promise<T> {
  await Promise.resolve();
  cloud.calls.push(call);
  cloud.weather.before?.(call);
  const result = run();
  cloud.weather.after?.(call);
  return result;
}

function openStore(cloud: Parts): ObjectStore {
  const { objects } = cloud;
  return {
    getObject: (key) =>
      around(cloud, `get ${key}`, () => {
        const body = objects.get(key);
        return body === undefined ? null : { body, etag: toEtag(body) };
      }),
    putObject: (key, body, condition) =>
      around(cloud, `put ${key}`, () => {
        const before = objects.get(key);
        const etag = before === undefined ? null : toEtag(before);
        const holds =
          condition === undefined || ("ifMatch" in condition ? etag === condition.ifMatch : etag === null);
        if (!holds) throw Object.assign(new Error("changed"), { name: "PreconditionFailed" });
        objects.set(key, body);
        return toEtag(body);
      }),
    listObjects: (prefix) =>
      around(cloud, `list ${prefix}`, () =>
        [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted(),
      ),
  };
}

function toEtag(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

function openSink(cloud: Parts): HubSink {
  const { hub, events, poison } = cloud;
  return {
    productArn,
    listFindings: (idPrefix) =>
      around(cloud, `find ${idPrefix}`, () => [...hub.values()].filter(({ Id }) => Id.startsWith(idPrefix))),
    deliver: (outgoing) =>
      around(cloud, `import ${outgoing.length}`, (): Delivery => {
        const failed: Delivery["failed"][number][] = [];
        for (const { finding, createdAt, updatedAt, openSince } of outgoing) {
          const sent = toAsff(finding, {
            productArn,
            accountId: place.account,
            region: place.region,
            partition: "aws",
            now: new Date(updatedAt),
            createdAt,
            openSince,
          });
          if (poison.has(sent.Id)) {
            failed.push({ id: sent.Id, code: "InvalidInput", message: "data.Title should NOT be longer" });
            continue;
          }
          const before = hub.get(sent.Id);
          // "Equal or older is silently ignored", and counts as success.
          if (before !== undefined && before.UpdatedAt >= sent.UpdatedAt) continue;
          hub.set(sent.Id, sent);
          events.push(sent.Id);
        }
        return { sent: outgoing.length - failed.length, failed };
      }),
  };
}

export const outside: Observe = createObserve([toUnseen]);

export function context(
  cloud: MemoryCloud,
  days: number,
  change: Partial<PublishContext> = {},
): PublishContext {
  return {
    observe: outside,
    now: () => day(days),
    store: cloud.store,
    include: "changes",
    runId: "run-1",
    ...change,
  };
}

/** What customers see: status by id of what is active. */
export function shown({ hub }: MemoryCloud): Readonly<Record<string, string>> {
  const active = [...hub.values()].filter(({ RecordState }) => RecordState === "ACTIVE");
  return Object.fromEntries(active.map(({ Id, Compliance }) => [Id, Compliance.Status]));
}

export function writes({ calls }: MemoryCloud): readonly Call[] {
  return calls.filter((call) => call.startsWith("put ") || call.startsWith("import "));
}
