import { crc32 } from 'node:zlib';
import { bufferOf } from '../../foundation/codecs/values/utf8.js';
import { WireReader } from './wire-reader.js';
import { WireWriter } from './wire-writer.js';

/** Bytes of one envelope among several of a key. */
export interface BundledBytes {
  readonly bytes: Uint8Array;
  /** Time by which it expires before the whole, in milliseconds. */
  readonly beforeMs: number;
}

/** Maximum number of envelopes of one key: those of a deployment, of the one before, and a spare one of each. */
export const MAX_BUNDLED = 4;

const MAGIC = [0xc1, 0x1c] as const;
/** Format of a bundle, where an envelope has format 1. */
const FORMAT_BUNDLE = 2;
const HEAD_BYTES = 4;
const CHECKSUM_BYTES = 4;

/** `true` for bytes that begin as a bundle. */
export function isBundle(bytes: Uint8Array): boolean {
  return bytes[0] === MAGIC[0] && bytes[1] === MAGIC[1] && bytes[2] === FORMAT_BUNDLE;
}

/** Encodes 2 to `MAX_BUNDLED` envelopes as one value; copies them. */
export function encodeBundle(parts: readonly BundledBytes[]): Uint8Array {
  const length = parts.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  const writer = new WireWriter(HEAD_BYTES, length + CHECKSUM_BYTES);
  for (const { bytes, beforeMs } of parts) {
    writer.varint(beforeMs);
    writer.varint(bytes.byteLength);
  }
  const { bytes, end: start } = writer.finish();
  bytes.set([...MAGIC, FORMAT_BUNDLE, parts.length]);
  let at = start;
  for (const part of parts) {
    bytes.set(part.bytes, at);
    at += part.bytes.byteLength;
  }
  bytes.writeUInt32BE(crc32(bytes.subarray(0, at)), at);
  return bytes;
}

/**
 * Decodes a bundle. Never throws, and never allocates memory by a length that the bytes claim.
 *
 * @param checked  Verifies the checksum; otherwise it is ignored.
 * @returns Views of the bytes; nothing when they are damaged.
 */
export function decodeBundle(bytes: Uint8Array, checked = true): readonly BundledBytes[] {
  const count = bytes[3] ?? 0;
  if (!isBundle(bytes) || count < 2 || count > MAX_BUNDLED) return [];
  const buffer = bufferOf(bytes);
  const end = buffer.byteLength - CHECKSUM_BYTES;
  if (end < HEAD_BYTES) return [];
  if (checked && crc32(buffer.subarray(0, end)) !== buffer.readUInt32BE(end)) return [];
  const reader = new WireReader(buffer, HEAD_BYTES, end);
  const heads = Array.from({ length: count }, () => ({ beforeMs: reader.varint(), length: reader.varint() }));
  const total = heads.reduce((sum, { length }) => sum + length, 0);
  if (reader.failed || total !== reader.remaining) return [];
  let at = end - total;
  return heads.map(({ beforeMs, length }) => {
    at += length;
    return { beforeMs, bytes: buffer.subarray(at - length, at) };
  });
}
