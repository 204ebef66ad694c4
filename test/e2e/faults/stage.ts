// One emulated company with its Slack, and publishing runs of the scanner in this process: what a cell needs. The
// SDK reads its credentials from the process's environment, so a process has one stage at a time.

import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { startCloud, type Cloud } from "../../../emulator/cloud.ts";
import { createServerCertificate } from "../../../emulator/kubernetes/certificate.ts";
import type { WorldFault } from "../../../emulator/world.ts";
import { scanCloud } from "../../../lib/commands/scan.ts";
import type { CommandResult } from "../../../lib/commands/options.ts";
import { parseConfiguration } from "../../../lib/config/config.ts";
import { ConfigurationError } from "../../../lib/model/configuration-error.ts";
import { toWholeReport, type Report } from "../../../lib/model/report.ts";
import { UsageError } from "../../../lib/model/usage-error.ts";
import { toWholeText } from "../../../lib/report/output.ts";
import { SILENT } from "../../silent-terminal.ts";
import { PATIENT_MS } from "./cells.ts";
import { faultWorld, objectsOf, STATES, type State } from "./fault-world.ts";
import { startSlackWebhook } from "./slack-webhook.ts";

/** Of one cluster. */
const DEADLINE_SECONDS = 60;
/**
 * Of a run: the bound of a cluster, and before and after it some twenty calls in a row that nobody answers, each with
 * its four attempts.
 */
const RUN_LIMIT_MS = 180_000;
const BUCKET = "ringfence-state-of-a-test";
export const SLACK_SECRET = "T0/B0/xoxb-secret-of-a-test";

export interface Stage {
  readonly cloud: Cloud;
  /** Asked at every request. */
  readonly faults: WorldFault[];
  /** What Slack was told, in order. */
  readonly slack: readonly string[];
  readonly state: State;
  /** Every cluster changes. */
  change(): void;
  /** `requestTimeoutMs`: as patient as can be where not given. */
  run(requestTimeoutMs?: number): Promise<Ran>;
  close(): Promise<void>;
}

export interface Ran {
  readonly exitCode: number;
  /** null: there was nothing to report, and the user was told why. */
  readonly report: Report | null;
  /** All that a person or a log would see. */
  readonly text: string;
}

export async function openStage(): Promise<Stage> {
  const faults: WorldFault[] = [];
  const certificate = await createServerCertificate();
  setDefaultCACertificates([...getCACertificates("bundled"), certificate.authorityPem]);
  const cloud = await startCloud(faultWorld(faults), { certificate });
  const slack = await startSlackWebhook(certificate, faults);
  const secretArn = cloud.putSecret("ringfence/slack", `${slack.origin}/services/${SLACK_SECRET}`);
  cloud.stores.objects.set(BUCKET, new Map());
  let state: State = STATES[0];
  return {
    cloud,
    faults,
    slack: slack.messages,
    get state() {
      return state;
    },
    change() {
      state = state === "odd" ? "even" : "odd";
      for (const [key, server] of cloud.clusters)
        server.replaceObjects(objectsOf(key.slice(key.lastIndexOf("/") + 1), state));
    },
    run(requestTimeoutMs = PATIENT_MS) {
      const limits = { requestTimeoutMs, deadlineSeconds: DEADLINE_SECONDS };
      const configuration = toConfiguration({ topicArn: cloud.topicArn, secretArn, limits });
      // A cell may have ended the last ones.
      Object.assign(process.env, cloud.environmentFor("ringfence-operator"));
      return runOnce((terminal) =>
        scanCloud(configuration, process.env, OPTIONS, terminal, new AbortController().signal),
      );
    },
    async close() {
      slack.close();
      await cloud.close();
    },
  };
}

interface Settings {
  readonly topicArn: string;
  readonly secretArn: string;
  readonly limits: { readonly requestTimeoutMs: number; readonly deadlineSeconds: number };
}

function toConfiguration({ topicArn, secretArn, limits }: Settings) {
  const file = {
    organization: {},
    role: { externalId: "an-external-id-of-a-test" },
    regions: "enabled",
    publish: { securityHub: { enabled: true }, slack: { secretArn }, sns: { topicArn, format: "json" } },
    state: { bucket: BUCKET },
    limits,
  };
  return parseConfiguration(JSON.stringify(file), "the configuration of the fault matrix");
}

const OPTIONS = { format: "json", failOn: "medium", color: false, publish: true } as const;

async function runOnce(
  scan: (terminal: Parameters<typeof scanCloud>[3]) => Promise<CommandResult>,
): Promise<Ran> {
  const remarks: string[] = [];
  const terminal = { ...SILENT, remark: (text: string) => void remarks.push(text) };
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    const late = new Error(`The run did not end within ${RUN_LIMIT_MS} ms`);
    timer = setTimeout(() => reject(late), RUN_LIMIT_MS);
  });
  try {
    const { exitCode, output, remarks: said, report } = await Promise.race([scan(terminal), limit]);
    const whole = report === undefined ? null : toWholeReport(report);
    return { exitCode, report: whole, text: [toWholeText(output), said, ...remarks].join("\n") };
  } catch (error) {
    // What lib/cli.ts tells its user in a sentence; everything else is a bug and fails the cell.
    if (!(error instanceof UsageError || error instanceof ConfigurationError)) throw error;
    return { exitCode: 2, report: null, text: [error.message, ...remarks].join("\n") };
  } finally {
    clearTimeout(timer);
  }
}
