import type { FencedEntry } from '../../../interfaces/fenced-store.js';
import { isBundle } from '../wire/bundle.js';
import { bundledFor, type ValueEdition } from '../wire/editions.js';
import { decodeEnvelope, type Envelope, type EnvelopeKind } from '../wire/envelope.js';

/** Entry of the store before its value is decoded. */
export interface StoredEntry extends Envelope {
  /** Remaining time until physical expiry, in milliseconds; `undefined` when it was not read. */
  readonly remainingMs: number | undefined;
  /** Time of physical expiry by our clock, when it may come while the entry is held as a fallback. */
  readonly goneAtMs?: number;
  /** Time by which it expires before the whole value; only in a bundle of several editions. */
  readonly beforeMs?: number;
  /** Size in the store. */
  readonly bytes: number;
  readonly tier: string;
}

/** Entry of a store that reports which of its tiers held it. */
interface Tiered {
  readonly tier?: unknown;
}

/** Form of entries: with an envelope of metadata, or as bare values. */
export type StoredForm = 'envelope' | { readonly codec: string };

/** Marks bytes that never left this process and so cannot be damaged. */
export const LENT: unique symbol = Symbol('lent');

/** Reads the envelope of an entry for an edition; `undefined` when it cannot be decoded. */
export function storedEntry(
  stored: Pick<FencedEntry, 'value' | 'remainingMs'>,
  form: StoredForm,
  edition: ValueEdition,
  lent?: typeof LENT,
): StoredEntry | undefined {
  const { value, remainingMs } = stored;
  if (value === null) return undefined;
  const { tier } = stored as Tiered;
  let envelope: Envelope;
  if (form === 'envelope') {
    const reading = decodeEnvelope(value, lent === undefined);
    if (reading.state !== 'envelope') return entryOfBundle(stored, edition, lent);
    ({ envelope } = reading);
  } else envelope = bare(value, form.codec, remainingMs);
  // Hot path: the envelope was created for this call, so it is filled in place instead of copied.
  const entry = envelope as { -readonly [Name in keyof StoredEntry]: StoredEntry[Name] };
  entry.remainingMs = remainingMs ?? undefined;
  entry.bytes = value.byteLength;
  entry.tier = typeof tier === 'string' ? tier : 'store';
  return entry;
}

/** Reads the envelope of one edition among several of a key. */
function entryOfBundle(
  stored: Pick<FencedEntry, 'value' | 'remainingMs'>,
  edition: ValueEdition,
  lent: typeof LENT | undefined,
): StoredEntry | undefined {
  const { value, remainingMs } = stored;
  if (value === null || !isBundle(value)) return undefined;
  const found = bundledFor(value, edition, remainingMs, lent === undefined);
  if (found === undefined) return undefined;
  const { envelope, beforeMs } = found;
  const { tier } = stored as Tiered;
  return {
    ...envelope,
    beforeMs,
    remainingMs: remainingMs === null ? undefined : remainingMs - beforeMs,
    bytes: value.byteLength,
    tier: typeof tier === 'string' ? tier : 'store',
  };
}

/** Envelope of a bare value, which is fresh as long as it exists. */
function bare(payload: Uint8Array, codec: string, remainingMs: number | null): Envelope {
  const isNull = codec === 'json' && payload.byteLength === 4 && Buffer.from(payload).toString() === 'null';
  const kind: EnvelopeKind = isNull ? 'null' : 'value';
  return {
    kind,
    codec,
    compression: 'none',
    version: '',
    createdAtMs: 0,
    lifeMs: remainingMs ?? 0,
    graceMs: 0,
    namespaceGeneration: undefined,
    tags: [],
    payload,
  };
}

/** `true` for an entry that `expire` has made stale. */
export function isEnded({ lifeMs, graceMs }: Envelope): boolean {
  return lifeMs === 0 && graceMs > 0;
}

export function carries({ tags }: StoredEntry, tag: string): boolean {
  for (const carried of tags) if (carried.tag === tag) return true;
  return false;
}

/** Remaining TTL of an entry, without grace. */
export function freshMs(entry: StoredEntry): number {
  const { graceMs, remainingMs = 0 } = entry;
  return isEnded(entry) ? 0 : Math.max(0, remainingMs - graceMs);
}

/** Age of an entry: time since it was stored, or since its TTL was restarted. */
export function ageMs({
  lifeMs,
  graceMs,
  remainingMs = 0,
}: Pick<StoredEntry, 'lifeMs' | 'graceMs' | 'remainingMs'>): number {
  return Math.max(0, lifeMs + graceMs - remainingMs);
}
