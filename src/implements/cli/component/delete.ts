import type { Call } from '../frame/call.js';
import { EXIT } from '../frame/exit-code.js';
import { typedKey, withEntry } from './entry.js';

/** Deletes values, and says how many there were. */
export async function deleteCommand(call: Call): Promise<number> {
  const keys = call.args;
  return withEntry(call, async ({ entry }) => {
    const deleted =
      entry.of === 'ITypedCache'
        ? await entry.cache.deleteMany(keys.map(typedKey))
        : entry.of === 'ICache'
          ? await entry.cache.deleteValues(keys)
          : await entry.cache.delete(...keys);
    await call.streams.record({ deleted }, `deleted ${deleted} of ${keys.length}`);
    return deleted === 0 ? EXIT.no : EXIT.done;
  });
}
