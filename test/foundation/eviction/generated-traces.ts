/** Numbers in [0, 1) that depend on the seed alone (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Ranks from 0 on, of which the k-th has a weight of 1 / k^skew. */
export function zipfRanks(items: number, skew: number, random: () => number): () => number {
  const sums = new Float64Array(items);
  let sum = 0;
  for (let rank = 0; rank < items; rank++) {
    sum += 1 / (rank + 1) ** skew;
    sums[rank] = sum;
  }
  return () => {
    const wanted = random() * sum;
    let low = 0;
    let high = items - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] as number) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** A sequence of requests for items, named by numbers. */
export interface Trace {
  readonly name: string;
  /** Items 0 to `items` - 1, in the order of their first request. */
  readonly requests: Int32Array;
  readonly items: number;
}

const REQUESTS = 100_000;
/** Items of scans and of later phases are numbered from here. */
const FRESH = 1_000_000;

/** One trace of each access pattern, all from one seed. */
export function generatedTraces(seed: number): Trace[] {
  let stream = seed;
  const random = (): (() => number) => randomNumbers(stream++);
  return [
    trace('zipf 0.7', each(zipfRanks(20_000, 0.7, random()))),
    trace('zipf 0.9', each(zipfRanks(20_000, 0.9, random()))),
    trace('zipf 1.1', each(zipfRanks(20_000, 1.1, random()))),
    trace('uniform', each(uniform(5_000, random()))),
    trace(
      'loop',
      each((at) => at % 1_100),
    ),
    trace('zipf and scans', each(withScans(zipfRanks(5_000, 0.9, random())))),
    trace('zipf and one-hit wonders', each(withWonders(zipfRanks(5_000, 0.9, random()), random()))),
    trace('zipf and loop', each(withLoop(zipfRanks(3_000, 1, random()), random()))),
    trace('shifting working set', each(shifting(zipfRanks(4_000, 0.8, random())))),
    trace('drifting working set', each(drifting(zipfRanks(4_000, 0.8, random())))),
    trace('recent again', recentAgain(random())),
    trace('newest first', each(newestFirst(random()))),
    trace('phases', each(phases(zipfRanks(3_000, 0.9, random())))),
    trace('back and forth', each(backAndForth(2_000))),
  ];
}

type Source = (at: number) => number;

function uniform(items: number, random: () => number): Source {
  return () => Math.floor(random() * items);
}

function withScans(rank: () => number): Source {
  let scanned = FRESH;
  return (at) => (at % 7_000 < 5_000 ? rank() : scanned++);
}

function withWonders(rank: () => number, random: () => number): Source {
  return (at) => (random() < 0.4 ? FRESH + at : rank());
}

function withLoop(rank: () => number, random: () => number): Source {
  let looped = 0;
  return () => (random() < 0.5 ? FRESH + (looped++ % 1_500) : rank());
}

function shifting(rank: () => number): Source {
  return (at) => rank() + Math.floor(at / 20_000) * FRESH;
}

function drifting(rank: () => number): Source {
  return (at) => rank() + Math.floor(at / 25);
}

function newestFirst(random: () => number): Source {
  return (at) => Math.max(0, Math.floor(at / 4) + Math.floor(Math.log(1 - random()) * 500));
}

/** Popular items, then a loop, then each item three times. */
function phases(rank: () => number): Source {
  return (at) => {
    const phase = at % 25_000;
    if (phase < 10_000) return rank();
    return phase < 20_000 ? FRESH + (phase % 1_300) : 2 * FRESH + Math.floor(at / 3);
  };
}

function backAndForth(items: number): Source {
  return (at) => (Math.floor(at / items) % 2 === 0 ? at % items : items - 1 - (at % items));
}

/** Items recur after an exponentially distributed number of others; few are new. */
function recentAgain(random: () => number): number[] {
  const stack: number[] = [];
  return Array.from({ length: REQUESTS }, () => {
    if (stack.length === 0 || random() < 0.08) return stack.push(stack.length) - 1;
    const depth = Math.min(stack.length - 1, Math.floor(-Math.log(1 - random()) * 400));
    const [item = 0] = stack.splice(stack.length - 1 - depth, 1);
    stack.push(item);
    return item;
  });
}

function each(source: Source): number[] {
  return Array.from({ length: REQUESTS }, (_, at) => source(at));
}

function trace(name: string, raw: readonly number[]): Trace {
  const numbers = new Map<number, number>();
  const requests = Int32Array.from(raw, (item) => {
    const known = numbers.get(item);
    if (known !== undefined) return known;
    numbers.set(item, numbers.size);
    return numbers.size - 1;
  });
  return { name, requests, items: numbers.size };
}
