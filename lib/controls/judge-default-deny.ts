// The rule that NETPOL.22 and NETPOL.23 share, for one direction: is a default deny declared, and does it hold.

import { aboutPolicies } from "./about.ts";
import type { EvaluationSettings, Isolation, Verdict } from "../model/control.ts";
import type { Direction } from "../model/isolation-detail.ts";
import type { NamespaceReport } from "../model/posture.ts";
import type { AccessReads } from "../remediation/declared-access.ts";
import { remedyDefaultDeny } from "../remediation/default-deny.ts";
import {
  countedWorkloads,
  fail,
  hasNoEffectivePolicy,
  judgeNamespaces,
  notApplicable,
  pass,
  unknown,
  type Judgement,
} from "./judge-namespaces.ts";
import { withRemedy } from "./with-remedy.ts";

export function judgeDefaultDeny(
  direction: Direction,
  isolation: Isolation,
  reads: AccessReads,
  settings: EvaluationSettings,
): readonly Verdict[] {
  return judgeNamespaces(isolation, settings, (namespace) =>
    withRemedy(judge(direction, namespace), () => remedyDefaultDeny(namespace, [direction], reads)),
  );
}

function judge(direction: Direction, namespace: NamespaceReport): Judgement {
  const { name, defaultDeny } = namespace;
  const hasPods = countedWorkloads(namespace).length > 0;
  switch (defaultDeny[direction]) {
    case "effective":
      return pass(`Namespace ${name} denies ${direction} by default.`);
    case "declared":
      return unknown(
        `Namespace ${name} declares a default deny for ${direction}; whether another policy nullifies it could not be decided, as NETPOL.26 says.`,
      );
    case "nullified":
      return notApplicable(
        `Namespace ${name} declares a default deny for ${direction} that another policy nullifies; NETPOL.26 judges that.`,
      );
    case "unknown":
      return unknown(
        `Whether namespace ${name} denies ${direction} by default could not be decided: a policy of it could not be read.`,
      );
    case "absent":
      if (!hasPods) return notApplicable(`Namespace ${name} runs no pod that a default deny could protect.`);
      if (hasNoEffectivePolicy(namespace))
        return notApplicable(`No policy selects a pod of namespace ${name}; NETPOL.20 says so.`);
      return fail(`Namespace ${name} has policies but none that denies ${direction} by default.`, {
        about: aboutPolicies(namespace.policies),
      });
  }
}
