/** Position in a text: line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Place of a problem that concerns the text as a whole. */
export const NOWHERE: Place = Object.freeze({ line: 0, column: 0 });

/** Converts offsets of a text into places, in O(log lines). */
export class TextPlaces {
  readonly #lineStarts: number[] = [0];

  constructor(text: string) {
    for (const lineBreak of text.matchAll(/\r\n|\n|\r/g)) {
      this.#lineStarts.push(lineBreak.index + lineBreak[0].length);
    }
  }

  /** @param offset  In UTF-16 units, as strings are indexed. */
  at(offset: number): Place {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#lineStarts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#lineStarts[low] as number) + 1 };
  }
}
