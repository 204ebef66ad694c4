// Whether what is declared and what runs agree: the vpc-cni add-on's values (intent), the controller's
// ConfigMap and every aws-node DaemonSet. Says where they differ; which one is right is not decided here.

import type { Disagreement, SettingsAgreement } from "../model/enforcement-detail.ts";
import type { Evidence } from "../model/finding.ts";
import type { DaemonSet } from "../model/kubernetes.ts";
import type { Addon, Facts } from "../model/snapshot.ts";
import { parseAddonValues } from "./addon-values.ts";
import type { AddonValues } from "./addon-values.ts";
import { imageVersion, parseVersion, toVersionText } from "./container-image.ts";
import { addonEvidence, clip, nameOf } from "./evidence.ts";
import type { Ternary } from "./ternary.ts";
import { findCni, readAgentFlag, readMode } from "./vpc-cni-agent.ts";
import { templateEvidence } from "./vpc-cni-evidence.ts";
import { controllerEvidence, readControllerSwitch } from "./vpc-cni.ts";

/** One place that says whether network policy is on; null where it does not tell. */
interface Party {
  readonly name: string;
  readonly on: Ternary;
  readonly says: string;
}

export function compareSettings(
  facts: Facts,
  clusterName: string,
  daemonSets: readonly DaemonSet[],
): SettingsAgreement {
  const addon = readAddon(facts);
  if (facts.daemonSets.seen && daemonSets.length === 0 && addon === null) return NOT_INSTALLED;
  const values = addon === "unseen" || addon === null ? null : parseAddonValues(addon.configurationValues);
  const parties = [
    ...(values === null ? [] : [addonParty(values)]),
    controllerParty(facts),
    ...daemonSets.map(agentParty),
  ];
  const disagreements = [
    ...compareSwitches(parties),
    ...(addon === "unseen" || addon === null || values === null
      ? []
      : compareAddon(addon, values, daemonSets)),
  ];
  const evidence = [
    ...(addon === "unseen" || addon === null ? [] : describeAddon(clusterName, addon)),
    ...controllerEvidence(facts),
    ...daemonSets.flatMap(templateEvidence),
  ];
  return { ...toAnswer(disagreements, parties, facts, addon === "unseen"), disagreements, evidence };
}

const NOT_INSTALLED: SettingsAgreement = {
  state: "not-applicable",
  because: "The cluster has neither the vpc-cni add-on nor an aws-node DaemonSet.",
  evidence: [],
  disagreements: [],
};

/** A local cluster on AWS Outposts has self-managed add-ons only: the API cannot know of one. */
function readAddon(facts: Facts): Addon | null | "unseen" {
  if (facts.vpcCniAddon.seen) return facts.vpcCniAddon.value;
  return facts.cluster.seen && facts.cluster.value.outpost ? null : "unseen";
}

function addonParty(values: AddonValues): Party {
  const name = "the add-on's configurationValues";
  if (values.state === "malformed") return { name, on: null, says: `cannot be read: ${values.because}` };
  if (values.networkPolicy === true) return { name, on: true, says: "say enableNetworkPolicy: true" };
  if (values.networkPolicy === false) return { name, on: false, says: "say enableNetworkPolicy: false" };
  const nested = values.state === "read" ? values.nestedAt : null;
  if (nested !== null)
    return { name, on: false, says: `have the key only at ${clip(nested)}, where it does nothing` };
  if (values.networkPolicy === "invalid")
    return { name, on: false, says: "give enableNetworkPolicy no boolean" };
  return { name, on: false, says: "do not set enableNetworkPolicy, whose default is off" };
}

function controllerParty(facts: Facts): Party {
  const on = readControllerSwitch(facts);
  const says = on === null ? "was not seen" : `has the controller ${on ? "on" : "off"}`;
  return { name: "the ConfigMap kube-system/amazon-vpc-cni", on, says };
}

