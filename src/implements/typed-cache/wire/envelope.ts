import { crc32 } from 'node:zlib';
import { ArgumentError } from '../../../interfaces/errors.js';
import { describe } from '../../foundation/describe.js';
import { bufferOf } from './values/utf8.js';
import { WireReader } from './wire-reader.js';
import { WireWriter } from './wire-writer.js';

/** What an entry holds: a value as its codec wrote it, `null`, or the knowledge that there is nothing to be had. */
export type EnvelopeKind = 'value' | 'null' | 'absent';

/** How the payload was made smaller. */
export type CompressionAlgorithm = 'none' | 'gzip' | 'brotli' | 'zstd';

/** A tag of an entry, with the generation that the tag had when the entry was loaded. */
export interface TagGeneration {
  readonly tag: string;
  readonly generation: string;
}

/** A value on its way through a store, with what must be known of it before it is decoded. */
export interface Envelope {
  readonly kind: EnvelopeKind;
  /** Name of the codec of the payload, see `ICodec.id`. */
  readonly codec: string;
  readonly compression: CompressionAlgorithm;
  /** What the application calls the shape of its values; `''` when it does not. Another one than expected is a miss. */
  readonly version: string;
  /** When the load began, in milliseconds since 1970, by the clock of who loaded: for people, never for decisions. */
  readonly createdAtMs: number;
  /** How long it is fresh. */
  readonly lifeMs: number;
  /** How long it is kept after that, stale. What remains of both together is asked of the store. */
  readonly graceMs: number;
  /** Generation of the namespace when the load began; `undefined` without a namespace. */
  readonly namespaceGeneration: string | undefined;
  readonly tags: readonly TagGeneration[];
  /** What the codec wrote, compressed; empty unless `kind` is `value`. */
  readonly payload: Uint8Array;
}

/**
 * What bytes of a store are: an envelope; `foreign`, written by something else or by a later version of this
 * package; or `undecodable`, an envelope of ours that is damaged. The last two are misses.
 */
export type EnvelopeReading =
  | { readonly state: 'envelope'; readonly envelope: Envelope }
  | { readonly state: 'foreign' }
  | { readonly state: 'undecodable' };

/** No UTF-8 and no MessagePack begins with the first byte. */
const MAGIC = [0xc1, 0x1c] as const;
const FORMAT_VERSION = 1;
const HEAD_BYTES = 4;
const CHECKSUM_BYTES = 4;
/** Head, three numbers, two texts, checksum. */
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
 * The bytes of an envelope; the payload is copied into them.
 *
 * @throws {ArgumentError} for times that are no whole numbers of milliseconds from 0 to 2^53 - 1.
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
 * What bytes of a store are. Never throws, whatever they are, and takes no memory that they could ask for.
 *
 * @param checked  Whether the checksum has to be right; else it is not looked at.
 * @returns With an envelope, its payload is a view of `bytes`.
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

/** A count that is a lie ends with the bytes: nothing is made before it was read. */
function readTags(reader: WireReader): TagGeneration[] {
  const tags: TagGeneration[] = [];
  for (let left = reader.varint(); left > 0 && !reader.failed; left -= 1) {
    tags.push({ tag: reader.text(), generation: reader.text() });
  }
  if (tags.length === 0) reader.failed = true;
  return tags;
}

function checkTime(time: number): void {
  if (Number.isSafeInteger(time) && time >= 0) return;
  throw new ArgumentError(`expected a whole number of milliseconds from 0, got ${describe(time)}`);
}
