import type { Call } from '../frame/call.js';
import { textOption } from '../frame/call.js';
import { EXIT } from '../frame/exit-code.js';
import { UsageError } from '../frame/usage-error.js';
import { lacks, withEntry } from './entry.js';

/** Stores bytes: the argument as UTF-8, or stdin. */
export async function run(call: Call): Promise<number> {
  const [key = '', text] = call.args;
  const expire = textOption(call, 'expire') as `${number}ms` | undefined;
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
    const stored =
      entry.of === 'ICache'
        ? await entry.cache.setValue(key, value, expire)
        : await entry.cache.set(key, value, { ...(expire !== undefined && { expire }), signal: call.signal });
    if (!stored) {
      throw new UsageError(
        `expected a TTL, got ${expire ?? 'none, and the declaration has no defaultExpire'}`,
        'pass -e 5m',
      );
    }
    await call.streams.record({ key, stored, bytes: value.byteLength }, `stored ${value.byteLength} bytes`);
    return EXIT.done;
  });
}

async function stdinOf({ streams }: Call): Promise<Buffer> {
  if (streams.asks) {
    throw new UsageError(
      'expected a value, got none, and stdin is a terminal',
      'pass the value, or redirect a file',
    );
  }
  const chunks: Buffer[] = [];
  for await (const chunk of streams.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}
