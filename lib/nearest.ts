// "Did you mean": the candidate that takes the fewest typing mistakes to turn into a word.

/** Longer words are not typing mistakes, and their distance would be costly. */
const MAX_LENGTH = 64;

/** null where no candidate is near: within a third of the word's length, and at least one mistake. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  if (word.length > MAX_LENGTH) return null;
  const [best] = candidates
    .map((candidate) => ({ candidate, mistakes: countMistakes(word.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((a, b) => a.mistakes - b.mistakes);
  if (best === undefined) return null;
  return best.mistakes <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : null;
}

/** Levenshtein distance, with two neighbours swapped as one mistake (optimal string alignment). */
function countMistakes(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(previous, column) + 1,
        at(current, column - 1) + 1,
        at(previous, column - 1) + (same ? 0 : 1),
        swapped ? at(beforePrevious, column - 2) + 1 : Infinity,
      );
    }
    beforePrevious = previous;
    previous = current;
  }
  return at(previous, b.length);
}

function at(distances: readonly number[], column: number): number {
  return distances[column] ?? Infinity;
}
