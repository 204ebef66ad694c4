// Doctor's rows about what the user wrote: the configuration was read, and its exemptions hold. A configuration
// that is wrong never gets here: it ends in one ConfigurationError. Pure.

import { count } from "../model/counts.ts";
import { toDay } from "../model/day.ts";
import { fail, notAsked, NOWHERE, pass, type CheckRow } from "../model/preflight.ts";

export interface ExemptionInForce {
  readonly controls: readonly string[];
  /** Last day, UTC. */
  readonly until: string;
  readonly owner: string;
}

/** `source`: a file's name, or null for the environment and defaults. */
export function checkConfiguration(source: string | null): CheckRow {
  if (source !== null) return pass("configuration", NOWHERE, `${source} is valid`);
  return pass("configuration", NOWHERE, "no file: defaults and RINGFENCE_ variables");
}

export function checkExemptions(
  exemptions: readonly ExemptionInForce[],
  knownControls: ReadonlySet<string>,
  now: Date,
): readonly CheckRow[] {
  if (exemptions.length === 0) return [notAsked("exemptions", NOWHERE, "the configuration has none")];
  const today = toDay(now);
  const problems = exemptions.flatMap((exemption, index) =>
    toProblems(exemption, `exemptions[${index}]`, knownControls, today),
  );
  const holding = exemptions.filter(({ until }) => until >= today);
  const [next] = holding.map(({ until }) => until).toSorted();
  if (next === undefined || problems.length > 0) return problems;
  return [pass("exemptions", NOWHERE, `${count(holding.length, "exemption")}, the next ends after ${next}`)];
}

function toProblems(
  { controls, until, owner }: ExemptionInForce,
  place: string,
  known: ReadonlySet<string>,
  today: string,
): readonly CheckRow[] {
  const expired =
    until < today
      ? [
          fail("exemptions", NOWHERE, `${place} expired after ${until}: what it covered fails again`, {
            fix: `Take it out, or let ${owner} decide on it again and write a new \`until\`.`,
          }),
        ]
      : [];
  const unknown = controls.filter((id) => !known.has(id));
  return [
    ...expired,
    ...unknown.map((id) =>
      fail("exemptions", NOWHERE, `${place} names ${id}, which is no control`, {
        fix: "`ringfence controls` lists the ids.",
      }),
    ),
  ];
}
