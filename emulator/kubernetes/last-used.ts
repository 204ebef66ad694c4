// Values that can be made again: the ones that were used last are kept, the others are made anew when they are asked for.

export class LastUsed<K, V extends object> {
  readonly #most: number;
  /** The one that was used longest ago comes first. */
  readonly #values = new Map<K, V>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: K, make: () => V): V {
    const value = this.#values.get(key) ?? make();
    this.#values.delete(key);
    this.#values.set(key, value);
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.#most) break;
      this.#values.delete(oldest);
    }
    return value;
  }
}
