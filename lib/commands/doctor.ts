// `ringfence doctor`: looks at everything that a scan needs before one runs, and says row by row what is missing and
// what to do. Reads only what a scan reads; changes and publishes nothing.

import { composeDoctor, type DoctorComposition } from "../compose/compose-doctor.ts";
import type { Configuration } from "../config/config.ts";
import { controls } from "../controls/index.ts";
import { retiredControls } from "../controls/retired.ts";
import { EXIT } from "./exit-code.ts";
import { createHubProbe } from "../publishing/hub-probe.ts";
import { findConfigurationFile, loadConfiguration } from "../config/load-configuration.ts";
import type { CheckRow, Preflight } from "../model/preflight.ts";
import { checkConfiguration, checkExemptions } from "../preflight/check-configuration.ts";
import {
  checkHubs,
  checkLambda,
  checkState,
  type Destinations,
  type HubPlace,
} from "../preflight/check-destinations.ts";
import { checkAlarms, checkTopics } from "../preflight/check-topics.ts";
import type { PreflightContext } from "../preflight/preflight-context.ts";
import { checkAccounts, type AccountsChecked } from "../preflight/run-preflight.ts";
import { toPreflightText } from "../report/preflight-text.ts";
import { TOOL_VERSION } from "../tool-version.ts";
import { narrowConfiguration } from "./narrow-configuration.ts";
import { openState } from "./publish-run.ts";
import type { CommandResult, CommonOptions } from "./options.ts";
import { createPreflightView } from "./progress-view.ts";
import type { Terminal } from "./terminal.ts";

export interface DoctorOptions extends Omit<CommonOptions, "format"> {
  readonly format: "text" | "json";
  /** <service>-<stage> of the deployment that runs with these credentials' account and Region. */
  readonly deployment?: string;
}

const now = (): Date => new Date();

export async function doctor(
  options: DoctorOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<CommandResult> {
  const startedAt = now().toISOString();
  const configuration = narrowConfiguration(loadConfiguration(options.config, process.env), options);
  const composition = composeDoctor(configuration, { environment: process.env, signal, now });
  const rows = await check(configuration, composition, options, terminal);
  composition.close();
  const fine = rows.every(({ status }) => status !== "fail" && status !== "unknown");
  const tool = { name: "ringfence", version: TOOL_VERSION } as const;
  const preflight: Preflight = {
    schemaVersion: 1,
    tool,
    startedAt,
    finishedAt: now().toISOString(),
    fine,
    rows,
  };
  return {
    output: toOutput(preflight, options, terminal),
    remarks: signal.aborted ? "Interrupted: what was not answered until then is marked with ?.\n" : "",
    exitCode: fine ? EXIT.fine : EXIT.incomplete,
  };
}

async function check(
  configuration: Configuration,
  composition: DoctorComposition,
  options: DoctorOptions,
  terminal: Terminal,
): Promise<readonly CheckRow[]> {
  const { cloud, context } = composition;
  const { observe } = context;
  const view = createPreflightView(terminal);
  const checked = await checkAccounts(
    cloud,
    {
      accounts: composition.accounts,
      clusters: composition.clusters,
      excludedTags: context.excludedTags,
      wanted: options.clusters ?? [],
    },
    {
      context: toPreflightContext(configuration, composition),
      concurrency: configuration.limits.concurrency,
      onProgress: view.show,
    },
  );
  const destinations = toDestinations(configuration, composition);
  const rows = [
    checkConfiguration(findConfigurationFile(options.config) ?? null),
    ...checkExemptions(configuration.exemptions, KNOWN_CONTROLS, now()),
    ...checked.rows,
    ...(await checkHubsOf(checked, destinations, composition)),
    ...(await checkTopics(destinations, composition.getTopicSubscriptions, observe)),
    ...(await checkAlarms(toAlarmTopic(composition, options), composition.getTopicSubscriptions, observe)),
    await checkState(destinations, observe),
    await checkLambda(options.deployment !== undefined ? composition.getLambdaConcurrency : null, observe),
  ];
  view.end();
  return rows;
}

const KNOWN_CONTROLS = new Set([...controls, ...retiredControls].map(({ id }) => id));

async function checkHubsOf(
  checked: AccountsChecked,
  destinations: Destinations,
  { cloud, context, region }: DoctorComposition,
): Promise<readonly CheckRow[]> {
  const own = destinations.hub === null ? null : await context.observe(() => cloud.enterOwnAccount());
  const ownPlace = own?.seen === true ? { account: own.value, region } : null;
  const places = toHubPlaces(checked, ownPlace, destinations);
  return checkHubs(places, ownPlace, destinations, createHubProbe());
}

/** As deploy/hub/alarms.yml names it. */
function toAlarmTopic(
  { cloud, region }: DoctorComposition,
  { deployment }: DoctorOptions,
): (() => Promise<string>) | null {
  if (deployment === undefined) return null;
  return async () => {
    const { partition, accountId } = await cloud.getCallerAccount();
    return `arn:${partition}:sns:${region}:${accountId}:${deployment}-alarms`;
  };
}

function toPreflightContext(configuration: Configuration, composition: DoctorComposition): PreflightContext {
  const { observe, requestTimeoutMs, signal } = composition.context;
  return {
    observe,
    roleName: configuration.role.name,
    caller: "",
    assumes: () => composition.accounts.source !== "caller",
    openProbe: composition.openProbe,
    requestTimeoutMs,
    signal,
  };
}

function toDestinations(configuration: Configuration, composition: DoctorComposition): Destinations {
  const { publish, state } = configuration;
  const { enabled, homeRegion } = publish.securityHub;
  const targets = [publish, ...publish.routes];
  const name = state?.bucket ?? state?.folder;
  const open = async () => {
    const store = await openState(composition, configuration);
    if (store === null) throw new Error("a state that has a name can be opened");
    return store;
  };
  return {
    hub: enabled ? { homeRegion: homeRegion ?? null } : null,
    topicArns: [...new Set(targets.flatMap(({ sns }) => (sns === undefined ? [] : [sns.topicArn])))],
    hasSlack: targets.some(({ slack }) => slack !== undefined),
    state:
      name === undefined ? null : { kind: state?.bucket === undefined ? "folder" : "bucket", name, open },
  };
}

/** Each hub once; the scanner's own has a row of its own. */
function toHubPlaces(
  { places }: AccountsChecked,
  own: HubPlace | null,
  { hub }: Destinations,
): readonly HubPlace[] {
  const all = places.map(({ account, region }) => ({ account, region: hub?.homeRegion ?? region }));
  const keyOf = ({ account, region }: HubPlace): string => `${account.accountId}/${region}`;
  const distinct = new Map(all.map((place) => [keyOf(place), place]));
  if (own !== null) distinct.delete(keyOf(own));
  return [...distinct.values()];
}

function toOutput(preflight: Preflight, options: DoctorOptions, { color, columns }: Terminal): string {
  if (options.format === "json") return `${JSON.stringify(preflight, null, 2)}\n`;
  return toPreflightText(preflight, { color, columns, verbose: options.verbose === true });
}
