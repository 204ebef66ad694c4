// bench/results.md as text: a section for each bench, with what it printed, where and when. Replaces whole sections and
// leaves the others as they are; reads and writes no file.

export interface Figures {
  readonly bench: string;
  /** What the bench is about, in a sentence or two. */
  readonly about: string;
  /** What anybody can type to see the same. */
  readonly command: string;
  readonly startedAt: Date;
  readonly tookSeconds: number;
  readonly machine: string;
  readonly load: string;
  readonly commit: string;
  /** As it was printed. */
  readonly output: string;
  /** null: it ran to its end. */
  readonly failure: string | null;
}

const HEAD = `# Figures of the benchmarks

Written by \`npm run bench\`, which takes over what each bench prints; nothing here is copied by hand. A bench measures its
floor in the same run, because ratios say more than milliseconds on machines that others use too: the load stands with the
figures. Where three values stand they are min / median / max. \`npm run bench NAME…\` measures some of them again and
replaces their sections only.
`;

export function toSection(figures: Figures): string {
  const { bench, about, command, startedAt, tookSeconds, machine, load, commit, output, failure } = figures;
  const at = startedAt.toISOString().slice(0, 16).replace("T", " ");
  return `## ${bench}

${about}

- \`${command}\`, ${at} UTC, in ${toDuration(tookSeconds)}
- ${machine}
- ${load}
- ${commit}

${failure === null ? "" : `**Failed: ${failure}.** What it printed until then:\n\n`}${toFence(output)}
`;
}

function toDuration(seconds: number): string {
  return seconds < 60 ? `${Math.ceil(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;
}

/** Longer than any run of backticks in the text, so that the text cannot end it. */
function toFence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text.trim()}\n${fence}`;
}

/** `missing`: what stands for a bench that the file has no section of. */
export interface Place {
  readonly name: string;
  readonly missing: string;
}

/** In the order of `places`; a section of a bench that is no more is dropped. */
export function replaceSections(
  file: string,
  sections: ReadonlyMap<string, string>,
  places: readonly Place[],
): string {
  const kept = readSections(file);
  const found = places.map(
    ({ name, missing }) => sections.get(name) ?? kept.get(name) ?? `## ${name}\n\n${missing}\n`,
  );
  return [HEAD, ...found].join("\n");
}

/** By the name of the bench. What stands in a fence is no heading. */
function readSections(file: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string[]>();
  let current: string[] | null = null;
  let fence: string | null = null;
  for (const line of file.split("\n")) {
    const ticks = /^`{3,}/.exec(line)?.[0] ?? null;
    const name = fence === null ? (/^## (\S+)$/.exec(line)?.[1] ?? null) : null;
    if (name !== null) sections.set(name, (current = []));
    current?.push(line);
    if (fence === null) fence = ticks;
    else if (ticks !== null && ticks.length >= fence.length) fence = null;
  }
  return new Map([...sections].map(([name, lines]) => [name, `${lines.join("\n").trimEnd()}\n`]));
}
