import type { Call } from '../frame/call.js';
import { EXIT } from '../frame/exit-code.js';
import { UsageError } from '../frame/usage-error.js';
import { typedKey, withEntry } from './entry.js';

/** Changes the TTL of a value; one of a typed cache becomes stale at once. */
export async function expireCommand(call: Call): Promise<number> {
  const [key = '', duration] = call.args;
  return withEntry(call, async ({ entry, label }) => {
    const isTyped = entry.of === 'ITypedCache';
    if (isTyped && duration !== undefined) {
      throw new UsageError(
        `a duration conflicts with ${label}: its values expire at once`,
        'omit the duration',
      );
    }
    if (!isTyped && duration === undefined) throw new UsageError('expected a duration', 'such as 5m');
    const life = duration as `${number}ms`;
    const there =
      entry.of === 'ITypedCache'
        ? await entry.cache.expire(typedKey(key))
        : entry.of === 'ICache'
          ? await entry.cache.setExpiry(key, life)
          : await entry.cache.expire(key, life, { signal: call.signal });
    await call.streams.record({ key, changed: there }, there ? 'changed' : 'there is no such value');
    return there ? EXIT.done : EXIT.no;
  });
}
