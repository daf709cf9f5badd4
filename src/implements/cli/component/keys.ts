import type { Call } from '../frame/call.js';
import { textOption } from '../frame/call.js';
import { EXIT } from '../frame/exit-code.js';
import { UsageError } from '../frame/usage-error.js';
import { lacks, withEntry } from './entry.js';

/** Lists keys as they are found, one a line. */
export async function keysCommand(call: Call): Promise<number> {
  const [pattern] = call.args;
  const limit = limitOf(call);
  return withEntry(call, async (open) => {
    const { entry } = open;
    if (entry.of === 'ITypedCache')
      throw lacks('keys', open, 'list the keys of its store: --interface ICache');
    let listed = 0;
    for await (const key of entry.cache.keys(pattern)) {
      call.signal.throwIfAborted();
      if (listed === limit) {
        call.streams.note(`stopped after ${listed} keys; there are more`);
        break;
      }
      listed += 1;
      await call.streams.record({ key }, key);
    }
    return listed === 0 ? EXIT.no : EXIT.done;
  });
}

function limitOf(call: Call): number {
  const text = textOption(call, 'limit');
  if (text === undefined) return Number.POSITIVE_INFINITY;
  const limit = Number(text);
  if (Number.isSafeInteger(limit) && limit > 0) return limit;
  throw new UsageError(`expected --limit as a whole number above 0, got ${JSON.stringify(text)}`);
}
