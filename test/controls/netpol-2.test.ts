import { netpol2 } from "../../lib/controls/netpol-2.ts";
import { testControl } from "./control-table.ts";
import { enforcement } from "./posture-builders.ts";

testControl(
  netpol2,
  [
    {
      name: "an engine that enforces passes",
      facts: { enforcement: enforcement("enforced") },
      expect: { payments: { status: "pass", because: /enforced/ } },
    },
    {
      name: "part of the nodes without enforcement is NETPOL.3's failure, and said here",
      facts: { enforcement: enforcement("partial") },
      expect: { payments: { status: "pass", because: /partial; NETPOL\.3 judges that\.$/ } },
    },
    {
      name: "the trap: configured, processed, applied by nothing",
      facts: { enforcement: enforcement("configured-not-enforced") },
      expect: { payments: { status: "fail" } },
    },
    {
      name: "switched off fails",
      facts: { enforcement: enforcement("not-enforced") },
      expect: { payments: { status: "fail" } },
    },
    {
      name: "what could not be seen is unknown, never a verdict",
      facts: { enforcement: enforcement("unknown") },
      expect: { payments: { status: "unknown" } },
    },
    {
      name: "without the picture itself it is unknown",
      expect: { payments: { status: "unknown", because: /403/ } },
    },
  ],
  { "not-applicable": "every cluster either enforces, does not, or could not be seen" },
);
