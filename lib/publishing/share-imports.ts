// Imports the findings of all clusters of one account and Region together: a call to Security Hub takes 100, and few
// clusters change so much. What became of each finding goes back to the cluster that handed it in, and to no other.

import type { AsffFinding } from "../model/asff.ts";
import type { Delivery } from "../scan/publish.ts";
import type { SecurityHub } from "../scan/sources.ts";
import type { Join, Seat } from "../scan/turns.ts";
import { deliverFindings, MAX_FINDINGS, type DeliveryOptions } from "../sinks/security-hub.ts";

/** Nobody waits longer for its siblings, whatever they do: one that answers nobody takes its deadline of minutes. */
export const MAX_WAIT_MS = 10_000;

export interface SharingOptions extends DeliveryOptions {
  /** Does it after so long; what it returns prevents that. */
  readonly startTimer: (milliseconds: number, action: () => void) => () => void;
}

export function shareImports(options: SharingOptions): Join {
  const groups = new Map<string, Group>();
  return (account, region) => {
    const key = `${account}/${region}`;
    const group = groups.get(key) ?? openGroup(options);
    groups.set(key, group);
    return group.join();
  };
}

interface Group {
  join(): Seat;
}

/** What one cluster handed in. */
interface Share {
  waiting: number;
  sent: number;
  readonly failed: Delivery["failed"][number][];
  readonly resolve: (delivery: Delivery) => void;
  readonly reject: (error: unknown) => void;
}

interface Waiting {
  readonly finding: AsffFinding;
  readonly hub: SecurityHub;
  readonly share: Share;
}

function openGroup(options: SharingOptions): Group {
  const queue = openQueue(options);
  /** Clusters that may still hand in something. */
  let atWork = 0;
  const settle = (): void => queue.settle(atWork === 0);
  return {
    join() {
      let isAtWork = true;
      atWork += 1;
      const leave = (): void => {
        if (!isAtWork) return;
        isAtWork = false;
        atWork -= 1;
        settle();
      };
      const handIn = (findings: readonly AsffFinding[], hub: SecurityHub): Promise<Delivery> =>
        new Promise((resolve, reject) => {
          const share: Share = { waiting: findings.length, sent: 0, failed: [], resolve, reject };
          // One by one: a call takes no more than some 120,000 arguments, and a cluster may have more findings.
          for (const finding of findings) queue.add({ finding, hub, share });
          if (isAtWork) leave();
          else settle();
        });
      return {
        async deliver(findings, hub, onWait) {
          if (findings.length === 0) return { sent: 0, failed: [] };
          const delivered = handIn(findings, hub);
          if (queue.isWaiting()) onWait();
          return delivered;
        },
        leave,
      };
    },
  };
}

interface Queue {
  add(waiting: Waiting): void;
  isWaiting(): boolean;
  /** Sends full calls at once; the rest when nobody can add to it, or after the longest wait. */
  settle(isWhole: boolean): void;
}

function openQueue(options: SharingOptions): Queue {
  let queue: Waiting[] = [];
  let stopTimer: (() => void) | null = null;
  const send = (amount: number): void => {
    const due = queue.slice(0, amount);
    queue = queue.slice(amount);
    if (queue.length === 0) {
      stopTimer?.();
      stopTimer = null;
    }
    for (const [, ofHub] of Map.groupBy(due, ({ hub }) => hub.productArn)) void sendTogether(ofHub, options);
  };
  const sendAll = (): void => {
    stopTimer = null;
    send(queue.length);
  };
  return {
    add: (waiting) => void queue.push(waiting),
    isWaiting: () => queue.length > 0,
    settle(isWhole) {
      send(isWhole ? queue.length : queue.length - (queue.length % MAX_FINDINGS));
      if (queue.length > 0) stopTimer ??= options.startTimer(MAX_WAIT_MS, sendAll);
    },
  };
}

async function sendTogether(due: readonly Waiting[], options: SharingOptions): Promise<void> {
  const [first] = due;
  if (first === undefined) return;
  try {
    const { failed } = await deliverFindings(
      due.map(({ finding }) => finding),
      first.hub,
      options,
    );
    const failures = new Map(failed.map((failure) => [failure.id, failure]));
    for (const { finding, share } of due) settleOne(share, failures.get(finding.Id));
  } catch (error) {
    // Our own mistake: everybody whose findings were in it ends with it, as if it had been alone.
    for (const { share } of due) share.reject(error);
  }
}

function settleOne(share: Share, failure: Delivery["failed"][number] | undefined): void {
  if (failure === undefined) share.sent += 1;
  else share.failed.push(failure);
  share.waiting -= 1;
  if (share.waiting === 0) share.resolve({ sent: share.sent, failed: share.failed });
}
