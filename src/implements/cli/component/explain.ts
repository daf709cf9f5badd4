import type { Call } from '../frame/call.js';
import { EXIT } from '../frame/exit-code.js';
import { lacks, typedKey, withEntry } from './entry.js';

/** Tells why a typed cache would serve a key, or not. */
export async function explainCommand(call: Call): Promise<number> {
  const [key = ''] = call.args;
  return withEntry(call, async (open) => {
    const { entry } = open;
    if (entry.of !== 'ITypedCache') throw lacks('explain', open, 'name a typed cache');
    const explanation = await entry.cache.explain(typedKey(key));
    const lines = Object.entries(explanation).map(([name, value]) => `${name}: ${shown(value)}`);
    await call.streams.text({ key, ...explanation }, lines.join('\n'));
    return explanation.state === 'miss' ? EXIT.no : EXIT.done;
  });
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
