import { isDeepStrictEqual } from 'node:util';
import { MemoryCache, TypedCache } from '../../../src/index.js';
import type { ICodec } from '../../../src/interfaces/codec.js';
import { cpuNs } from '../rounds.js';
import { SUBJECTS, type SubjectName } from './subjects.js';
import { VALUES } from './values.js';

const RUN_MS = 20;
const RUNS = 6;
/** Number of runs for whole hits, whose code takes longer to compile. */
const HIT_RUNS = 15;
const KEYS = 500;

/** Speed and size of a codec on a value, or `undefined` where it refuses the value. */
export interface Speed {
  readonly encodeNs: number;
  readonly decodeNs: number;
  readonly bytes: number;
  /** `true` when the decoded value equals the encoded one. */
  readonly same: boolean;
}

/** Measures in a separate process, which has run no other codec and no other value. */
export async function measureSpeed(subject: SubjectName, kind: string): Promise<Speed | undefined> {
  const codec: ICodec = await SUBJECTS[subject].open();
  const value = VALUES[kind]?.();
  let encoded: Uint8Array;
  try {
    encoded = codec.encode(value);
  } catch {
    return undefined;
  }
  const encodeNs = best(() => codec.encode(value));
  const bytes = Uint8Array.from(encoded);
  const decodeNs = best(() => codec.decode(bytes));
  return {
    encodeNs,
    decodeNs,
    bytes: encoded.byteLength,
    same: isDeepStrictEqual(codec.decode(bytes), value),
  };
}

/** CPU nanoseconds of a whole `getOrSet` that hits, from a `MemoryCache`. */
export async function measureHit(subject: SubjectName, kind: string): Promise<number> {
  const codec: ICodec = await SUBJECTS[subject].open();
  const make = VALUES[kind] as () => unknown;
  const store = new MemoryCache({ maxEntries: 2 * KEYS });
  const cache = new TypedCache({ store, namespace: 'bench', expire: '1h', codec });
  const keys = Array.from({ length: KEYS }, (_, index) => `key:${index}`);
  for (const key of keys) await cache.getOrSet(key, async () => make());
  const order = (index: number): string => keys[(index * 7) % KEYS] as string;
  const miss = async (): Promise<never> => Promise.reject(new Error('expected a hit'));
  const hit = (index: number): Promise<unknown> => cache.getOrSet(order(index), miss);
  let ns = await cpuNs(hit, KEYS);
  for (let run = 0; run < HIT_RUNS; run += 1) {
    ns = Math.min(ns, await cpuNs(hit, Math.ceil((RUN_MS * 1e6) / ns)));
  }
  return ns;
}

/** Nanoseconds of CPU a call, by the best of some runs. */
function best(call: () => unknown): number {
  let calls = 1;
  let ns = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; ) {
    const began = process.cpuUsage();
    for (let index = 0; index < calls; index += 1) call();
    const { user, system } = process.cpuUsage(began);
    const ms = (user + system) / 1000;
    if (ms < RUN_MS) {
      calls = Math.ceil(calls * (ms < 1 ? 10 : (1.2 * RUN_MS) / ms));
      continue;
    }
    ns = Math.min(ns, (ms * 1e6) / calls);
    run += 1;
  }
  return ns;
}
