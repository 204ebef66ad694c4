// Parts of a Markdown comment that has a limit: as many items of a part as have room, and a sentence about the rest.
// Nothing is cut in the middle.

export interface Block {
  readonly opening: string;
  /** No more than these are shown, however much room there is. */
  readonly items: readonly string[];
  /** With those that are not among the items. */
  readonly itemCount: number;
  readonly separator: string;
  readonly closing: string;
  /** Stands behind the items where some are left. */
  readonly more: (left: number) => string;
}

export interface Filled {
  /** "" where not one item has room, or there is none. */
  readonly text: string;
  /** Items that are not shown. */
  readonly left: number;
}

/** `room` in UTF-16 code units, as JavaScript counts; GitHub counts characters, which are never more. */
export function fill(block: Block, room: number): Filled {
  const { opening, items, itemCount, separator, closing, more } = block;
  const frame = [opening, more(itemCount), closing, ""].join(separator).length;
  let used = frame;
  const fitting = items.findIndex((item) => {
    used += item.length + separator.length;
    return used > room;
  });
  const shown = items.slice(0, fitting === -1 ? items.length : fitting);
  const left = itemCount - shown.length;
  if (shown.length === 0) return { text: "", left };
  const parts = [opening, ...shown, ...(left === 0 ? [] : [more(left)]), closing];
  return { text: parts.filter((part) => part !== "").join(separator), left };
}
