import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { generatedTraces, type Trace } from '../foundation/eviction/generated-traces.js';
import { lru } from './policies/lru.js';
import { memoryCache } from './policies/memory-cache.js';
import { min } from './policies/min.js';
import { ours } from './policies/ours.js';
import { s3Fifo } from './policies/s3-fifo.js';
import { wTinyLfu } from './policies/w-tiny-lfu.js';

/** Each answers how many requests of a trace it would have had. */
type Policy = (trace: Trace, capacity: number) => number | Promise<number>;

const POLICIES = { memoryCache, ours, lruCache: lru as Policy, lru, s3Fifo, wTinyLfu, min };
type Name = keyof typeof POLICIES;

/** A trace of the catalogue of a folder, and a capacity to try. */
interface Cell {
  readonly trace: string;
  readonly cap: number;
}

/**
 * Hit ratios in per cent, of every trace at every size, and how near each policy comes to the best possible.
 *
 * @param folder  Holds `reference.json`, a list of cells, and for each trace `<name>.d32.gz`: a gzip of differences of
 *   item numbers, 32 bits little-endian each. Without it, traces are generated.
 */
export async function hitRatio(folder: string | undefined): Promise<void> {
  POLICIES.lruCache = await lruCache();
  const rows = folder === undefined ? generated() : recorded(folder);
  const names = Object.keys(POLICIES) as Name[];
  const all: Record<Name, number>[] = [];
  console.log(
    `${'trace'.padEnd(26)} ${'size'.padStart(6)} ${names.map((name) => name.padStart(12)).join('')}`,
  );
  for (const { trace, capacity } of rows) {
    const ratios = {} as Record<Name, number>;
    for (const name of names)
      ratios[name] = (100 * (await POLICIES[name](trace, capacity))) / trace.requests.length;
    all.push(ratios);
    const cells = names.map((name) => ratios[name].toFixed(2).padStart(12));
    console.log(`${trace.name.padEnd(26)} ${String(capacity).padStart(6)} ${cells.join('')}`);
  }
  console.log(`\nof ${all.length} cells     mean ratio to MIN   mean difference to LRU   worst against LRU`);
  for (const name of names) {
    const toMin = mean(all.map((ratios) => (ratios.min === 0 ? 1 : ratios[name] / ratios.min)));
    const differences = all.map((ratios) => ratios[name] - ratios.lru);
    const worst = Math.min(...differences);
    console.log(
      `${name.padEnd(16)} ${toMin.toFixed(4).padStart(14)} ${mean(differences).toFixed(2).padStart(20)} ${worst.toFixed(2).padStart(22)}`,
    );
  }
}

function* generated(): Generator<{ trace: Trace; capacity: number }> {
  for (const trace of generatedTraces(20_261)) {
    for (const capacity of [30, 100, 300, 1_000, 3_000]) yield { trace, capacity };
  }
}

function* recorded(folder: string): Generator<{ trace: Trace; capacity: number }> {
  const cells = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as Cell[];
  let trace: Trace | undefined;
  for (const cell of cells) {
    if (trace?.name !== cell.trace) trace = read(folder, cell.trace);
    yield { trace, capacity: cell.cap };
  }
}

/** `mix_A_BN_C` means A, then N times B (whose items are others), then C. */
function read(folder: string, name: string): Trace {
  const mix = /^mix_([a-z]+)_([a-z]+)(\d+)_([a-z]+)$/.exec(name);
  if (mix === null) return { name, ...numbered(differences(folder, name)) };
  const [, first = '', second = '', times = '', third = ''] = mix;
  const outer = differences(folder, first);
  const offset = outer.reduce((most, item) => Math.max(most, item), 0) + 1;
  const inner = differences(folder, folderName(folder, second)).map((item) => item + offset);
  const parts = [outer, ...Array.from({ length: Number(times) }, () => inner), differences(folder, third)];
  const requests = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    requests.set(part, at);
    at += part.length;
  }
  return { name, ...numbered(requests) };
}

/** A part of a mix may be named without the family that its file begins with. */
function folderName(folder: string, part: string): string {
  const cells = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as Cell[];
  return cells.find((cell) => cell.trace === part || cell.trace.endsWith(`_${part}`))?.trace ?? part;
}

function numbered(requests: Int32Array): { requests: Int32Array; items: number } {
  return { requests, items: requests.reduce((most, item) => Math.max(most, item), 0) + 1 };
}

function differences(folder: string, name: string): Int32Array {
  const bytes = gunzipSync(readFileSync(join(folder, `${name}.d32.gz`)));
  const items = new Int32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  for (let at = 1; at < items.length; at++) items[at] = (items[at] as number) + (items[at - 1] as number);
  return items;
}

async function lruCache(): Promise<(trace: Trace, capacity: number) => number> {
  const peer = 'lru-cache';
  const { LRUCache } = (await import(peer)) as {
    LRUCache: new (options: {
      max: number;
    }) => { get(key: number): unknown; set(key: number, value: number): void };
  };
  return ({ requests }, capacity) => {
    const cache = new LRUCache({ max: capacity });
    let hits = 0;
    for (const item of requests) {
      if (cache.get(item) !== undefined) hits++;
      else cache.set(item, item);
    }
    return hits;
  };
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