function agentParty(daemonSet: DaemonSet): Party {
  const flag = readAgentFlag(daemonSet.containers);
  const on = flag === "undecided" ? null : flag === true;
  const says = on === null ? "does not tell its agent's flag" : `has its agent ${on ? "on" : "off"}`;
  return { name: `the DaemonSet ${nameOf(daemonSet)}`, on, says };
}

/** Each against the first, so that one root cause is told once per place. */
function compareSwitches(parties: readonly Party[]): readonly Disagreement[] {
  const [first, ...others] = parties.filter(({ on }) => on !== null);
  if (first === undefined) return [];
  return others
    .filter(({ on }) => on !== first.on)
    .map(({ name, says }) => ({
      setting: "network-policy" as const,
      because: `${first.name} ${first.says}, but ${name} ${says}`,
    }));
}

function compareAddon(
  addon: Addon,
  values: AddonValues,
  daemonSets: readonly DaemonSet[],
): readonly Disagreement[] {
  const managed = daemonSets.filter(({ name }) => name === "aws-node");
  return [
    ...managed.flatMap((set) => compareMode(values, set)),
    ...managed.flatMap((set) => compareVersion(addon, set)),
    ...addon.healthIssues
      .filter(({ code }) => code === "ConfigurationConflict")
      .map(({ message }) => ({
        setting: "add-on-health" as const,
        because: `the add-on reports ConfigurationConflict: ${clip(message)}`,
      })),
  ];
}

function compareMode(values: AddonValues, daemonSet: DaemonSet): readonly Disagreement[] {
  if (values.state !== "read" || values.enforcingMode === null) return [];
  const declared = values.enforcingMode.toLowerCase() === "strict" ? "denied" : "allowed";
  const running = readMode(daemonSet.containers);
  if (running === null || running === declared) return [];
  const because = `the add-on declares the mode ${clip(values.enforcingMode)}, but ${nameOf(daemonSet)} runs ${running === "denied" ? "strict" : "standard"}`;
  return [{ setting: "enforcing-mode", because }];
}

function compareVersion(addon: Addon, daemonSet: DaemonSet): readonly Disagreement[] {
  const declared = addon.version === null ? null : parseVersion(addon.version);
  const cni = findCni(daemonSet.containers);
  const running = cni === undefined ? null : imageVersion(cni.image);
  if (declared === null || running === null) return [];
  if (toVersionText(declared) === toVersionText(running)) return [];
  const because = `the add-on is version ${toVersionText(declared)}, but ${nameOf(daemonSet)} runs ${toVersionText(running)}`;
  return [{ setting: "version", because }];
}

export function describeAddon(clusterName: string, addon: Addon): readonly Evidence[] {
  const values = addon.configurationValues ?? "never set";
  const issues = addon.healthIssues.map(({ code }) => clip(code)).join(", ") || "none";
  const observed = `status ${addon.status ?? "unknown"}, version ${addon.version ?? "unknown"}, health issues: ${issues}, configurationValues: ${clip(values)}`;
  return [addonEvidence(clusterName, addon, observed, "what somebody declared; no evidence of what runs")];
}

function toAnswer(
  disagreements: readonly Disagreement[],
  parties: readonly Party[],
  facts: Facts,
  addonUnseen: boolean,
): Pick<SettingsAgreement, "state" | "because"> {
  const [first] = disagreements;
  if (first !== undefined) {
    const more = disagreements.length === 1 ? "" : ` (and ${disagreements.length - 1} more)`;
    return { state: "disagree", because: `Settings disagree: ${first.because}${more}.` };
  }
  const untold = parties.find(({ on }) => on === null);
  if (untold !== undefined) return unknown(`${untold.name} ${untold.says}`);
  if (!facts.daemonSets.seen) return unknown("the DaemonSets were not seen");
  if (addonUnseen) return unknown("the vpc-cni add-on was not seen");
  const all = parties.map(({ name }) => name).join(", ");
  return { state: "agree", because: `All of them say the same: ${all}.` };
}

function unknown(clause: string): Pick<SettingsAgreement, "state" | "because"> {
  return { state: "unknown", because: `Whether the settings agree is not known: ${clause}.` };
}
