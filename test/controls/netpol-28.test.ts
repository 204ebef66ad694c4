import { netpol28 } from "../../lib/controls/netpol-28.ts";
import { testControl } from "./control-table.ts";
import { isolation, namespace, nullified, undecided, unselected, workload } from "./posture-builders.ts";
import type { Isolation } from "../../lib/model/control.ts";

function reaching(picture: Isolation, name: string): Isolation {
  const metadataEgress = [{ workload: name, address: "169.254.169.254", policies: ["internet"] }];
  return { ...picture, details: picture.details.map((detail) => ({ ...detail, metadataEgress })) };
}

testControl(netpol28, [
  {
    name: "restricted egress without a way to instance metadata passes",
    facts: { isolation: isolation(namespace("shop")) },
    expect: { shop: { status: "pass" } },
  },
  {
    name: "a rule without an except fails, with policy and address",
    facts: { isolation: reaching(isolation(namespace("shop")), "Deployment/web") },
    expect: { shop: { status: "fail", because: /policies internet still let it reach 169\.254\.169\.254/ } },
  },
  {
    name: "egress that is wide open anyway is judged by NETPOL.25 and .26",
    facts: {
      isolation: reaching(
        isolation(namespace("shop", { workloads: [workload("web", { egress: nullified })] })),
        "Deployment/web",
      ),
    },
    expect: { shop: { status: "not-applicable" } },
  },
  {
    name: "unrestricted egress is not judged here",
    facts: {
      isolation: isolation(namespace("shop", { workloads: [workload("web", { egress: unselected })] })),
    },
    expect: { shop: { status: "not-applicable" } },
  },
  {
    name: "a policy that could not be read makes it unknown",
    facts: {
      isolation: isolation(namespace("shop", { workloads: [workload("web", { egress: undecided })] })),
    },
    expect: { shop: { status: "unknown", because: /futurePeer/ } },
  },
]);
