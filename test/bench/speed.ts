import { randomNumbers, zipfRanks } from '../foundation/eviction/generated-traces.js';
import { classes, type Subject, WITH_EXACT_TTL, WITH_TTL, WITHOUT_TTL } from './subjects.js';

const ROUNDS = 7;
const OPERATIONS = 400_000;

/** A loop over keys, compiled for one subject alone, so that the engine's knowledge of one does not slow the other. */
type Loop = (keys: readonly string[], order: Int32Array, from: number) => number;

interface Workload {
  readonly name: string;
  readonly body: (subject: Subject) => string;
  /** The keys, and which of them are asked for in turn. */
  readonly keys: (capacity: number) => { keys: string[]; order: Int32Array };
}

const GET = (subject: Subject): string => `if (${subject.get} !== undefined) hits++`;
const SET = (subject: Subject): string => subject.set;
const GET_OR_SET = (subject: Subject): string =>
  `if (${subject.get} !== undefined) hits++; else ${subject.set}`;

const WORKLOADS: readonly Workload[] = [
  { name: 'get, all hits, zipf 1.0', body: GET, keys: (capacity) => resident(capacity, 1) },
  { name: 'get, all hits, uniform', body: GET, keys: (capacity) => resident(capacity, 0) },
  { name: 'set, each evicts', body: SET, keys: everNew },
  { name: 'get or set, zipf 0.9', body: GET_OR_SET, keys: (capacity) => popular(10 * capacity) },
];

/** CPU time of each operation against lru-cache in the same run: interleaved rounds, medians. */
export async function speed(capacities: readonly number[]): Promise<void> {
  const known = await classes();
  for (const [title, subjects] of [
    ['without TTL', WITHOUT_TTL],
    ['with TTL', WITH_TTL],
    ['with TTL, the clock read by each call', WITH_EXACT_TTL],
  ] as const) {
    console.log(`\n${title}: ns of CPU an operation (times the speed of ${subjects[0]?.name})`);
    for (const capacity of capacities) {
      for (const workload of WORKLOADS) {
        const times = measure(workload, capacity, subjects, known);
        const [reference = 1] = times;
        const cells = times.map(
          (time, at) => `${subjects[at]?.name} ${time.toFixed(0)} (${(reference / time).toFixed(2)})`,
        );
        console.log(`${workload.name.padEnd(26)} ${String(capacity).padStart(7)}  ${cells.join('   ')}`);
      }
    }
  }
}

function measure(
  workload: Workload,
  capacity: number,
  subjects: readonly Subject[],
  known: Record<string, unknown>,
): number[] {
  const { keys, order } = workload.keys(capacity);
  const loops = subjects.map((subject) => compile(subject, workload.body(subject), capacity, keys, known));
  const samples: number[][] = subjects.map(() => []);
  for (let round = -2; round < ROUNDS; round++) {
    for (const at of round % 2 === 0 ? subjects.keys() : [...subjects.keys()].reverse()) {
      const before = process.cpuUsage();
      (loops[at] as Loop)(keys, order, (round + 2) * OPERATIONS);
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) samples[at]?.push(((user + system) * 1000) / OPERATIONS);
    }
  }
  return samples.map((sample) => sample.sort((a, b) => a - b)[sample.length >> 1] as number);
}

/** Fills a cache with the first keys, and returns the loop over it. */
function compile(
  subject: Subject,
  body: string,
  capacity: number,
  keys: readonly string[],
  known: Record<string, unknown>,
): Loop {
  const source = `
    const c = ${subject.make};
    for (let i = 0; i < capacity; i++) { const key = keys[i]; ${subject.set} }
    return function (keys, order, from) {
      let hits = 0;
      for (let i = 0, at = from % order.length; i < ${OPERATIONS}; i++) {
        const key = keys[order[at]];
        ${body}
        if (++at === order.length) at = 0;
      }
      return hits;
    }`;
  return new Function(...Object.keys(known), 'capacity', 'keys', source)(
    ...Object.values(known),
    capacity,
    keys,
  ) as Loop;
}

function resident(capacity: number, skew: number): { keys: string[]; order: Int32Array } {
  const rank = zipfRanks(capacity, skew, randomNumbers(1));
  const places = shuffled(capacity);
  return {
    keys: names(capacity),
    order: Int32Array.from({ length: OPERATIONS }, () => places[rank()] as number),
  };
}

function everNew(capacity: number): { keys: string[]; order: Int32Array } {
  const count = Math.max(10 * capacity, OPERATIONS);
  return { keys: names(count), order: Int32Array.from({ length: count }, (_, at) => at) };
}

function popular(items: number): { keys: string[]; order: Int32Array } {
  const rank = zipfRanks(items, 0.9, randomNumbers(2));
  const places = shuffled(items);
  const length = Math.max(2 * OPERATIONS, 2 * items);
  return { keys: names(items), order: Int32Array.from({ length }, () => places[rank()] as number) };
}

/** Popularity must not follow the order in which keys were made and lie in memory. */
function shuffled(length: number): Int32Array {
  const random = randomNumbers(3);
  const places = Int32Array.from({ length }, (_, at) => at);
  for (let at = length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    const place = places[at] as number;
    places[at] = places[other] as number;
    places[other] = place;
  }
  return places;
}

/** Flat strings: those that a template makes are trees, which both caches would flatten on the way. */
function names(count: number): string[] {
  return Array.from({ length: count }, (_, at) =>
    Buffer.from(`user:${String(at).padStart(8, '0')}:name`).toString(),
  );
}
