// What doctor found, for people at a terminal: what fails first to last in the order of a scan, equal answers told
// once for all that gave them, and what to do under each. Says nothing that is not in the rows.

import { count, enumerate } from "../model/counts.ts";
import {
  CHECKS,
  toPlace,
  type CheckId,
  type CheckRow,
  type CheckStatus,
  type Preflight,
} from "../model/preflight.ts";
import { commandLines, hanging, nameList, pad, render, segment, type Line, type Style } from "./layout.ts";

export interface PreflightStyle {
  readonly color: boolean;
  readonly columns: number;
  /** Name every place, also where all is well. */
  readonly verbose: boolean;
}

const MARKS: Readonly<Record<CheckStatus, readonly [mark: string, style: Style]>> = {
  pass: ["✓", "green"],
  fail: ["✗", "red"],
  unknown: ["?", "magenta"],
  "not-asked": ["–", "dim"],
};
const LABEL_WIDTH = 20;
const MIN_COLUMNS = 60;
const MAX_DETAILS = 10;
const MAX_NAME_LINES = 6;
const BODY: Line = [segment(" ".repeat(LABEL_WIDTH + 2))];

export function toPreflightText(preflight: Preflight, { color, columns, verbose }: PreflightStyle): string {
  const width = Math.max(MIN_COLUMNS, columns);
  const groups = toGroups(preflight.rows);
  const title: Line = [segment("Ringfence doctor", "bold"), segment(` ${preflight.tool.version}`, "dim")];
  const lines = groups.flatMap((rows) => toGroupLines(rows, width, verbose));
  return render([title, [], ...lines, [], ...toVerdictLines(preflight, width)], color);
}

/** Rows that say the same of different places, in the order of the checks. */
function toGroups(rows: readonly CheckRow[]): readonly (readonly CheckRow[])[] {
  const order = Object.keys(CHECKS);
  const sorted = rows.toSorted((a, b) => order.indexOf(a.check) - order.indexOf(b.check));
  const groups = Map.groupBy(sorted, toGroupKey);
  return [...groups.values()];
}

/** Answers may differ in a word where the advice is the same: then they stand together, each with its own. */
function toGroupKey({ check, status, detail, fix }: CheckRow): string {
  return JSON.stringify([check, status, fix === "" ? detail : fix]);
}

function toGroupLines(rows: readonly CheckRow[], width: number, verbose: boolean): Line[] {
  const [first] = rows;
  if (first === undefined) return [];
  const isWell = first.status === "pass" || first.status === "not-asked";
  const details = [...new Set(rows.map(({ detail }) => detail))];
  const isOne = details.length === 1;
  const told = isOne ? `${toPlaces(rows)}${details[0]}` : toPlaces(rows).replace(/: $/, "");
  return [
    ...hanging(toLabel(first), told, width, first.status === "not-asked" ? "dim" : null),
    ...(isOne ? toNameLines(rows, isWell && !verbose, width, verbose) : toDetailLines(rows, width, verbose)),
    ...toFixLines(rows, width),
  ];
}

function toLabel({ check, status }: CheckRow): Line {
  const [mark, style] = MARKS[status];
  return [segment(`${mark} `, style), segment(pad(toName(check), LABEL_WIDTH), "bold")];
}

function toName(check: CheckId): string {
  return CHECKS[check];
}

/** `shop (111111111111, eu-central-1): `, `37 accounts: `, or nothing for what is about the whole run. */
function toPlaces(rows: readonly CheckRow[]): string {
  const [first] = rows;
  if (first === undefined || toPlace(first) === "") return "";
  if (rows.length === 1) return `${toPlace(first)}: `;
  const noun = first.cluster !== null ? "cluster" : first.region !== null ? "Region" : "account";
  return `${count(rows.length, noun)}: `;
}

function toNameLines(rows: readonly CheckRow[], isTold: boolean, width: number, verbose: boolean): Line[] {
  if (isTold || rows.length < 2) return [];
  return nameList(BODY, rows.map(toPlace), width, verbose ? Number.POSITIVE_INFINITY : MAX_NAME_LINES);
}

function toDetailLines(rows: readonly CheckRow[], width: number, verbose: boolean): Line[] {
  const shown = verbose ? rows : rows.slice(0, MAX_DETAILS);
  const rest = rows.length - shown.length;
  return [
    ...shown.flatMap((row) => {
      const place = toPlace(row);
      return hanging(BODY, place === "" ? row.detail : `${place}: ${row.detail}`, width);
    }),
    ...(rest === 0 ? [] : hanging(BODY, `… and ${rest} more (--verbose shows them)`, width, "dim")),
  ];
}

function toFixLines(rows: readonly CheckRow[], width: number): Line[] {
  const [first] = rows;
  if (first === undefined || first.fix === "") return [];
  const fix = hanging([...BODY, segment("→ ", "cyan")], first.fix, width);
  if (first.commands.length === 0) return fix;
  const others = new Set(rows.map(({ commands }) => JSON.stringify(commands))).size - 1;
  return [
    ...fix,
    ...(others === 0
      ? []
      : hanging(BODY, `for ${toPlace(first)}; the others alike (--format json):`, width, "dim")),
    ...first.commands.flatMap((command) => commandLines([...BODY, segment("$ ", "dim")], command, width)),
  ];
}

function toVerdictLines({ rows, fine }: Preflight, width: number): Line[] {
  const amount = (status: CheckStatus): number => rows.filter((row) => row.status === status).length;
  if (fine)
    return hanging(
      [segment("✓ ", "green")],
      `${count(amount("pass"), "check")}: a scan can look at all of this.`,
      width,
    );
  const parts = [
    ...(amount("fail") === 0 ? [] : [`${amount("fail")} failed`]),
    ...(amount("unknown") === 0 ? [] : [`${amount("unknown")} could not be looked at`]),
  ];
  const sentence = `Of ${count(rows.length, "check")} ${enumerate(parts)}: a scan of this would be incomplete, or tell nobody.`;
  return hanging([segment("✗ ", "red")], sentence, width);
}
