import { CodecError } from '../../../interfaces/errors.js';
import type { IStandardSchema } from '../../../interfaces/standard-schema.js';
import type { Policy } from '../policy/policy.js';
import type { Request } from '../policy/request.js';
import type { StoredEntry } from '../store/stored-entry.js';
import { compress, decompress } from '../wire/compression.js';
import type { CompressionAlgorithm, EnvelopeKind } from '../wire/envelope.js';
import { type Judged, judged } from './schema.js';

/** Maximum size of decompressed bytes. */
const MAX_PAYLOAD_BYTES = 64 * 1024 ** 2;
const NOTHING = new Uint8Array(0);

/** Value encoded by its codec. */
export interface EncodedValue {
  readonly kind: EnvelopeKind;
  readonly bytes: Uint8Array;
}

/** Result of decoding: a value, or the reason of a miss. */
export type Decoded<T> = { readonly value: T } | { readonly miss: 'undecodable' | 'schema' };

const UNDECODABLE = Object.freeze({ miss: 'undecodable' } as const);
const REFUSED = Object.freeze({ miss: 'schema' } as const);

/** @throws {CodecError} `E_ENCODE` for a value that the codec cannot represent. */
export function encodeValue(value: unknown, { codec, keepsNull }: Policy): EncodedValue {
  if (value === null) {
    if (keepsNull) return { kind: 'null', bytes: NOTHING };
    throw new CodecError('E_ENCODE', `the codec "${codec.id}" cannot represent null without an envelope`);
  }
  if (value === undefined) return { kind: 'absent', bytes: NOTHING };
  try {
    return { kind: 'value', bytes: codec.encode(value) };
  } catch (error) {
    if (CodecError.is(error)) throw error;
    throw new CodecError('E_ENCODE', `the codec ${codec.id} failed on a value`, { cause: error });
  }
}

/** Payload of an envelope, compressed if that makes it smaller. */
export async function payloadOf(
  { bytes }: EncodedValue,
  { compression, compressFromBytes }: Policy,
): Promise<{ readonly compression: CompressionAlgorithm; readonly payload: Uint8Array }> {
  // A larger payload could not be decompressed again.
  if (bytes.byteLength < compressFromBytes || bytes.byteLength > MAX_PAYLOAD_BYTES)
    return { compression: 'none', payload: bytes };
  return compress(bytes, compression);
}

/** Decodes an entry into its own memory; a promise only with large compressed payloads or an asynchronous schema. */
export function decodeEntry<T>(entry: StoredEntry, policy: Policy): Decoded<T> | Promise<Decoded<T>> {
  const { kind, compression } = entry;
  if (kind !== 'value') return accepted<T>(kind === 'null' ? null : undefined, policy.schema);
  if (entry.codec !== policy.codec.id) return UNDECODABLE;
  if (compression === 'none') return decodePayload<T>(entry.payload, policy);
  const bytes = decompress({ payload: entry.payload, compression }, MAX_PAYLOAD_BYTES);
  if (bytes instanceof Promise) return bytes.then((some) => decodePayload<T>(some, policy));
  return decodePayload<T>(bytes, policy);
}

/** Encodes and decodes a loaded value, as storing and reading would; the schema has already converted it. */
export function asStored<T>(value: T, policy: Policy): Decoded<T> {
  try {
    const { kind, bytes } = encodeValue(value, policy);
    return kind === 'value' ? { value: policy.codec.decode(bytes) as T } : { value };
  } catch {
    return policy.schema === undefined ? UNDECODABLE : { value };
  }
}

/** Decodes a value once more from its own encoding, for another caller. */
export function decodedAgain<T>(
  { kind, bytes }: EncodedValue,
  policy: Policy,
): Decoded<T> | Promise<Decoded<T>> {
  return kind === 'value'
    ? decodePayload<T>(bytes, policy)
    : accepted<T>(kind === 'null' ? null : undefined, policy.schema);
}

/**
 * Decodes an entry within one step of a call: a schema that takes longer counts as one that refuses.
 *
 * @throws {OperationError} `E_ABORTED`.
 */
export function decodeInTime<T>(entry: StoredEntry, request: Request): Decoded<T> | Promise<Decoded<T>> {
  const decoded = decodeEntry<T>(entry, request.policy);
  if (!(decoded instanceof Promise)) return decoded;
  return request.step(decoded).catch((error: unknown) => {
    if (request.isAborted) throw error;
    return request.policy.schema === undefined ? UNDECODABLE : REFUSED;
  });
}

function decodePayload<T>(bytes: Uint8Array | undefined, policy: Policy): Decoded<T> | Promise<Decoded<T>> {
  if (bytes === undefined) return UNDECODABLE;
  let value: unknown;
  try {
    value = policy.codec.decode(bytes);
  } catch {
    return UNDECODABLE;
  }
  return accepted<T>(value, policy.schema);
}

/** Validates a value that was read from the store: one that the schema refuses is a miss. */
function accepted<T>(value: unknown, schema: IStandardSchema | undefined): Decoded<T> | Promise<Decoded<T>> {
  const verdict = judged<T>(value, schema);
  return verdict instanceof Promise ? verdict.then(decodedIn) : decodedIn(verdict);
}

function decodedIn<T>(verdict: Judged<T>): Decoded<T> {
  return 'refusal' in verdict ? REFUSED : verdict;
}
