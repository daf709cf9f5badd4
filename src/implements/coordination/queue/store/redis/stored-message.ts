import type { StoredLetter } from '../queue-store.js';

const SPACE = 0x20;
/** Longest number that is written before a message. */
const MAX_DIGITS = 20;

/** A message as it is stored: time, length of the id, id, payload. */
export interface StoredMessage {
  readonly id: string;
  readonly payload: Uint8Array;
  readonly producedAt: number;
}

/** Reads a stored message; what is none of ours has its handle as the id. */
export function storedMessage(bytes: Buffer, handle: string): StoredMessage {
  const time = numberAt(bytes, 0);
  const length = time && numberAt(bytes, time.end);
  if (length === undefined || length.end + length.value > bytes.length || time === undefined)
    return { id: handle, payload: bytes, producedAt: 0 };
  const end = length.end + length.value;
  return {
    id: bytes.toString('utf8', length.end, end),
    payload: bytes.subarray(end),
    producedAt: time.value,
  };
}

/** Reads a dead letter: deliveries, time, length of the reason, reason, message. */
export function storedLetter(bytes: Buffer, handle: string): StoredLetter {
  const attempts = numberAt(bytes, 0);
  const time = attempts && numberAt(bytes, attempts.end);
  const length = time && numberAt(bytes, time.end);
  if (attempts === undefined || time === undefined || length === undefined)
    return { id: handle, payload: bytes, producedAt: 0, attempts: 0, deadAt: 0, reason: 'it is unreadable' };
  const end = Math.min(bytes.length, length.end + length.value);
  return {
    ...storedMessage(bytes.subarray(end), handle),
    ...{ attempts: attempts.value, deadAt: time.value, reason: bytes.toString('utf8', length.end, end) },
  };
}

/** Number at a place, and the place after the space behind it. */
function numberAt(bytes: Buffer, at: number): { readonly value: number; readonly end: number } | undefined {
  const space = bytes.subarray(at, at + MAX_DIGITS).indexOf(SPACE);
  if (space < 1) return undefined;
  const value = Number(bytes.toString('latin1', at, at + space));
  return Number.isSafeInteger(value) && value >= 0 ? { value, end: at + space + 1 } : undefined;
}
