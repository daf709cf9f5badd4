const LENGTH_BYTES = 4;

/** Key of an entry in the cache, and the key of the other side if it is too long to be that. */
export interface ForeignPlace {
  readonly name: string;
  readonly long?: string | undefined;
}

/** Keys of the other side, and their values. */
export type ForeignEntry = readonly [key: string, bytes: Uint8Array];

/** Value of a place: behind its key if that is long. */
export function framed({ long }: ForeignPlace, bytes: Uint8Array): Uint8Array {
  if (long === undefined) return bytes;
  const key = Buffer.from(long);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(key.length);
  return Buffer.concat([length, key, bytes]);
}

/** Bytes of the value of a place; `undefined` when the value belongs to another key. */
export function unframed(
  { long }: ForeignPlace,
  bytes: Uint8Array | null | undefined,
): Uint8Array | undefined {
  if (bytes === null || bytes === undefined) return undefined;
  if (long === undefined) return bytes;
  const entry = parted(bytes);
  return entry?.[0] === long ? entry[1] : undefined;
}

/** Key and bytes of a value that stands behind its key. */
export function parted(bytes: Uint8Array): ForeignEntry | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < LENGTH_BYTES) return undefined;
  const end = LENGTH_BYTES + buffer.readUInt32BE();
  return end > buffer.length ? undefined : [buffer.toString('utf8', LENGTH_BYTES, end), buffer.subarray(end)];
}
