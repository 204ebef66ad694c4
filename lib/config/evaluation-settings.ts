// What a configuration says about judging, as the scan takes it.

import type { Configuration } from "./config.ts";
import type { EvaluationSettings } from "../model/control.ts";

export function toEvaluationSettings({ namespaces }: Pick<Configuration, "namespaces">): EvaluationSettings {
  return {
    unjudgedNamespaces: [...namespaces.system, ...namespaces.exclude],
    terminatingNamespaces: namespaces.terminating,
  };
}
