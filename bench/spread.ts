// Figures of several rounds: the middle one decides, the extremes say how noisy the machine was.

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export function toSpread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  return { min: at(0), median: at(Math.floor(sorted.length / 2)), max: at(sorted.length - 1) };
}

/** `1.20 / 1.25 / 1.41` */
export function formatSpread({ min, median, max }: Spread, digits = 2): string {
  return [min, median, max].map((value) => value.toFixed(digits)).join(" / ");
}

/** `1.20 / 1.25 / 1.41` of what was measured. */
export function spreadOf(values: readonly number[], digits = 2): string {
  return formatSpread(toSpread(values), digits);
}

/** A Markdown table that reads well as it is: the first row is its head. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const [head = [], ...rest] = rows;
  const widths = head.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const rule = widths.map((width) => "-".repeat(width));
  for (const row of [head, rule, ...rest])
    console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
}
