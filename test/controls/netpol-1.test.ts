import { netpol1 } from "../../lib/controls/netpol-1.ts";
import type { Addon } from "../../lib/model/snapshot.ts";
import { testControl } from "./control-table.ts";

function addon(configurationValues: string | null): { vpcCniAddon: Addon } {
  return {
    vpcCniAddon: {
      name: "vpc-cni",
      arn: null,
      version: "v1.23.1-eksbuild.1",
      status: "ACTIVE",
      healthIssues: [],
      serviceAccountRoleArn: null,
      configurationValues,
    },
  };
}

testControl(netpol1, [
  {
    name: "the canonical string passes",
    facts: addon('{"enableNetworkPolicy":"true"}'),
    expect: { payments: { status: "pass" } },
  },
  {
    name: "a boolean passes too",
    facts: addon('{"enableNetworkPolicy":true}'),
    expect: { payments: { status: "pass" } },
  },
  {
    name: "YAML passes as JSON does",
    facts: addon('env:\n  WARM_IP_TARGET: "2"\nenableNetworkPolicy: "true"\n'),
    expect: { payments: { status: "pass" } },
  },
  {
    name: "switched off explicitly fails",
    facts: addon('{"enableNetworkPolicy":"false"}'),
    expect: { payments: { status: "fail" } },
  },
  {
    name: "an absent key is the documented default, off, and that is evidence",
    facts: addon('{"env":{"WARM_IP_TARGET":"2"}}'),
    expect: { payments: { status: "fail", because: /documented default is off/ } },
  },
  {
    name: "values that were never set are the default too",
    facts: addon(null),
    expect: { payments: { status: "fail", because: /documented default is off/ } },
  },
  {
    name: "nested under VpcCni it is not where the add-on looks",
    facts: addon('{"VpcCni":{"enableNetworkPolicy":"true"}}'),
    expect: { payments: { status: "fail", because: /VpcCni/ } },
  },
  {
    name: '"True" is not documented, so nothing is claimed',
    facts: addon('{"enableNetworkPolicy":"True"}'),
    expect: { payments: { status: "unknown" } },
  },
  {
    name: "garbage is unknown, never a verdict",
    facts: addon("{enable: ["),
    expect: { payments: { status: "unknown", because: /neither JSON nor YAML/ } },
  },
  {
    name: "a list is unknown",
    facts: addon('["enableNetworkPolicy"]'),
    expect: { payments: { status: "unknown", because: /list/ } },
  },
  {
    name: "without the add-on there is no declaration to judge",
    facts: { vpcCniAddon: null },
    expect: { payments: { status: "not-applicable", because: /NETPOL\.2/ } },
  },
]);
