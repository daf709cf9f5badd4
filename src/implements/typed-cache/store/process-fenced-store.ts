import { createHash, randomUUID } from 'node:crypto';
import type { ICache } from '../../../interfaces/cache.js';
import type { IClock } from '../../../interfaces/clock.js';
import type { Duration } from '../../../interfaces/duration.js';
import { ConnectionError } from '../../../interfaces/errors.js';
import type {
  Carried,
  FencedAnswer,
  FencedEntry,
  FencedRead,
  FenceToAdvance,
  IFencedStore,
  PartialFailure,
} from '../../../interfaces/fenced-store.js';
import { wholeRead } from '../../foundation/arguments/fenced-store.js';
import { MAX_KEY_BYTES } from '../../foundation/arguments/key.js';
import { requireDurationMs } from '../../foundation/options/duration.js';

const MAX_FENCES = 100_000;
const GENERATION = '\u0000generation:';

/**
 * Fenced store over a plain `ICache`: fences are kept in this process, so the promises hold within this process;
 * generations are entries of the cache, so they survive the process. A degraded cache hides its failures except in
 * `connected`: while that is `false`, calls count as failed.
 */
export class ProcessFencedStore implements IFencedStore {
  readonly #cache: ICache;
  readonly #clock: IClock;
  readonly #fences = new Map<string, string>();
  readonly #leases = new Map<string, { readonly token: string; readonly untilMs: number }>();
  readonly #making = new Map<string, Promise<string>>();
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(cache: ICache, clock: IClock) {
    this.#cache = cache;
    this.#clock = clock;
  }

