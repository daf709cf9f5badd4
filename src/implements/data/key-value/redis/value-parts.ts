import type { RedisReply, RedisWord } from '../../../../interfaces/redis-command.js';
import { notAnAnswer, ownBuffer } from '../../../redis/commands/reply.js';
import type { StorableValue, ValueWrite, WriteCondition } from '../value-store.js';

const CONDITION = { absent: 'a', present: 'p' } as const;

/** `true` when a value has to be stored in parts. */
export function isLong(value: StorableValue, chunkBytes: number): boolean {
  if (typeof value !== 'string') return value.byteLength > chunkBytes;
  // A UTF-16 code unit takes at most three bytes.
  return value.length * 3 > chunkBytes && Buffer.byteLength(value) > chunkBytes;
}

/** Arguments of the script that writes. */
export function writeWords(
  writes: readonly ValueWrite[],
  when: WriteCondition,
  chunkBytes: number,
): RedisWord[] {
  const words: RedisWord[] = [when === undefined ? '' : CONDITION[when]];
  for (const { value, life } of writes) {
    words.push(life === 'keep' ? 'k' : life === 'endless' ? '0' : String(life));
    if (!isLong(value, chunkBytes)) {
      words.push('0', wordOf(value));
      continue;
    }
    const bytes = Buffer.from(wordOf(value));
    const count = Math.ceil(bytes.byteLength / chunkBytes);
    words.push(String(count), `${count} ${bytes.byteLength}`);
    for (let from = 0; from < bytes.byteLength; from += chunkBytes) {
      words.push(bytes.subarray(from, from + chunkBytes));
    }
  }
  return words;
}

/** A value as a word of a command. */
export function wordOf(value: StorableValue): RedisWord {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return value;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

/** Bytes of a reply that is a value, or the head and the parts of one. */
export function bytesOf(reply: RedisReply): Uint8Array | undefined {
  if (reply === null) return undefined;
  if (Buffer.isBuffer(reply)) return ownBuffer(reply);
  if (!Array.isArray(reply) || !reply.every((part) => Buffer.isBuffer(part))) throw notAnAnswer();
  const [head, ...parts] = reply as unknown as [Buffer, ...Buffer[]];
  const bytes = Buffer.concat(parts);
  if (head.toString('latin1') !== `${parts.length} ${bytes.byteLength}`) throw notAnAnswer();
  return bytes;
}
