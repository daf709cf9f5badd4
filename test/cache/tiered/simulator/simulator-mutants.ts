import { CopyProof } from '../../../../src/implements/cache/tiered/memory/copy-proof.js';
import { Journal } from '../../../../src/implements/cache/tiered/memory/journal.js';
import { Touches } from '../../../../src/implements/cache/tiered/memory/touches.js';
import type { IClock } from '../../../../src/interfaces/clock.js';
import type { FeedFlaws } from './flaws.js';
import type { SimulatedClock } from './simulated-clock.js';
import type { SimulationOptions } from './simulation.js';

/** Wrong protocol, which some seed must show. */
export interface SimulatorMutant {
  readonly name: string;
  /** Seed near which it shows; the next ones will do too. */
  readonly seed: number;
  readonly options: Partial<SimulationOptions> & Pick<SimulationOptions, 'coherence'>;
  /** Replaces a part of the cache; returns the way back. */
  readonly patch?: () => () => void;
}

const SET_BACK_AFTER_MS = 500;
const HOUR_MS = 3_600_000;

/** World of one key and two kinds of calls, whose streams are slow, swallowed and cut. */
const STREAMS: Partial<SimulationOptions> = {
  masters: 1,
  mood: {
    keys: ['a'],
    operations: [0, 12],
    faults: [2, 4, 7],
    operating: 3,
    progressing: 6,
    passing: 5,
    longestProgress: 4,
    longestPass: 250,
  },
};

/** The same, in which the turns of the loop of a server are long. */
const LONG_TURNS: Partial<SimulationOptions> = {
  masters: 1,
  mood: { ...STREAMS.mood, faults: [4, 7], longestProgress: 8, longestPass: 200, turning: 0.02 },
};

function feed(
  name: string,
  coherence: 'bus' | 'tracking',
  flaws: FeedFlaws,
  more: { readonly seed?: number; readonly options?: Partial<SimulationOptions> } = {},
): SimulatorMutant {
  return { name, seed: more.seed ?? 0, options: { coherence, flaws, ...more.options } };
}

/** Replaces a method of a class; returns the way back. */
function replaced<C extends object, Name extends keyof C>(prototype: C, name: Name, by: C[Name]): () => void {
  const before = prototype[name];
  prototype[name] = by;
  return () => {
    prototype[name] = before;
  };
}

/** A clock of the wall, which somebody sets back by an hour. */
function setBack(clock: SimulatedClock): IClock {
  const startedAt = clock.now();
  return {
    now: () => clock.now() - (clock.now() > startedAt + SET_BACK_AFTER_MS ? HOUR_MS : 0),
    schedule: (delayMs, task) => clock.schedule(delayMs, task),
  };
}

/** Wrong protocols of the design, and of this house. */
export const simulatorMutants: readonly SimulatorMutant[] = [
  feed('an era that is kept across streams', 'bus', { ignoresGaps: true }),
  feed(
    'a proof that counts from the arrival of an answer',
    'bus',
    { provesAtArrival: true },
    { seed: 3450, options: STREAMS },
  ),
  feed('any message as a proof', 'bus', { extendsOnMessage: true }, { seed: 60, options: STREAMS }),
  feed(
    'an answer taken at face value that pushes may follow',
    'tracking',
    { provesAtOnce: true },
    { seed: 600, options: LONG_TURNS },
  ),
  {
    seed: 0,
    name: 'deadlines by a clock that is set back',
    options: { coherence: 'none', flaws: {}, clockOf: setBack },
  },
  feed('a message that leaves before the change', 'bus', { publishesFirst: true }),
  feed('a message that leaves in a command of its own', 'bus', { publishesLater: true }),
  feed('a copy that was read from a replica', 'bus', { readsReplica: true }),
  feed(
    'a late change of a call that was given up, taken for an answered one',
    'bus',
    { keepsSender: true },
    { options: { masters: 1, mood: { keys: ['a'], operations: [0, 12], faults: [0], longestPass: 120 } } },
  ),
  feed('one push ignored for each own change', 'tracking', { swallowsOwn: true }),
  feed('a removal of everything that is not heard', 'tracking', { ignoresEverything: true }, { seed: 600 }),
  feed(
    'a map of slots of any age',
    'bus',
    { forgetsMap: true },
    { seed: 850, options: { masters: 2, mood: { faults: [10], keys: ['a'] } } },
  ),
  {
    seed: 0,
    name: 'a fill that a change has overtaken',
    options: { coherence: 'bus', flaws: {} },
    patch: () => replaced(Touches.prototype, 'isUnchanged', () => true),
  },
  {
    seed: 100,
    name: 'a generation that is served without a proof',
    options: { coherence: 'bus', flaws: {}, mood: { operations: [0, 8, 10, 18, 14], faults: [2, 4, 0] } },
    patch: () => {
      const { deadline } = CopyProof.prototype;
      return replaced(CopyProof.prototype, 'deadline', function (this: CopyProof, copy) {
        const isToken = 'content' in copy && typeof copy.content === 'string';
        return isToken ? Number.POSITIVE_INFINITY : deadline.call(this, copy);
      });
    },
  },
  {
    seed: 0,
    name: 'two own changes at once, the last answer of which is kept',
    options: { coherence: 'bus', flaws: {} },
    patch: () => {
      const { endChange } = Touches.prototype;
      return replaced(Touches.prototype, 'endChange', function (this: Touches, name, begun) {
        endChange.call(this, name, begun);
        return true;
      });
    },
  },
  {
    seed: 0,
    name: 'a delete that failed and is forgotten',
    options: { coherence: 'bus', flaws: {} },
    patch: () => replaced(Journal.prototype, 'failed', () => undefined),
  },
  {
    seed: 0,
    name: 'a clear of a pattern that failed and is forgotten',
    options: {
      coherence: 'bus',
      flaws: {},
      masters: 1,
      mood: { keys: ['a'], operations: [0, 12, 19, 19], faults: [0, 1], longestPass: 120 },
    },
    patch: () => {
      const { failedClear } = Journal.prototype;
      return replaced(Journal.prototype, 'failedClear', function (this: Journal, pattern, error, begun) {
        if (pattern === undefined) failedClear.call(this, pattern, error, begun);
      });
    },
  },
];
