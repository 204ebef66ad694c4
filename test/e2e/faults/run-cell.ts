// Cells of the matrix, one after the other on one stage: the world changes, a run with the fault, a run without. What
// must hold is the same for every cell; what broke is returned as sentences.

import type { WorldFault } from "../../../emulator/world.ts";
import type { Cell } from "./cells.ts";
import type { State } from "./fault-world.ts";
import { toHubView } from "./hub-view.ts";
import { judgeCell, toVerdicts, type Truth } from "./judge-cell.ts";
import { openStage, SLACK_SECRET, type Stage } from "./stage.ts";

export interface Theatre {
  run(cell: Cell): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Opens a stage, and another one after every cell that left its own in disorder. */
export function openTheatre(): Theatre {
  let ready: { readonly stage: Stage; readonly truths: ReadonlyMap<State, Truth> } | null = null;
  const close = async (): Promise<void> => {
    const closing = ready?.stage.close();
    ready = null;
    await closing;
  };
  return {
    async run(cell) {
      try {
        if (ready === null) {
          const stage = await openStage();
          ready = { stage, truths: await learn(stage) };
        }
        const problems = await runCell(cell, ready.stage, ready.truths);
        if (problems.length > 0) await close();
        return problems;
      } catch (error) {
        await close();
        // Not an outcome of a run but a bug of ours, which the fault brought to light.
        return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
      }
    },
    close,
  };
}

/** What healthy runs say of both states, when each has been there before. */
async function learn(stage: Stage): Promise<ReadonlyMap<State, Truth>> {
  const truths = new Map<State, Truth>();
  for (let run = 0; run < 4; run += 1) {
    const { exitCode, report, text } = await stage.run();
    if (report?.complete !== true) throw new Error(`a run without any fault: exit ${exitCode}\n${text}`);
    truths.set(stage.state, { exitCode, verdicts: toVerdicts(report) });
    if (run < 3) stage.change();
  }
  return truths;
}

async function runCell(
  cell: Cell,
  stage: Stage,
  truths: ReadonlyMap<State, Truth>,
): Promise<readonly string[]> {
  const { cloud, faults, slack } = stage;
  const before = truths.get(stage.state);
  stage.change();
  const truth = truths.get(stage.state);
  if (before === undefined || truth === undefined) throw new TypeError("a state that nobody learned");
  const hubBefore = toHubView(cloud);
  const [toldTopic, toldSlack] = [listTopic(stage).length, slack.length];
  let met = 0;
  faults.push(...cell.faults.map((fault) => toCounted(fault, () => (met += 1))));
  const spoiled = await stage.run(cell.requestTimeoutMs);
  const hubDuring = toHubView(cloud);
  faults.length = 0;
  const healed = await stage.run();
  return [
    ...(met === 0 ? ["the fault was never met"] : []),
    ...judgeCell({
      scope: cell.scope,
      before,
      truth,
      hubBefore,
      spoiled,
      hubDuring,
      healed,
      hubAfter: toHubView(cloud),
      topic: listTopic(stage).slice(toldTopic),
      slack: slack.slice(toldSlack),
      secrets: [...cloud.issuedSecrets, SLACK_SECRET, "k8s-aws-v1."],
    }),
  ];
}

/** The emulator looks at the answer when a call meets the fault, and not before. */
function toCounted(fault: WorldFault, onMet: () => void): WorldFault {
  const { answer } = fault;
  return {
    ...fault,
    get answer() {
      onMet();
      return answer;
    },
  };
}

function listTopic({ cloud }: Stage): readonly string[] {
  return [...cloud.stores.messages.values()].flat().map(({ message }) => message);
}
