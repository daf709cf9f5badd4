import { type Content, ITEM_BYTES } from './content.js';

/** Fields and values of a hash. */
export class FieldTable implements Content {
  readonly #values = new Map<string, string>();
  #bytes = 0;

  get size(): number {
    return this.#values.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(field: string): string | undefined {
    return this.#values.get(field);
  }

  /** @returns `true` when the field is new. */
  set(field: string, value: string): boolean {
    const before = this.#values.get(field);
    this.#bytes += value.length - (before === undefined ? -field.length - ITEM_BYTES : before.length);
    this.#values.set(field, value);
    return before === undefined;
  }

  delete(field: string): boolean {
    const before = this.#values.get(field);
    if (before === undefined) return false;
    this.#bytes -= field.length + before.length + ITEM_BYTES;
    return this.#values.delete(field);
  }

  /** Field, value, field, value … */
  words(): string[] {
    return [...this.#values].flat();
  }
}
