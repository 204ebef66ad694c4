// On which observed facts the derived pictures rest: what to name when one of them could not be drawn.

import type { DerivedTypes, InputName } from "../model/control.ts";
import type { FactName } from "../model/snapshot.ts";

/** Facts without which a picture cannot be drawn at all. Enforcement has several ways to an answer: none. */
const DERIVED_NEEDS: { readonly [K in keyof DerivedTypes]: readonly FactName[] } = {
  enforcement: [],
  enforcementDetail: [],
  isolation: ["namespaces", "pods", "networkPolicies"],
  gitOps: ["namespaces", "pods", "networkPolicies"],
};

/** The observed facts on which an input of a control rests, itself included when it is one. */
export function factsBehind(name: InputName): readonly FactName[] {
  return isDerived(name) ? DERIVED_NEEDS[name] : [name];
}

function isDerived(name: InputName): name is keyof DerivedTypes {
  return Object.hasOwn(DERIVED_NEEDS, name);
}