  async read(request: FencedRead): Promise<FencedAnswer> {
    const { scope, captured, lives, values: wantsValues, leases, extendMs, ...asked } = wholeRead(request);
    const { keys } = asked;
    const generations = scope === undefined ? asked.generations : [...asked.generations, scope];
    // Fences come before the entries: changes during the read advance them.
    const isCapturing = captured !== undefined && captured.of !== 'none';
    const fences = isCapturing ? keys.map((key) => this.#fence(key)) : keys.map(() => null);
    const read = wantsValues || captured?.of === 'absent' ? keys : [];
    const [values, remaining] = await Promise.all([
      this.#cache.getValues([...read, ...generations.map(generationKey)]),
      lives ? Promise.all(keys.map((key) => this.#cache.getExpiry(key))) : undefined,
    ]);
    this.#checkConnected();
    if (extendMs !== undefined) await Promise.all(keys.map((key) => this.#cache.setExpiry(key, extendMs)));
    const tokens = await Promise.all(
      generations.map((name, index) =>
        this.#generation(name, values[read.length + index] ?? null, captured?.lifeMs),
      ),
    );
    return {
      entries: keys.map((key, index): FencedEntry => {
        const value = read.length === 0 ? null : (values[index] ?? null);
        const wanted = captured?.of === 'all' || value === null;
        return {
          value: wantsValues ? value : null,
          remainingMs: value === null ? null : (remaining?.[index] ?? null),
          fence: wanted ? (fences[index] ?? null) : null,
          ...(leases && { lease: this.#holder(key) }),
          ...(scope !== undefined && { scope: tokens.at(-1) ?? null }),
        };
      }),
      generations: scope === undefined ? tokens : tokens.slice(0, -1),
    };
  }

  write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
    _carried?: Carried,
  ): Promise<'stored' | 'fenced'> {
    const expected = typeof fence === 'object' ? fence.fence : fence;
    return this.#inTurn(key, async () => {
      if (expected !== undefined && this.#fences.get(key) !== expected) return 'fenced';
      const advances = typeof fence !== 'string';
      if (advances) this.#fences.delete(key);
      const stored = await this.#cache.setValue(key, value, expire);
      if (advances) this.#fences.delete(key);
      if (!stored) throw lost('the cache under a typed cache did not store a value');
      return 'stored';
    });
  }

  async invalidate(keys: readonly string[]): Promise<number> {
    const removed = await Promise.all(
      [...new Set(keys)].map((key) =>
        this.#inTurn(key, async () => {
          this.#fences.delete(key);
          const there = await this.#cache.deleteValue(key);
          this.#fences.delete(key);
          return there;
        }),
      ),
    );
    this.#checkConnected();
    return removed.filter(Boolean).length;
  }

  async advance(generations: readonly string[], _where?: 'everywhere' | PartialFailure): Promise<void> {
    const [first = [], others = []] = [generations.slice(0, 1), generations.slice(1)];
    for (const names of [first, others]) {
      // One that is being created would be handed out afterwards.
      await Promise.allSettled(names.map((name) => this.#making.get(name)));
      if (names.length > 0) await this.#cache.deleteValues(names.map(generationKey));
    }
    this.#checkConnected();
  }

  async acquireLease(key: string, token: string, life: Duration): Promise<boolean> {
    const holder = this.#holder(key);
    if (holder !== null && holder !== token) return false;
    this.#leases.set(key, { token, untilMs: this.#clock.now() + requireDurationMs(life) });
    return true;
  }

  async releaseLease(key: string, token: string): Promise<boolean> {
    return this.#holder(key) === token && this.#leases.delete(key);
  }

  #holder(key: string): string | null {
    const lease = this.#leases.get(key);
    return lease === undefined || lease.untilMs <= this.#clock.now() ? null : lease.token;
  }

  /** Fence of a key, created if missing. The oldest ones are dropped, which fences off the loads that hold them. */
  #fence(key: string): string {
    const known = this.#fences.get(key);
    const fence = known ?? randomUUID();
    this.#fences.delete(key);
    this.#fences.set(key, fence);
    if (this.#fences.size > MAX_FENCES) {
      for (const oldest of this.#fences.keys()) {
        this.#fences.delete(oldest);
        break;
      }
    }
    return fence;
  }

  async #generation(
    name: string,
    bytes: Uint8Array | null,
    life: Duration | undefined,
  ): Promise<string | null> {
    const token = bytes === null ? null : Buffer.from(bytes).toString();
    if (life === undefined) return token;
    const key = generationKey(name);
    if (token === null) {
      let making = this.#making.get(name);
      if (making === undefined) {
        making = this.#make(key, life).finally(() => this.#making.delete(name));
        this.#making.set(name, making);
      }
      return making;
    }
    const remainingMs = await this.#cache.getExpiry(key);
    if (remainingMs !== null && remainingMs < requireDurationMs(life)) await this.#cache.setExpiry(key, life);
    return token;
  }

  async #make(key: string, life: Duration): Promise<string> {
    const made = await this.#cache.getValue(key); // Another caller may have created it meanwhile.
    if (made !== null) return Buffer.from(made).toString();
    const token = randomUUID();
    if (!(await this.#cache.setValue(key, Buffer.from(token), life))) {
      throw lost('the cache under a typed cache did not store a value');
    }
    return token;
  }

  /** Runs writes and removals of one key one after the other. */
  #inTurn<T>(key: string, step: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(key) ?? Promise.resolve();
    const turn = before.then(step, step);
    this.#queues.set(key, turn);
    const end = (): void => {
      if (this.#queues.get(key) === turn) this.#queues.delete(key);
    };
    turn.then(end, end);
    return turn;
  }

  #checkConnected(): void {
    if (!this.#cache.connected) throw lost('the cache under a typed cache is not connected');
  }
}

/** Key of a generation. A key that would be too long is hashed, into a form that no name has. */
function generationKey(name: string): string {
  const key = GENERATION + name;
  if (Buffer.byteLength(key) <= MAX_KEY_BYTES) return key;
  return `${GENERATION}#${createHash('sha256').update(name).digest('base64url')}`;
}

function lost(message: string): ConnectionError {
  return new ConnectionError('E_CONNECTION_LOST', message, 'unknown');
}
