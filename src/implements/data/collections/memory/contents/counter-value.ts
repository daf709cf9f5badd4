import { type Content, ITEM_BYTES } from './content.js';

/** Value of a counter, as text. */
export class CounterValue implements Content {
  readonly size = 1;
  readonly bytes = ITEM_BYTES;
  #text = '0';

  get text(): string {
    return this.#text;
  }

  write(text: string): void {
    this.#text = text;
  }
}
