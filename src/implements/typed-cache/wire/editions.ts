import { decodeBundle, encodeBundle, isBundle, MAX_BUNDLED } from './bundle.js';
import { decodeEnvelope, type Envelope } from './envelope.js';

/** Properties of a value that its reader must expect in order to use it. */
export interface ValueEdition {
  readonly version: string;
  readonly codec: { readonly id: string };
}

/** Bytes of an envelope, and how long they live. */
export interface LivingBytes {
  readonly bytes: Uint8Array;
  /** Remaining TTL in milliseconds, as a whole number. */
  readonly remainingMs: number;
}

/** Envelope of a key that has not expired, with its bytes. */
export interface Living extends LivingBytes {
  readonly envelope: Envelope;
}

/** Envelopes of other editions at one moment, to be stored again beside a new one. */
export interface Beside {
  readonly parts: readonly Living[];
  /** Time at which their remaining TTLs were read, or shortly before. */
  readonly atMs: number;
}

/** `true` for an envelope that readers of an edition can use; `null` and "absent" need no codec. */
export function isOf({ kind, version, codec }: Envelope, edition: ValueEdition): boolean {
  return version === edition.version && (kind !== 'value' || codec === edition.codec.id);
}

/**
 * Finds the envelope of an edition in a bundle, or else one that tells why there is none.
 *
 * @param remainingMs  Remaining TTL of the whole; `null` when it was not read.
 */
export function bundledFor(
  value: Uint8Array,
  edition: ValueEdition,
  remainingMs: number | null,
  checked: boolean,
): { readonly envelope: Envelope; readonly beforeMs: number } | undefined {
  const parts = envelopesIn(value, checked).filter(({ beforeMs }) => beforeMs < (remainingMs ?? Infinity));
  return parts.find(({ envelope }) => isOf(envelope, edition)) ?? parts[0];
}

/** Envelopes of a value that have not expired, the last one that was stored first. */
export function livingIn(value: Uint8Array, remainingMs: number): Living[] {
  return envelopesIn(value, true)
    .map(({ envelope, bytes, beforeMs }) => ({ envelope, bytes, remainingMs: remainingMs - beforeMs }))
    .filter(isAlive);
}

/** Adds envelopes of other editions to a new one: those that may still be current. The oldest are dropped. */
export function joined(own: Living, beside: Beside | undefined, nowMs: number): Living[] {
  if (beside === undefined) return [own];
  const tokens = new Map(own.envelope.tags.map(({ tag, generation }) => [tag, generation]));
  const current = beside.parts
    .map((part) => ({ ...part, remainingMs: Math.floor(part.remainingMs - (nowMs - beside.atMs)) }))
    .filter(isAlive)
    .filter(({ envelope: { namespaceGeneration, tags } }) => {
      const isOurs = namespaceGeneration === own.envelope.namespaceGeneration;
      return isOurs && tags.every(({ tag, generation }) => (tokens.get(tag) ?? generation) === generation);
    });
  return [own, ...current.slice(0, MAX_BUNDLED - 1)];
}

/** One value of several envelopes; that of a single one is the envelope itself. */
export function bundleOf(parts: readonly LivingBytes[]): LivingBytes {
  const [first] = parts;
  if (first === undefined) throw new TypeError('expected an envelope, got none');
  if (parts.length === 1) return first;
  const remainingMs = Math.max(...parts.map((part) => part.remainingMs));
  const bytes = encodeBundle(
    parts.map((part) => ({ bytes: part.bytes, beforeMs: remainingMs - part.remainingMs })),
  );
  return { bytes, remainingMs };
}

interface Bundled {
  readonly envelope: Envelope;
  readonly bytes: Uint8Array;
  readonly beforeMs: number;
}

function envelopesIn(value: Uint8Array, checked: boolean): Bundled[] {
  const all = isBundle(value) ? decodeBundle(value, checked) : [{ bytes: value, beforeMs: 0 }];
  return all.flatMap(({ bytes, beforeMs }) => {
    const reading = decodeEnvelope(bytes, checked);
    return reading.state === 'envelope' ? [{ envelope: reading.envelope, bytes, beforeMs }] : [];
  });
}

/** `true` for a part with an end that has not come: no part without one was written by a typed cache. */
function isAlive({ remainingMs }: Living): boolean {
  return remainingMs > 0 && Number.isSafeInteger(Math.floor(remainingMs));
}
