import { randomBytes } from 'node:crypto';
import type { IClock } from '../../../../interfaces/clock.js';
import { CodecError } from '../../../../interfaces/errors.js';

/** Layout: version, stream, number, message. A stream is what one publisher sends on one channel. */
const VERSION = 1;
const STREAM_AT = 1;
const STREAM_BYTES = 8;
const NUMBER_AT = STREAM_AT + STREAM_BYTES;
const NUMBER_BYTES = 6;
const HEAD_BYTES = NUMBER_AT + NUMBER_BYTES;
/** Streams that are remembered; one that is forgotten begins anew, under another name. */
const MAX_STREAMS = 10_000;

interface Stream {
  readonly id: Buffer;
  number: number;
}

/** Numbers the messages of one publisher, on each channel apart, because subscribers do not see other channels. */
export class Numbering {
  readonly #streams = new Map<string, Stream>();

  /** A message with the next number of its channel. */
  number(channel: string, message: Uint8Array): Buffer {
    const stream = this.#streams.get(channel) ?? { id: randomBytes(STREAM_BYTES), number: 0 };
    renew(this.#streams, channel, stream);
    stream.number++;
    const numbered = Buffer.allocUnsafe(HEAD_BYTES + message.byteLength);
    numbered[0] = VERSION;
    numbered.set(stream.id, STREAM_AT);
    numbered.writeUIntBE(stream.number, NUMBER_AT, NUMBER_BYTES);
    numbered.set(message, HEAD_BYTES);
    return numbered;
  }
}

/** A message without its number. */
interface Unnumbered {
  readonly message: Uint8Array;
  /** Time since the message before it, when messages between them are missing. */
  readonly lostMs: number | undefined;
}

/** Numbers that one subscription has seen. */
export class Sightings {
  readonly #clock: IClock;
  readonly #seen = new Map<string, { readonly number: number; readonly atMs: number }>();

  constructor(clock: IClock) {
    this.#clock = clock;
  }

  /** Forgets all numbers, because the loss of what lies between is known. */
  forget(): void {
    this.#seen.clear();
  }

  /** @throws {CodecError} `E_DECODE` for a message without a number. */
  see(channel: string, numbered: Uint8Array): Unnumbered {
    const bytes = Buffer.from(numbered.buffer, numbered.byteOffset, numbered.byteLength);
    if (bytes.length < HEAD_BYTES || bytes[0] !== VERSION) {
      throw new CodecError('E_DECODE', 'expected a numbered message: its publisher must be sequenced too');
    }
    const stream = `${bytes.toString('latin1', STREAM_AT, NUMBER_AT)}${channel}`;
    const number = bytes.readUIntBE(NUMBER_AT, NUMBER_BYTES);
    const last = this.#seen.get(stream);
    const atMs = this.#clock.now();
    renew(this.#seen, stream, { number, atMs });
    const isMissing = last !== undefined && number > last.number + 1;
    return { message: bytes.subarray(HEAD_BYTES), lostMs: isMissing ? atMs - last.atMs : undefined };
  }
}

/** Puts an entry at the end of a map, and drops the first one of a map that is full. */
function renew<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= MAX_STREAMS) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
