// What is opened once per Region and process, at its first use.

export function perRegion<T>(open: (region: string) => T): (region: string) => T {
  const opened = new Map<string, T>();
  return (region) => {
    const known = opened.get(region);
    if (known !== undefined) return known;
    const made = open(region);
    opened.set(region, made);
    return made;
  };
}
