import type { RedisInfo, RedisInfoSection } from '../../../interfaces/redis-health.js';

/** Parses the reply of INFO, by section and field; numbers become numbers. */
export function parseInfo(node: string, text: string): RedisInfo {
  // Field names such as `constructor` are ordinary.
  const sections: Record<string, RedisInfoSection> = Object.create(null);
  let section: Record<string, string | number> = Object.create(null);
  for (const line of text.split('\r\n')) {
    if (line.startsWith('#')) {
      section = Object.create(null);
      sections[line.slice(1).trim().toLowerCase()] = section;
      continue;
    }
    const colon = line.indexOf(':');
    if (colon > 0) section[line.slice(0, colon)] = fieldValue(line.slice(colon + 1));
  }
  return { node, sections };
}

/** Versions and lists stay strings, and so do integers that are too large for a `number`. */
function fieldValue(text: string): string | number {
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) return text;
  const number = Number(text);
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
}
