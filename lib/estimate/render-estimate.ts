// An estimate as text for people and as JSON for programs: the figures, and everything that they rest on.

import { count } from "../model/counts.ts";
import type { Estate } from "./estate.ts";
import { INCLUDES, type Amount, type Assumptions, type Estimate, type Include } from "./estimate.ts";
import { FREE_EVENTS, MODEL, PRICES, PRICES_OF } from "./prices.ts";

export interface EstimateView {
  readonly estate: Estate;
  readonly assumptions: Assumptions;
  readonly estimate: Estimate;
  /** Of the configuration. */
  readonly include: Include;
  readonly isHubEnabled: boolean;
  /** Further sentences: where the figures come from. */
  readonly notes: readonly string[];
}

export function toEstimateJson(view: EstimateView): string {
  const { estate, assumptions, estimate, include } = view;
  const { hubs, ...size } = estate;
  const open = hubs.reduce((sum, hub) => sum + hub.open, 0);
  const passed = hubs.reduce((sum, hub) => sum + hub.passed, 0);
  const body = {
    schemaVersion: 1,
    prices: { currency: "USD", ...PRICES_OF, ...PRICES, freeEvents: FREE_EVENTS },
    estate: { ...size, hubs: hubs.length, findings: { open, passed } },
    assumptions: { ...assumptions, notes: toAssumptions(view) },
    securityHub: { include, ...estimate.ingestion },
    running: estimate.running,
    total: toTotal(view),
  };
  return `${JSON.stringify(body, roundMoney, 2)}\n`;
}

/** Floating point leaves dust behind: a millionth of a dollar is enough of a figure that is estimated. */
function roundMoney(_: string, value: unknown): unknown {
  // The prices themselves are smaller.
  return typeof value === "number" && value > 0.0001 ? Number(value.toFixed(6)) : value;
}

function toTotal({ estimate: { ingestion, running }, include }: EstimateView) {
  return {
    firstMonthUsd: ingestion[include].firstMonth.usd + running.total,
    laterMonthUsd: ingestion[include].laterMonth.usd + running.total,
  };
}

export function toEstimateText(view: EstimateView): string {
  const { estate, estimate, assumptions } = view;
  const total = toTotal(view);
  const { running } = estimate;
  const lines = [
    toSize(estate),
    "",
    `Findings in Security Hub        ${["first run", "first month", "each later month"].map((head) => head.padStart(24)).join("")}`,
    ...INCLUDES.map((include) => toIngestionLine(include, view)),
    "",
    `The deployment, a month, ${count(assumptions.runsPerDay, "run")} a day`,
    ...(["lambda", "steps", "s3", "logs", "fixed"] as const).map(
      (part) => `  ${PARTS[part].padEnd(56)}${toDollars(running[part]).padStart(12)}`,
    ),
    "",
    `Together: ${toDollars(total.firstMonthUsd)} in the first month, ${toDollars(total.laterMonthUsd)} in each later one.`,
    "",
    "This rests on",
    ...toAssumptions(view).map((sentence) => `  * ${sentence}`),
  ];
  return `${lines.join("\n")}\n`;
}

const PARTS = {
  lambda: "Lambda",
  steps: "Step Functions",
  s3: "S3 writes",
  logs: "logs",
  fixed: "key, alarms and metrics, whatever the size",
} as const;

const NUMBER = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

function toSize({ clusters, namespaces, accounts, hubs }: Estate): string {
  const amounts = {
    cluster: clusters,
    namespace: namespaces,
    account: accounts,
    "Security Hub": hubs.length,
  };
  return Object.entries(amounts)
    .map(([noun, amount]) => `${NUMBER.format(amount)} ${noun}${amount === 1 ? "" : "s"}`)
    .join(", ");
}

function toIngestionLine(include: Include, view: EstimateView): string {
  const { firstRun, firstMonth, laterMonth } = view.estimate.ingestion[include];
  const name = `  include: ${include}${include === view.include ? " (configured)" : ""}`;
  return (
    name.padEnd(32) +
    [firstRun, firstMonth, laterMonth].map((amount) => ` ${toCell(amount).padStart(23)}`).join("")
  );
}

function toCell({ events, usd }: Amount): string {
  return `${NUMBER.format(events)} events ${toDollars(usd)}`;
}

function toDollars(usd: number): string {
  return `$${usd.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

function toAssumptions({
  estate,
  assumptions,
  estimate,
  include,
  isHubEnabled,
  notes,
}: EstimateView): string[] {
  const percent = Number((assumptions.changedPerDay * 100).toFixed(3));
  return [
    ...notes,
    ...(estate.complete
      ? []
      : [
          "Not everything could be looked at, so all of this is a lower bound: ringfence scan says what, why and what to do.",
        ]),
    ...(isHubEnabled
      ? []
      : [
          "publish.securityHub.enabled is false: nothing is imported now; the figures say what it would cost.",
        ]),
    `Prices of ${PRICES_OF.region}, collected ${PRICES_OF.date} and not read from a bill; other Regions differ. Taxes and discounts are not in it.`,
    `${NUMBER.format(FREE_EVENTS)} events per account, Region and month are free, and taken by nobody else: ${estimate.ingestion[include].freeHubs} of ${estate.hubs.length} hubs stay within.`,
    `${percent} % of the findings sent change on one day, and each of the others is said again after ${MODEL.heartbeatDays} days.`,
    "The first run is what all of its findings cost; publish.securityHub.firstRunLimit spreads them over runs, and changes no sum.",
    `A chunk of up to ${MODEL.clustersPerChunk} clusters of one account and Region takes ${assumptions.chunkSeconds} seconds.`,
    "Not in it: NAT gateways and interface endpoints, CloudTrail, SNS (less than a cent), and aggregation of findings across Regions.",
  ];
}
