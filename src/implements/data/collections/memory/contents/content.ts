/** Bytes that an item takes beside its own: what the engine needs to keep it. */
export const ITEM_BYTES = 64;

/** Content of a collection. Bytes are kept as strings of one character each, which compare as bytes do. */
export interface Content {
  readonly size: number;
  /** Approximate memory. */
  readonly bytes: number;
}

/** Bytes of an item as a string. */
export function kept(bytes: Buffer): string {
  return bytes.toString('latin1');
}

/** Bytes of an item that was kept. */
export function given(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
