import type { Call } from '../frame/call.js';
import { textOption } from '../frame/call.js';
import { confirmed } from '../frame/confirm.js';
import { EXIT } from '../frame/exit-code.js';
import { UsageError } from '../frame/usage-error.js';
import { type Entry, lacks, type OpenEntry, withEntry } from './entry.js';

/** Deletes all values, or those that match; tells how many there are, and asks before. */
export async function clearCommand(call: Call): Promise<number> {
  const [pattern] = call.args;
  return withEntry(call, async (open) => {
    const { entry, label } = open;
    if (entry.of === 'ITypedCache' && pattern !== undefined) {
      throw lacks('clear PATTERN', open, 'omit the pattern: its whole namespace is cleared');
    }
    const counted = await countOf(entry, pattern, call.signal);
    const what = counted === undefined ? `all values of ${label}` : `${counted} values of ${label}`;
    if (call.options.dryRun === true) {
      await call.streams.record({ deleted: 0, wouldDelete: counted ?? null }, `would delete ${what}`);
      return EXIT.done;
    }
    if (!(await isWanted(call, open, what, pattern))) {
      call.streams.note('nothing was deleted');
      return EXIT.no;
    }
    if (entry.of === 'ITypedCache') {
      await entry.cache.clear();
      await call.streams.record({ cleared: true }, `cleared ${label}`);
      return EXIT.done;
    }
    const deleted = await clear(entry, pattern, call.signal);
    await call.streams.record({ deleted }, `deleted ${deleted}`);
    return EXIT.done;
  });
}

/** A whole cache asks for its name, so that no key press too many clears another one. */
async function isWanted(
  call: Call,
  { name }: OpenEntry,
  what: string,
  pattern: string | undefined,
): Promise<boolean> {
  const typed = textOption(call, 'confirm');
  if (typed !== undefined && typed !== name) {
    throw new UsageError(`expected --confirm with the name of the cache, got ${JSON.stringify(typed)}`);
  }
  const yes = typed !== undefined || (pattern !== undefined && call.options.yes === true);
  if (pattern === undefined && call.options.yes === true && typed === undefined) {
    throw new UsageError(
      '--yes is not enough to clear a whole cache',
      'pass --confirm and the name of the cache',
    );
  }
  return confirmed(call.streams, `delete ${what}`, { yes }, call.signal);
}

async function countOf(
  entry: Entry,
  pattern: string | undefined,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (entry.of === 'ITypedCache') return undefined;
  let count = 0;
  for await (const _key of entry.cache.keys(pattern)) {
    signal.throwIfAborted();
    count += 1;
  }
  return count;
}

function clear(
  entry: Exclude<Entry, { of: 'ITypedCache' }>,
  pattern: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  if (entry.of === 'ICache') return entry.cache.clear(pattern);
  return pattern === undefined
    ? entry.cache.clear({ signal })
    : entry.cache.deleteMatching(pattern, { signal });
}
