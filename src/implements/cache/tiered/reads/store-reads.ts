import type { IClock } from '../../../../interfaces/clock.js';
import type { FencedAnswer, FencedEntry } from '../../../../interfaces/fenced-store.js';
import type { CallCounts } from '../../../foundation/call-counts.js';
import type { AnnouncingStore } from '../../change-feed.js';
import type { CallStart, TierMemory } from '../memory/tier-memory.js';

/** Names of a read, without what only the store can answer. */
export interface ReadNames {
  readonly keys: readonly string[];
  readonly generations: readonly string[];
  readonly scope: string | undefined;
}

/** One read of the store for callers of one turn of the event loop. */
interface Flight {
  readonly scope: string | undefined;
  readonly keys: Map<string, number>;
  readonly generations: Map<string, number>;
  readonly answer: Promise<FencedAnswer>;
  readonly settle: (answer: Promise<FencedAnswer>) => void;
  /** Callers of entries: the first one gets the bytes themselves. */
  readonly given: Set<string>;
  start: CallStart | undefined;
}

/** Reads of the store below: one batch a turn and scope, joined by callers of the same names, and kept as copies. */
export class StoreReads {
  readonly #store: AnnouncingStore;
  readonly #memory: TierMemory;
  readonly #clock: IClock;
  readonly #calls: CallCounts;
  /** Reads that are not sent yet, by scope. */
  #waiting = new Map<string | undefined, Flight>();
  /** Last read of each key that is under way. */
  readonly #sent = new Map<string, Flight>();
  readonly #flush = (): void => this.flush();

  constructor(store: AnnouncingStore, memory: TierMemory, clock: IClock, calls: CallCounts) {
    this.#store = store;
    this.#memory = memory;
    this.#clock = clock;
    this.#calls = calls;
  }

  /** Reads names together with others of this turn. @throws the failure when every entry failed. */
  async read(names: ReadNames): Promise<FencedAnswer> {
    const flight = this.#joinable(names) ?? this.#join(names);
    return answerOf(names, await flight.answer, flight);
  }

  /** Sends the reads that are held back: earlier reads must not see a later change. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting.size === 0) return;
    this.#waiting = new Map();
    for (const flight of waiting.values()) this.#send(flight);
  }

  /** Read under way whose answer will do: nothing has changed since it was sent. */
  #joinable({ keys, generations, scope }: ReadNames): Flight | undefined {
    const flight = keys.length === 0 ? undefined : this.#sent.get(keys[0] as string);
    const start = flight?.start;
    if (flight === undefined || start === undefined || flight.scope !== scope) return undefined;
    if (!this.#memory.proof.isRecent(start.at, this.#clock.now())) return undefined;
    const { keys: touched, generations: advanced } = this.#memory;
    for (const key of keys)
      if (!flight.keys.has(key) || !touched.isUnchanged(key, start.moment)) return undefined;
    for (const name of generations)
      if (!flight.generations.has(name) || !advanced.isUnchanged(name, start.moment)) return undefined;
    if (scope !== undefined && !advanced.isUnchanged(scope, start.moment)) return undefined;
    return flight;
  }

  #join({ keys, generations, scope }: ReadNames): Flight {
    if (this.#waiting.size === 0) process.nextTick(this.#flush);
    let flight = this.#waiting.get(scope);
    if (flight === undefined) {
      flight = newFlight(scope);
      this.#waiting.set(scope, flight);
    }
    for (const key of keys) if (!flight.keys.has(key)) flight.keys.set(key, flight.keys.size);
    for (const name of generations)
      if (!flight.generations.has(name)) flight.generations.set(name, flight.generations.size);
    return flight;
  }

  #send(flight: Flight): void {
    const { scope } = flight;
    const keys = [...flight.keys.keys()];
    const generations = [...flight.generations.keys()];
    this.#memory.watchScope(scope);
    const start = this.#memory.start();
    flight.start = start;
    for (const key of keys) {
      this.#memory.keys.beginRead(key);
      this.#sent.set(key, flight);
    }
    for (const name of generations) this.#memory.generations.beginRead(name);
    if (scope !== undefined) this.#memory.generations.beginRead(scope);
    const answer = this.#answer(flight, { keys, generations, scope }, start);
    answer.catch(() => undefined);
    flight.settle(answer);
  }

  async #answer(flight: Flight, names: ReadNames, start: CallStart): Promise<FencedAnswer> {
    const { keys, generations, scope } = names;
    let answer: FencedAnswer | undefined;
    try {
      answer = await this.#calls.during(this.#store.read({ ...names, lives: true }));
      if (answer.failure !== undefined) this.#calls.failed(answer.failure);
      return answer;
    } finally {
      for (const [index, key] of keys.entries()) {
        if (this.#sent.get(key) === flight) this.#sent.delete(key);
        const entry = answer?.entries[index];
        if (entry === undefined || entry.failure !== undefined) this.#memory.keys.endRead(key, start.moment);
        else this.#memory.fillValue(key, readValue(entry, scope, start), start);
      }
      const isWhole = answer !== undefined && answer.failure === undefined;
      for (const [index, name] of generations.entries()) {
        const token = answer?.generations[index] ?? null;
        if (isWhole || token !== null) this.#memory.fillToken(name, token, start);
        else this.#memory.generations.endRead(name, start.moment);
      }
      if (scope !== undefined) this.#memory.generations.endRead(scope, start.moment);
    }
  }
}

function newFlight(scope: string | undefined): Flight {
  let settle!: Flight['settle'];
  const answer = new Promise<FencedAnswer>((resolve) => {
    settle = resolve;
  });
  return {
    scope,
    keys: new Map(),
    generations: new Map(),
    answer,
    settle,
    given: new Set(),
    start: undefined,
  };
}

/** Value of an entry as it is kept; its life counts from the sending of the read, which came before. */
export function readValue(
  { value, remainingMs, scope: scopeToken }: FencedEntry,
  scope: string | undefined,
  { at }: CallStart,
): Parameters<TierMemory['fillValue']>[1] {
  if (value === null || remainingMs === null) return null;
  return { bytes: value, endsAt: at + remainingMs, scope, scopeToken };
}

/** Part of an answer that belongs to one caller, with bytes of its own. @throws the failure, when every entry failed. */
function answerOf(names: ReadNames, whole: FencedAnswer, { keys, generations, given }: Flight): FencedAnswer {
  let failure: unknown;
  let failed = 0;
  const entries = names.keys.map((key) => {
    const entry = whole.entries[keys.get(key) as number] as FencedEntry;
    if (entry.failure !== undefined) {
      failure ??= entry.failure;
      failed++;
    }
    const isFirst = !given.has(key);
    given.add(key);
    if (entry.value === null) return entry;
    return { ...entry, value: isFirst ? entry.value : Buffer.from(entry.value), tier: 'l2' };
  });
  const tokens = names.generations.map((name) => whole.generations[generations.get(name) as number] ?? null);
  if (whole.failure !== undefined && tokens.includes(null)) failure ??= whole.failure;
  const isLost =
    names.keys.length > 0 ? failed === names.keys.length : failure !== undefined && tokens.every(isNull);
  if (isLost) throw failure;
  return { entries, generations: tokens, ...(failure !== undefined && { failure }) };
}

function isNull(token: string | null): boolean {
  return token === null;
}
