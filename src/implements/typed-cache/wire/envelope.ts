import { crc32 } from 'node:zlib';
import { ArgumentError } from '../../../interfaces/errors.js';
import { bufferOf } from '../../foundation/codecs/values/utf8.js';
import { describe } from '../../foundation/describe.js';
import { WireReader } from './wire-reader.js';
import { WireWriter } from './wire-writer.js';

/** Contents of an entry: a value as its codec wrote it, `null`, or the knowledge that there is no value. */
export type EnvelopeKind = 'value' | 'null' | 'absent';

/** Compression of the payload. */
export type CompressionAlgorithm = 'none' | 'gzip' | 'brotli' | 'zstd';

/** A tag of an entry, with the generation of the tag at the time of the load. */
export interface TagGeneration {
  readonly tag: string;
  readonly generation: string;
}

/** A stored value, with the metadata that is needed before it is decoded. */
export interface Envelope {
  readonly kind: EnvelopeKind;
  /** Name of the codec of the payload, see `ICodec.id`. */
  readonly codec: string;
  readonly compression: CompressionAlgorithm;
  /** Version of the values' shape, chosen by the application; `''` for none. An unexpected version is a miss. */
  readonly version: string;
  /** Start of the load in milliseconds since 1970, by the loader's wall clock: informative, never for decisions. */
  readonly createdAtMs: number;
  /** TTL: time for which the value is fresh. */
  readonly lifeMs: number;
  /** Grace: time for which it is kept stale after that. The store knows the remainder of both together. */
  readonly graceMs: number;
  /** Generation of the namespace when the load began; `undefined` without a namespace. */
  readonly namespaceGeneration: string | undefined;
  readonly tags: readonly TagGeneration[];
  /** Output of the codec, compressed; empty unless `kind` is `value`. */
  readonly payload: Uint8Array;
}

/**
 * Result of decoding stored bytes: an envelope; `foreign`, written by another program or by a later version of this
 * package; or `undecodable`, a damaged envelope of this package. The last two are misses.
 */
export type EnvelopeReading =
  | { readonly state: 'envelope'; readonly envelope: Envelope }
  | { readonly state: 'foreign' }
  | { readonly state: 'undecodable' };

/** Magic bytes; neither UTF-8 nor MessagePack begins with the first one. */
const MAGIC = [0xc1, 0x1c] as const;
const FORMAT_VERSION = 1;
const HEAD_BYTES = 4;
const CHECKSUM_BYTES = 4;
/** Size of head, three numbers, two strings and checksum, at least. */
const MIN_BYTES = HEAD_BYTES + 5 + CHECKSUM_BYTES;

const KINDS: readonly EnvelopeKind[] = ['value', 'null', 'absent'];
const ALGORITHMS: readonly CompressionAlgorithm[] = ['none', 'gzip', 'brotli', 'zstd'];
const KIND_BITS = 0b0000_0011;
const COMPRESSION_SHIFT = 2;
const COMPRESSION_BITS = 0b0001_1100;
const NAMESPACE_BIT = 0b0010_0000;
const TAGS_BIT = 0b0100_0000;
const RESERVED_BIT = 0b1000_0000;

const FOREIGN: EnvelopeReading = Object.freeze({ state: 'foreign' });
const UNDECODABLE: EnvelopeReading = Object.freeze({ state: 'undecodable' });

/**
 * Encodes an envelope; copies the payload.
 *
 * @throws {ArgumentError} for times that are not whole numbers of milliseconds from 0 to 2^53 - 1.
 */
export function encodeEnvelope(envelope: Envelope): Uint8Array {
  const { codec, version, createdAtMs, lifeMs, graceMs, namespaceGeneration, tags, payload } = envelope;
  for (const time of [createdAtMs, lifeMs, graceMs]) checkTime(time);
  const writer = new WireWriter(HEAD_BYTES, payload.byteLength + CHECKSUM_BYTES);
  writer.varint(createdAtMs);
  writer.varint(lifeMs);
  writer.varint(graceMs);
  writer.text(version);
  writer.text(codec);
  if (namespaceGeneration !== undefined) writer.text(namespaceGeneration);
  if (tags.length > 0) writer.varint(tags.length);
  for (const { tag, generation } of tags) {
    writer.text(tag);
    writer.text(generation);
  }
  const { bytes, end: payloadStart } = writer.finish();
  bytes[0] = MAGIC[0];
  bytes[1] = MAGIC[1];
  bytes[2] = FORMAT_VERSION;
  bytes[3] = flagsOf(envelope);
  bytes.set(payload, payloadStart);
  const end = bytes.byteLength - CHECKSUM_BYTES;
  bytes.writeUInt32BE(crc32(bytes.subarray(0, end)), end);
  return bytes;
}

/**
 * Decodes stored bytes. Never throws, whatever the bytes are, and never allocates memory by a length that they claim.
 *
 * @param checked  Verifies the checksum; otherwise it is ignored.
 * @returns The result; the payload of an envelope is a view of `bytes`.
 */
export function decodeEnvelope(bytes: Uint8Array, checked = true): EnvelopeReading {
  if (bytes[0] !== MAGIC[0] || bytes[1] !== MAGIC[1]) return FOREIGN;
  if (bytes.byteLength > 2 && bytes[2] !== FORMAT_VERSION) return FOREIGN;
  if (bytes.byteLength < MIN_BYTES) return UNDECODABLE;
  const buffer = bufferOf(bytes);
  const end = buffer.byteLength - CHECKSUM_BYTES;
  if (checked && crc32(buffer.subarray(0, end)) !== buffer.readUInt32BE(end)) return UNDECODABLE;
  const flags = buffer[3] as number;
  const kind = KINDS[flags & KIND_BITS];
  const compression = ALGORITHMS[(flags & COMPRESSION_BITS) >> COMPRESSION_SHIFT];
  if (kind === undefined || compression === undefined || (flags & RESERVED_BIT) !== 0) return UNDECODABLE;
  const reader = new WireReader(buffer, HEAD_BYTES, end);
  const envelope: Envelope = {
    kind,
    compression,
    createdAtMs: reader.varint(),
    lifeMs: reader.varint(),
    graceMs: reader.varint(),
    version: reader.text(),
    codec: reader.text(),
    namespaceGeneration: (flags & NAMESPACE_BIT) === 0 ? undefined : reader.text(),
    tags: (flags & TAGS_BIT) === 0 ? [] : readTags(reader),
    payload: reader.rest(),
  };
  const isWhole = !reader.failed && (kind === 'value' || envelope.payload.byteLength === 0);
  return isWhole ? { state: 'envelope', envelope } : UNDECODABLE;
}

function flagsOf({ kind, compression, namespaceGeneration, tags }: Envelope): number {
  return (
    KINDS.indexOf(kind) |
    (ALGORITHMS.indexOf(compression) << COMPRESSION_SHIFT) |
    (namespaceGeneration === undefined ? 0 : NAMESPACE_BIT) |
    (tags.length === 0 ? 0 : TAGS_BIT)
  );
}

/** Reads the tags. A false count ends with the bytes, because nothing is allocated before it is read. */
function readTags(reader: WireReader): TagGeneration[] {
  const tags: TagGeneration[] = [];
  for (let left = reader.varint(); left > 0 && !reader.failed; left -= 1) {
    tags.push({ tag: reader.text(), generation: reader.text() });
  }
  if (tags.length === 0) reader.fail();
  return tags;
}

function checkTime(time: number): void {
  if (Number.isSafeInteger(time) && time >= 0) return;
  throw new ArgumentError(`expected a whole number of milliseconds from 0, got ${describe(time)}`);
}
