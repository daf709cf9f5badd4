import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { randomNumbers, zipfRanks } from '../foundation/eviction/generated-traces.js';
import { classes, WITH_TTL, WITHOUT_TTL } from './subjects.js';

/** Heap and buffers of a million entries, and duration of single calls: each cache in a separate process. */
export async function footprint(): Promise<void> {
  console.log(
    '\nbytes an entry, of a million entries after two million more were set (keys of 18 characters included)',
  );
  inChildren('heap', 1_000_000);
  console.log('\none call, get or set, zipf 0.9 over ten times the entries: microseconds');
  for (const capacity of [10_000, 100_000]) inChildren('pauses', capacity);
}

function inChildren(what: 'heap' | 'pauses', capacity: number): void {
  for (const [kind, subjects] of [
    ['without TTL', WITHOUT_TTL],
    ['with TTL', WITH_TTL],
  ] as const) {
    for (const { name } of subjects) {
      const main = fileURLToPath(new URL('main.js', import.meta.url));
      const args = ['--expose-gc', main, 'child', what, kind, name, String(capacity)];
      const line = execFileSync(process.execPath, args, { encoding: 'utf8' }).trim();
      console.log(`${kind.padEnd(12)} ${name.padEnd(10)} ${String(capacity).padStart(8)}  ${line}`);
    }
  }
}

/** Runs in a child process: prints one line. */
export async function child([what, kind, name, capacityText]: readonly string[]): Promise<void> {
  const subject = (kind === 'with TTL' ? WITH_TTL : WITHOUT_TTL).find((one) => one.name === name);
  if (subject === undefined) throw new Error(`no subject ${name}`);
  const known = await classes();
  const capacity = Number(capacityText);
  const make = new Function(
    ...Object.keys(known),
    'capacity',
    `
    const c = ${subject.make};
    return { c, get: (key) => ${subject.get}, set: (key) => { ${subject.set} } };`,
  );
  const cache = (): Cache => make(...Object.values(known), capacity) as Cache;
  console.log(what === 'heap' ? heap(cache, capacity) : pauses(cache, capacity));
}

const REQUESTS = 1_000_000;
const RUNS = 6;

interface Cache {
  get(key: string): unknown;
  set(key: string): void;
}

function heap(make: () => Cache, capacity: number): string {
  const before = used(); // Measured before the constructor: some caches allocate all their memory in it.
  const cache = make();
  for (let at = 0; at < 3 * capacity; at++) cache.set(key(at));
  const bytes = (used() - before) / capacity;
  cache.get('keeps the cache alive');
  return `${bytes.toFixed(0)} bytes`;
}

function used(): number {
  for (let round = 0; round < 4; round++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/**
 * Runs the same requests several times, each time on a new cache, and keeps the fastest run of each call. Interruptions
 * of one run (garbage collection, another process) drop out; the work of the call itself stays, including the growth or
 * the replacement of a table.
 */
function pauses(make: () => Cache, capacity: number): string {
  const items = 10 * capacity;
  const rank = zipfRanks(items, 0.9, randomNumbers(5));
  const keys = Array.from({ length: items }, (_, at) => key(at));
  const order = Int32Array.from({ length: REQUESTS }, rank);
  const gets = new Float64Array(REQUESTS).fill(Number.POSITIVE_INFINITY);
  const sets = new Float64Array(REQUESTS).fill(Number.POSITIVE_INFINITY);
  for (let run = 0; run < RUNS; run++) {
    const cache = make();
    for (let at = 0; at < REQUESTS; at++) {
      const asked = keys[order[at] as number] as string;
      const started = performance.now();
      const found = cache.get(asked);
      const got = performance.now();
      gets[at] = Math.min(gets[at] as number, got - started);
      if (found !== undefined) continue;
      cache.set(asked);
      sets[at] = Math.min(sets[at] as number, performance.now() - got);
    }
  }
  return `get ${percentiles(gets)}   set ${percentiles(sets.filter(Number.isFinite))}`;
}

function percentiles(times: Float64Array): string {
  const sorted = times.sort();
  const at = (share: number): string =>
    (1_000 * (sorted[Math.floor(share * (sorted.length - 1))] as number)).toFixed(1);
  return `p50 ${at(0.5)} p99.9 ${at(0.999)} longest ${at(1)}`;
}

function key(at: number): string {
  return Buffer.from(`user:${String(at).padStart(8, '0')}:name`).toString();
}
