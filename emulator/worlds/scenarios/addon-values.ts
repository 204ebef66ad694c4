// One cluster for each way in which people fill, or do not fill, the add-on's configurationValues.

import type { World, WorldCluster } from "../../world.ts";
import { vpcCni, vpcCniAddon } from "../addons.ts";
import { world } from "../build.ts";
import { healthyCluster, hubAccount } from "./small-company.ts";

/** By cluster name. null: the values were never set. */
export const ADDON_VALUES: Readonly<Record<string, string | null>> = {
  garbage: "{enableNetworkPolicy: [true",
  array: '["enableNetworkPolicy","true"]',
  "string-capital-true": '{"enableNetworkPolicy":"True"}',
  "string-false": '{"enableNetworkPolicy":"false"}',
  nested: '{"VpcCni":{"properties":{"enableNetworkPolicy":"true"}}}',
  boolean: '{"enableNetworkPolicy":true}',
  number: '{"enableNetworkPolicy":1}',
  yaml: 'enableNetworkPolicy: "true"\nenv:\n  NETWORK_POLICY_ENFORCING_MODE: strict\n',
  "yaml-boolean": "enableNetworkPolicy: true\n",
  "other-keys": '{"env":{"ENABLE_PREFIX_DELEGATION":"true"}}',
  "empty-string": "",
  scalar: "true",
  absent: null,
};

export function addonValues(): World {
  const withAddon = Object.entries(ADDON_VALUES).map(([name, values], index) =>
    agreeing(name, 20 + index, { addons: [vpcCniAddon(values)] }),
  );
  return world({
    name: "addon-values",
    description: "One cluster for each way of filling in the add-on's configuration, and one without add-on.",
    accounts: [hubAccount([...withAddon, agreeing("no-addon", 60, { addons: [] })])],
  });
}

/** The cluster itself is fine, whatever the add-on says. */
function agreeing(name: string, vpcOctet: number, options: Pick<WorldCluster, "addons">): WorldCluster {
  return healthyCluster({
    name,
    vpcOctet,
    parts: [vpcCni({ controller: true, agent: true })],
    ...options,
  });
}
