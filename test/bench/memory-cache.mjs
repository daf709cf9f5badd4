import { MemoryCache } from '../../dist/index.js';
import { LRUCache } from 'lru-cache';
import { against, medians, table } from './rounds.mjs';

const ROUNDS = 15;
const KEYS = 1000;
const CALLS = 100_000;
const SIZES = { '100 B': 100, '10 KiB': 10_240 };

/** `MemoryCache.getValue`, awaited, against an async function around lru-cache that copies as well. */
export async function benchMemoryCache() {
  const rows = [['awaited get, ns a call', 'ours', 'lru-cache + copy', 'speed of ours']];
  const ratios = [];
  for (const [size, bytes] of Object.entries(SIZES)) {
    const cache = new MemoryCache({ maxEntries: 2 * KEYS });
    const lru = new LRUCache({ max: 2 * KEYS });
    const keys = Array.from({ length: KEYS }, (_, index) => `key:${index}`);
    for (const [index, key] of keys.entries()) {
      await cache.setValue(key, Buffer.alloc(bytes, index), '1h');
      lru.set(key, Buffer.alloc(bytes, index));
    }
    const copyOut = async (key) => Buffer.from(lru.get(key));
    const figures = await medians(
      { ours: () => nsACall((key) => cache.getValue(key), keys), theirs: () => nsACall(copyOut, keys) },
      ROUNDS,
    );
    const ratio = figures.theirs / figures.ours;
    ratios.push(ratio);
    rows.push([size, figures.ours.toFixed(0), figures.theirs.toFixed(0), ratio.toFixed(2)]);
    await cache.close();
  }
  table(rows);
  console.log(`worst: ${against(Math.min(...ratios), 0.8)}`);
}

async function nsACall(get, keys) {
  const began = process.cpuUsage();
  for (let call = 0; call < CALLS; call++) await get(keys[(call * 7) % KEYS]);
  const { user, system } = process.cpuUsage(began);
  return ((user + system) * 1000) / CALLS;
}
