import { addAbortSignal } from 'node:stream';
import type { Duration } from '../../../interfaces/duration.js';
import { isDurationRefusal } from '../../foundation/options/duration.js';
import type { Call } from '../frame/call.js';
import { textOption } from '../frame/call.js';
import { EXIT } from '../frame/exit-code.js';
import { UsageError } from '../frame/usage-error.js';
import { type Entry, lacks, withEntry } from './entry.js';

/** Stores bytes: the argument as UTF-8, or stdin. */
export async function setCommand(call: Call): Promise<number> {
  const [key = '', text] = call.args;
  const expire = textOption(call, 'expire') as Duration | undefined;
  return withEntry(call, async (open) => {
    const { entry } = open;
    if (entry.of === 'ITypedCache') {
      throw lacks(
        'set',
        open,
        'its values have types that a command line does not know: delete the key, and the service loads it',
      );
    }
    const value = text === undefined ? await stdinOf(call) : Buffer.from(text);
    const stored = await store(entry, key, value, expire, call.signal).catch((error: unknown) => {
      if (expire !== undefined || !isDurationRefusal(error)) throw error;
      throw new UsageError(
        'expected a TTL, got none, and the declaration has no defaultExpire',
        'pass -e 5m',
      );
    });
    await call.streams.record({ key, stored, bytes: value.byteLength }, `stored ${value.byteLength} bytes`);
    return EXIT.done;
  });
}

function store(
  entry: Exclude<Entry, { of: 'ITypedCache' }>,
  key: string,
  value: Uint8Array,
  expire: Duration | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  if (entry.of === 'ICache') return entry.cache.setValue(key, value, expire);
  return entry.cache.set(key, value, { signal, ...(expire !== undefined && { expire }) });
}

async function stdinOf({ streams, signal }: Call): Promise<Buffer> {
  if (streams.asks) {
    throw new UsageError(
      'expected a value, got none, and stdin is a terminal',
      'pass the value, or redirect a file',
    );
  }
  const chunks: Buffer[] = [];
  for await (const chunk of addAbortSignal(signal, streams.stdin))
    chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}
