import type { Call } from '../frame/call.js';
import { EXIT } from '../frame/exit-code.js';
import { type Entry, typedKey, withEntry } from './entry.js';

/** Prints the remaining life of a value in milliseconds, or `endless`. */
export async function ttlCommand(call: Call): Promise<number> {
  const [key = ''] = call.args;
  return withEntry(call, async ({ entry, label }) => {
    const remainingMs = await lifeOf(entry, key, call.signal);
    const endless = remainingMs === Number.POSITIVE_INFINITY;
    if (remainingMs === undefined && !call.streams.json)
      call.streams.note(`${label} has no value of this key`);
    if (remainingMs !== undefined || call.streams.json) {
      await call.streams.record(
        { key, remainingMs: endless ? null : (remainingMs ?? null), endless },
        endless ? 'endless' : String(remainingMs),
      );
    }
    return remainingMs === undefined ? EXIT.no : EXIT.done;
  });
}

async function lifeOf(entry: Entry, key: string, signal: AbortSignal): Promise<number | undefined> {
  if (entry.of === 'ICache') return (await entry.cache.getExpiry(key)) ?? undefined;
  if (entry.of === 'ITypedCache') {
    const { state, remainingWithGraceMs } = await entry.cache.explain(typedKey(key));
    return state === 'miss' ? undefined : (remainingWithGraceMs ?? Number.POSITIVE_INFINITY);
  }
  const life = await entry.cache.lifeOf(key, { signal });
  if (life.state === 'absent') return undefined;
  return life.state === 'persistent' ? Number.POSITIVE_INFINITY : life.remainingMs;
}
