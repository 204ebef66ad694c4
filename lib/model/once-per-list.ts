// Something that is made of a whole list, made once and kept for as long as the list is: remedies ask it for each
// namespace that fails. Only for lists that nobody changes.

export function oncePerList<Item, Made extends object>(
  make: (list: readonly Item[]) => Made,
): (list: readonly Item[]) => Made {
  const made = new WeakMap<readonly Item[], Made>();
  return (list) => {
    const known = made.get(list);
    if (known !== undefined) return known;
    const fresh = make(list);
    made.set(list, fresh);
    return fresh;
  };
}
