import assert from 'node:assert/strict';
import type { FencedEntry, IFencedStore } from '../../../src/interfaces/fenced-store.js';

/** Names with characters that are special elsewhere. */
export const ODD: readonly string[] = [
  ...[
    '\r\n',
    '\0',
    ' ',
    '*',
    '[a]',
    '\\',
    '{',
    '}',
    '{}',
    '}{',
    '{a}',
    'a{b}c',
    '{a}{b}',
    '{{a}}',
    'a}b',
    '{}{a}',
  ],
  ...[
    '__proto__',
    'constructor',
    'é',
    '😀',
    '日本',
    ':',
    'f:',
    'fence',
    'lease',
    'generation',
    '\xff',
    '\x7f',
  ],
];

/** Reads one entry. */
export async function readOne(store: IFencedStore, key: string): Promise<FencedEntry> {
  const { entries } = await store.read({ keys: [key] });
  assert.equal(entries.length, 1);
  return entries[0] as FencedEntry;
}

/** Captures the fence of a key, as a loader does first. */
export async function captureFence(store: IFencedStore, key: string): Promise<string> {
  const { entries } = await store.read({ keys: [key], capture: { life: '1m', of: 'all' } });
  return tokenOf(entries[0]?.fence);
}

/** Current token of a generation, created if missing. */
export async function captureGeneration(store: IFencedStore, name: string): Promise<string> {
  const { generations } = await store.read({ keys: [], generations: [name], capture: { life: '1m' } });
  return tokenOf(generations[0]);
}

/** The current token of a generation, or `null`. */
export async function lookAtGeneration(store: IFencedStore, name: string): Promise<string | null> {
  const { generations } = await store.read({ keys: [], generations: [name] });
  assert.equal(generations.length, 1);
  return generations[0] as string | null;
}

export function tokenOf(token: string | null | undefined): string {
  assert.ok(typeof token === 'string' && token !== '', `a token was captured: ${token}`);
  return token;
}
