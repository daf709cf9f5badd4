import { randomBytes } from 'node:crypto';
import type { ILogger } from '../../../../interfaces/logger.js';
import type { MutexState } from '../../../../interfaces/mutex.js';
import type {
  IRedisConnection,
  ISubscription,
  RedisReply,
  RedisScript,
} from '../../../../interfaces/redis-connection.js';
import { WakeCalls } from '../../wake-calls.js';
import type { LockAnswer, LockCall, LockRelease, LockRequest, LockStore } from './lock-store.js';
import { ACQUIRE, EXTEND, INSPECT, RELEASE } from './scripts.js';

const PROCESS_BYTES = 8;
/** Time for which a waiter counts as alive after it has looked. */
const TICKET_LIFE = '1500';
/** A week: the key of the last fence is only a help, because the clock of the server is its floor. */
const FENCE_LIFE = String(7 * 86_400_000);
/** Longer than a server may be frozen before it executes what was sent earlier. */
const TOMBSTONE_LIFE = '60000';

export interface RedisLockStoreOptions {
  readonly connection: IRedisConnection;
  readonly prefix: string;
  readonly logger: ILogger;
  /** Timeout of every call. Default: that of the connection. */
  readonly timeoutMs: number | undefined;
  readonly patienceMs: number;
}

/** Locks in Redis. All keys of a name share a slot; each process that waits has one channel. */
export class RedisLockStore implements LockStore {
  readonly patienceMs: number;
  readonly process = randomBytes(PROCESS_BYTES).toString('hex');
  readonly #options: RedisLockStoreOptions;
  readonly #channel: string;
  readonly #waiters = new WakeCalls();
  #attending: Promise<void> | undefined;
  #subscription: ISubscription | undefined;
  #isClosed = false;
  #hasWarned = false;

  constructor(options: RedisLockStoreOptions) {
    this.#options = options;
    this.patienceMs = options.patienceMs;
    this.#channel = `${options.prefix}wake:`;
  }

  async acquire(
    { name, token, expireMs, ticket, minReplicas }: LockRequest,
    call: LockCall,
  ): Promise<LockAnswer> {
    const keys = ['lock', 'fence', 'queue', 'alive', `withdrawn:${token}`];
    const args = [token, String(expireMs), ticket ?? '', TICKET_LIFE, this.#channel, FENCE_LIFE];
    const reply = await this.#run(ACQUIRE, name, keys, args, call, minReplicas);
    if (!Array.isArray(reply)) return { granted: true, fence: Number(reply) };
    return { granted: false, remainingMs: Number(reply[0]), isFirst: reply[1] === 1 };
  }

  async extend(
    { name, token, expireMs, minReplicas }: Omit<LockRequest, 'ticket'>,
    call: LockCall,
  ): Promise<boolean> {
    return (await this.#run(EXTEND, name, ['lock'], [token, String(expireMs)], call, minReplicas)) === 1;
  }

  async release({ name, token, ticket, mayRunLater }: LockRelease, call: LockCall): Promise<boolean> {
    const keys = ['lock', 'queue', 'alive', `withdrawn:${token}`];
    const args = [token, ticket ?? '', mayRunLater ? TOMBSTONE_LIFE : '', this.#channel, TICKET_LIFE];
    return (await this.#run(RELEASE, name, keys, args, call)) === 1;
  }

  async inspect(name: string): Promise<MutexState> {
    const reply = await this.#run(INSPECT, name, ['lock', 'alive'], [], {});
    const [value, remainingMs, waiting] = reply as readonly RedisReply[];
    if (value === null || value === undefined)
      return { held: false, fence: null, remainingMs: null, waiting: Number(waiting) };
    const fence = Number(String(value).split(' ')[1]);
    return { held: true, fence, remainingMs: Math.max(0, Number(remainingMs)), waiting: Number(waiting) };
  }

  listen(ticket: string, wake: () => void): () => void {
    return this.#waiters.listen(ticket, wake);
  }

  get hears(): boolean {
    return this.#subscription !== undefined;
  }

  attend(): Promise<void> {
    this.#attending ??= this.#subscribe().finally(() => {
      this.#attending = undefined;
    });
    return this.#attending;
  }

  close(): void {
    this.#isClosed = true;
    void this.#subscription?.unsubscribe();
  }

  async #subscribe(): Promise<void> {
    const { connection, logger, timeoutMs } = this.#options;
    try {
      const subscription = await connection.subscribe(
        { channel: this.#channel + this.process },
        ({ payload }) => this.#waiters.wake(payload.toString()),
        { timeout: timeoutMs, onGap: () => this.#waiters.wakeAll() },
      );
      this.#subscription = subscription;
      if (this.#isClosed) await subscription.unsubscribe();
    } catch (error) {
      // Waiters look by themselves, too.
      const text = 'locks cannot subscribe to their wake-ups, so each handover takes up to 400 ms';
      if (this.#isClosed || this.#hasWarned) return;
      this.#hasWarned = true;
      logger.warning(text, {}, error);
    }
  }

  #run(
    script: RedisScript,
    name: string,
    parts: readonly string[],
    args: readonly string[],
    { timeoutMs = this.#options.timeoutMs, signal }: LockCall,
    minReplicas = 0,
  ): Promise<RedisReply> {
    const { connection, prefix } = this.#options;
    // Injective, and without a brace that would end the hash tag early.
    const tag = name.replace(/[%{}]/g, (character) => encodeURIComponent(character));
    const keys = parts.map((part) => `${prefix}{${tag}}:${part}`);
    const replicas = minReplicas > 0 ? { minReplicas } : {};
    return connection.script(script, keys, args, { timeout: timeoutMs, signal, reply: 'text', ...replicas });
  }
}
