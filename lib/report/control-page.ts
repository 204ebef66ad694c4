// What a report format may know of a control: its page in the catalogue, handed in by the caller, because
// lib/report does not import lib/controls.

import type { AnyControl } from "../model/control.ts";

export type ControlPage = Pick<
  AnyControl,
  "id" | "title" | "severity" | "rationale" | "remediation" | "link" | "frameworks"
>;

/** `CIS EKS 4.3.2 (our mapping)` */
export function toRequirement({ framework, id, origin }: ControlPage["frameworks"][number]): string {
  return `${framework} ${id}${origin === "mapping" ? " (our mapping)" : ""}`;
}
