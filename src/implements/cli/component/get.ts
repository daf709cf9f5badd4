import { inspect } from 'node:util';
import type { Call } from '../frame/call.js';
import { EXIT } from '../frame/exit-code.js';
import { typedKey, withEntry } from './entry.js';

/** Prints a value: bytes as they are, a typed one as JSON. */
export async function getCommand(call: Call): Promise<number> {
  const [key = ''] = call.args;
  return withEntry(call, async ({ entry, label }) => {
    if (entry.of === 'ITypedCache') {
      const value = await entry.cache.get(typedKey(key));
      if (value === undefined) return absent(call, key, label);
      const json = jsonOf(value);
      await call.streams.text(
        { key, value: json ?? inspect(value) },
        json === undefined ? inspect(value) : JSON.stringify(json, null, 2),
      );
      return EXIT.done;
    }
    const { signal } = call;
    const bytes =
      entry.of === 'ICache' ? await entry.cache.getValue(key) : await entry.cache.get(key, { signal });
    if (bytes === null || bytes === undefined) return absent(call, key, label);
    if (call.streams.json) await call.streams.record({ key, ...shownValue(bytes) });
    else await call.streams.bytes(bytes);
    return EXIT.done;
  });
}

async function absent(call: Call, key: string, label: string): Promise<number> {
  if (call.streams.json) await call.streams.record({ key, value: null });
  else call.streams.note(`${label} has no value of this key`);
  return EXIT.no;
}

/** Bytes as text where they are UTF-8. */
function shownValue(bytes: Uint8Array): { value: string } | { valueBase64: string } {
  try {
    return { value: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { valueBase64: Buffer.from(bytes).toString('base64') };
  }
}

/** A value as JSON has it; `undefined` for one that JSON cannot represent, such as a bigint. */
function jsonOf(value: unknown): unknown {
  try {
    const text = JSON.stringify(value);
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
