// Controls that are no longer asked. Their ids are never used again; a note says since when and why. Whatever
// is still open of them is archived with that note.

export interface RetiredControl {
  readonly id: string;
  /** One full sentence. */
  readonly note: string;
}

export const retiredControls: readonly RetiredControl[] = [];
