import type { FencedEntry } from '../../../interfaces/fenced-store.js';
import { decodeEnvelope, type Envelope, type EnvelopeKind } from '../wire/envelope.js';

/** What the store holds under a key, before its value is decoded. */
export interface StoredEntry extends Envelope {
  /** What remains until it is gone, in milliseconds; `undefined` when it was not asked for. */
  readonly remainingMs: number | undefined;
  /** When it is gone for good, by our clock, where that may come while it is kept to fall back on. */
  readonly goneAtMs?: number;
  /** Length of what is stored. */
  readonly bytes: number;
  readonly tier: string;
}

/** Where the store says which of its tiers had an entry. */
interface Tiered {
  readonly tier?: unknown;
}

/** How entries are written: with all that is known of them, or as bare values. */
export type StoredForm = 'envelope' | { readonly codec: string };

/** Bytes that never left this process: nothing has damaged them on the way. */
export const LENT: unique symbol = Symbol('lent');

/** What an entry is; `undefined` for one that means nothing to us. */
export function storedEntry(
  stored: Pick<FencedEntry, 'value' | 'remainingMs'>,
  form: StoredForm,
  lent?: typeof LENT,
): StoredEntry | undefined {
  const { value, remainingMs } = stored;
  if (value === null) return undefined;
  const { tier } = stored as Tiered;
  let envelope: Envelope;
  if (form === 'envelope') {
    const reading = decodeEnvelope(value, lent === undefined);
    if (reading.state !== 'envelope') return undefined;
    ({ envelope } = reading);
  } else envelope = bare(value, form.codec, remainingMs);
  // Every hit comes by: what was made for us alone is completed in place, not copied.
  const entry = envelope as { -readonly [Name in keyof StoredEntry]: StoredEntry[Name] };
  entry.remainingMs = remainingMs ?? undefined;
  entry.bytes = value.byteLength;
  entry.tier = typeof tier === 'string' ? tier : 'store';
  return entry;
}

/** A value that stands alone: fresh as long as it is there. */
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

/** Whether a call has ended the life of an entry. */
export function isEnded({ lifeMs, graceMs }: StoredEntry): boolean {
  return lifeMs === 0 && graceMs > 0;
}

export function carries({ tags }: StoredEntry, tag: string): boolean {
  for (const carried of tags) if (carried.tag === tag) return true;
  return false;
}

/** What remains of an entry's life, grace not counted. */
export function freshMs(entry: StoredEntry): number {
  const { graceMs, remainingMs = 0 } = entry;
  return isEnded(entry) ? 0 : Math.max(0, remainingMs - graceMs);
}

/** How long an entry has lived: since it was stored, or since its life began anew. */
export function ageMs({ lifeMs, graceMs, remainingMs = 0 }: StoredEntry): number {
  return Math.max(0, lifeMs + graceMs - remainingMs);
}
