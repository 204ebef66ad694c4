// Long work that can be put down between its pieces, so that a process which judges a large cluster still notices its
// deadline and answers the others. Without a wait it is an ordinary function.

export type Pieces<T> = Generator<undefined, T, undefined>;

/** All of it at once. */
export function finish<T>(pieces: Pieces<T>): T {
  for (;;) {
    const next = pieces.next();
    if (next.done === true) return next.value;
  }
}
