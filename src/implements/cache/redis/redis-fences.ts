import { randomUUID } from 'node:crypto';
import type { Duration } from '../../../interfaces/duration.js';
import { OperationError } from '../../../interfaces/errors.js';
import type {
  FencedAnswer,
  FencedRead,
  FenceToAdvance,
  PartialFailure,
} from '../../../interfaces/fenced-store.js';
import type {
  ExecuteOptions,
  RedisCommand,
  RedisReply,
  RedisScript,
} from '../../../interfaces/redis-command.js';
import type { IRedisConnection } from '../../../interfaces/redis-connection.js';
import {
  checkFence,
  checkToken,
  type WholeRead,
  wholeRead,
} from '../../foundation/arguments/fenced-store.js';
import { checkedKeys, checkKey } from '../../foundation/arguments/key.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { partialFailure } from '../../foundation/partial-failure.js';
import { ownBytes, replyList } from '../../redis/commands/reply.js';
import type { KeySpace } from '../../redis/keys/key-space.js';
import { slotOf } from '../../redis/keys/slot.js';
import { BULK, groupBySlot } from '../../redis/keys/slot-groups.js';
import type { AnnouncedChange, Announcer } from './announcing/announcer.js';
import { OrderedScripts } from './changes/ordered-scripts.js';
import { ENTRY_WIDTH, fencedAnswer, type Reply, tokenText } from './fence-answers.js';
import { ACQUIRE_LEASE, INVALIDATE, READ, READ_LIVES, RELEASE_LEASE, WRITE } from './fence-scripts.js';
import { type PartStep, Parts } from './parts.js';
import { asksLivesOnly, isPlainRead } from './read-kinds.js';
import type { FailoverMode } from './redis-cache-options.js';
import { ScopeCopies } from './scope-copies.js';

/**
 * Fenced store of a Redis key space. Each fence, generation and lease is a key with a life of its own, in the slot of
 * the entry or name that it belongs to. To advance one is to delete it, because a missing token counts as invalidated.
 */
export class RedisFences {
  readonly #connection: IRedisConnection;
  readonly #scripts: OrderedScripts;
  readonly #keySpace: KeySpace;
  readonly #options: ExecuteOptions | undefined;
  readonly #failover: FailoverMode;
  readonly #copies: ScopeCopies;
  readonly #announcer: Announcer | undefined;

  constructor(
    connection: IRedisConnection,
    keySpace: KeySpace,
    options: ExecuteOptions | undefined,
    failover: FailoverMode,
    announcer?: Announcer,
  ) {
    this.#announcer = announcer;
    this.#failover = failover;
    this.#connection = connection;
    this.#scripts = new OrderedScripts(connection);
    this.#keySpace = keySpace;
    this.#options = options;
    this.#copies = new ScopeCopies(connection, keySpace);
  }

  async read(request: FencedRead): Promise<FencedAnswer> {
    const read = wholeRead(request);
    const keys = checkedKeys(read.keys);
    const names = checkedKeys(read.generations, 'generation');
    const isPlain = isPlainRead(read, this.#failover);
    if (isPlain && !this.#connection.sharded) return this.#readAtOnce(keys, read.scope, names);
    // Without slots, tokens come with the entries in one command, unless that would exceed a batch.
    const isOne = !this.#connection.sharded && keys.length > 0 && keys.length + names.length < BULK;
    const [together, apart] = isOne ? [names, []] : [[], names];
    const [entries, generations] = await Promise.all([
      Parts.run(
        this.#steps(keys, (some) =>
          isPlain ? this.#values(some, read) : this.#script(some, read, together),
        ),
      ),
      Parts.run(this.#steps(apart, (some) => this.#generations(some, read))),
    ]);
    if (keys.length > 0 ? entries.allFailed : generations.allFailed) {
      throw (entries.failure ?? generations.failure)?.reason;
    }
    return fencedAnswer({ ...read, keys, generations: names }, entries, generations, together.length);
  }

  async write(
    key: string,
    bytes: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
  ): Promise<'stored' | 'fenced'> {
    checkKey(key);
    const life = String(requireDurationMs(expire));
    const check = checkFence(fence);
    const args = [
      Buffer.from(bytes),
      life,
      check.fence ?? '',
      check.advances ? 'advance' : '',
      this.#failover,
    ];
    const change: AnnouncedChange = { kind: 'keys', names: [key], when: 'changed' };
    const stored = await this.#change(WRITE, this.#pairs([key]), args, change);
    return stored === 1 ? 'stored' : 'fenced';
  }

  async invalidate(keys: readonly string[]): Promise<number> {
    const names = checkedKeys(keys);
    const steps = this.#steps(names, (some) =>
      this.#change(INVALIDATE, this.#pairs(some), [], { kind: 'keys', names: some, when: 'always' }),
    );
    const counts = (await Parts.run(steps)).all(names);
    return counts.reduce<number>((sum, count) => sum + Number(count), 0);
  }

  async advance(generations: readonly string[], where?: 'everywhere' | PartialFailure): Promise<void> {
    const names = checkedKeys(generations, 'generation');
    const unlink = (some: readonly string[]) => this.#unlink(this.#reserved('generation', some), some);
    const { sharded } = this.#connection;
    const [first, ...others] = sharded ? this.#steps(names.slice(0, 1), unlink) : [];
    const before = await Parts.run(first === undefined ? [] : [first, ...others]);
    const rest = sharded ? names.slice(1) : names;
    const after = await Parts.run(this.#steps(rest, unlink));
    const failed = new Set<string>();
    let failure = before.failure ?? after.failure;
    const note = (some: readonly string[]) => (_error: unknown, indexes: readonly number[]) => {
      for (const index of indexes) failed.add(some[index] as string);
    };
    before.each(() => undefined, note(names));
    after.each(() => undefined, note(rest));
    const left = new Set<number>();
    if (where !== undefined && sharded) {
      const { leftAt } = where === 'everywhere' ? {} : where;
      const slots = leftAt && this.#copies.slotsLeft(leftAt);
      for (const name of names) {
        const error = await this.#copies.advance(name, (key) => this.#unlink([key], [name]), slots);
        if (error === undefined) continue;
        failed.add(name);
        for (const slot of error.slots) left.add(slot);
        failure ??= error;
      }
    }
    if (failure === undefined) return;
    if (left.size > 0 && left.size < this.#keySpace.slots.length) {
      throw partialFailure(failure.reason, [...failed], (key) => left.has(this.#keySpace.slot(key)));
    }
    throw failed.size === new Set(names).size ? failure.reason : partialFailure(failure.reason, [...failed]);
  }

  /** Tokens of generations by commands that need no script, and so not in one step. */
  async tokensByCommands(
    generations: readonly string[],
    lifeMs: number | undefined,
  ): Promise<(string | null)[]> {
    const names = checkedKeys(generations, 'generation');
    const known = await this.#tokens(names);
    if (lifeMs === undefined) return known;
    const life = String(lifeMs);
    await Promise.all(
      this.#reserved('generation', names).map(async (key, index) => {
        if (known[index] === null) await this.#execute(['PSETEX', key, life, randomUUID()], key);
        else if (Number(await this.#execute(['PTTL', key], key)) < lifeMs) {
          await this.#execute(['PEXPIRE', key, life], key).catch(unlessRefused);
        }
      }),
    );
    return known.includes(null) ? this.#tokens(names) : known;
  }

  async #tokens(names: readonly string[]): Promise<(string | null)[]> {
    const steps = this.#steps(names, (some) => this.#mget(this.#reserved('generation', some)));
    const tokens: (string | null)[] = names.map(() => null);
    const parts = await Parts.run(steps);
    if (parts.allFailed) throw parts.failure?.reason;
    parts.each(
      (reply, indexes) => {
        for (const [at, index] of indexes.entries()) tokens[index] = tokenText(reply[at]);
      },
      () => undefined,
    );
    return tokens;
  }

  async acquireLease(key: string, token: string, life: Duration): Promise<boolean> {
    checkKey(key);
    checkToken(token, 'token');
    const lifeMs = String(requireDurationMs(life));
    return (await this.#run(ACQUIRE_LEASE, this.#reserved('lease', [key]), [token, lifeMs])) === 1;
  }

  async releaseLease(key: string, token: string): Promise<boolean> {
    checkKey(key);
    checkToken(token, 'token');
    return (await this.#run(RELEASE_LEASE, this.#reserved('lease', [key]), [token])) === 1;
  }

  /** Reads values, scope and generations by plain commands without slots: one for all of them. */
  async #readAtOnce(
    keys: readonly string[],
    scope: string | undefined,
    names: readonly string[],
  ): Promise<FencedAnswer> {
    const tokens = this.#reserved('generation', scope === undefined ? names : [scope, ...names]);
    const stored = [...keys.map((key) => this.#keySpace.entry(key)), ...tokens];
    const groups = groupBySlot(stored, () => 0);
    const parts = await Parts.run(groups.map((group) => ({ indexes: [], run: () => this.#mget(group) })));
    const replies = parts.all([]).flat();
    const generations = replies.slice(keys.length).map(tokenText);
    const own = scope === undefined ? undefined : (generations.shift() ?? null);
    return {
      entries: keys.map((_, index) => ({
        value: ownBytes(replies[index]),
        remainingMs: null,
        fence: null,
        ...(own !== undefined && { scope: own }),
      })),
      generations,
    };
  }

  /** Reads values of one slot, and its copy of the scope, in the form of `READ`. */
  async #values(names: readonly string[], { scope }: WholeRead): Promise<Reply> {
    const stored: (string | Buffer)[] = names.map((name) => this.#keySpace.entry(name));
    if (scope !== undefined) stored.push(this.#copies.keyFor(scope, names[0] as string));
    const replies = await this.#mget(stored);
    const entries = names.flatMap((_, index) => [replies[index] as RedisReply, null, null, null]);
    return scope === undefined ? entries : [...entries, replies[names.length] as RedisReply];
  }

  /** Reads entries of one part, their scope, and generations of the same part. */
  async #script(names: readonly string[], read: WholeRead, generations: readonly string[]): Promise<Reply> {
    const { captured, extendMs, scope, values } = read;
    const isLean = asksLivesOnly(read, this.#failover);
    const keys = names.flatMap((name): (string | Buffer)[] =>
      isLean ? [this.#keySpace.entry(name)] : this.#triple(name),
    );
    if (scope !== undefined && names[0] !== undefined) keys.push(this.#copies.keyFor(scope, names[0]));
    keys.push(...this.#reserved('generation', generations));
    if (isLean) {
      const reply = await this.#run(READ_LIVES, keys, [String(names.length)]);
      return replyList(reply, keys.length + (ENTRY_WIDTH - 1) * names.length);
    }
    const args = [
      String(names.length),
      captured?.of ?? 'none',
      String(captured?.lifeMs ?? ''),
      String(extendMs ?? ''),
      values ? 'values' : '',
      this.#failover,
    ];
    const tokens = keys.length - 2 * names.length;
    if (captured !== undefined) for (let made = 0; made < tokens; made++) args.push(randomUUID());
    const change: AnnouncedChange = { kind: 'keys', names, when: 'shortened' };
    const reply =
      extendMs === undefined ? this.#run(READ, keys, args) : this.#change(READ, keys, args, change);
    return replyList(await reply, keys.length + names.length);
  }

  #generations(names: readonly string[], read: WholeRead): Promise<Reply> {
    const isPlain = read.captured === undefined && this.#failover === 'trust';
    return isPlain ? this.#mget(this.#reserved('generation', names)) : this.#script([], read, names);
  }

  async #mget(keys: readonly (string | Buffer)[]): Promise<Reply> {
    const reply = await this.#connection.execute(['MGET', ...keys], { ...this.#options, keys });
    return replyList(reply, keys.length);
  }

  #execute(command: RedisCommand, key: Buffer): Promise<RedisReply> {
    return this.#connection.execute(command, { ...this.#options, keys: [key] });
  }

  #unlink(keys: readonly Buffer[], names: readonly string[]): Promise<RedisReply> {
    const change: AnnouncedChange = { kind: 'generations', names, when: 'always' };
    if (this.#announcer !== undefined)
      return this.#announcer.command(['UNLINK', ...keys], keys.length, change, this.#options);
    return this.#connection.execute(['UNLINK', ...keys], { ...this.#options, keys });
  }

  /** Runs a script that changes what is named. */
  #change(
    script: RedisScript,
    keys: (string | Buffer)[],
    args: (string | Buffer)[],
    change: AnnouncedChange,
  ): Promise<RedisReply> {
    return this.#announcer?.run(script, keys, args, change, this.#options) ?? this.#run(script, keys, args);
  }

  #run(script: RedisScript, keys: (string | Buffer)[], args: (string | Buffer)[]): Promise<RedisReply> {
    return this.#scripts.run(script, keys, args, this.#options);
  }

  #reserved(kind: 'generation' | 'lease', names: readonly string[]): Buffer[] {
    return names.map((name) => this.#keySpace.reserved(kind, name));
  }

  #triple(name: string): (string | Buffer)[] {
    return [
      this.#keySpace.entry(name),
      this.#keySpace.reserved('fence', name),
      this.#keySpace.reserved('lease', name),
    ];
  }

  #pairs(names: readonly string[]): (string | Buffer)[] {
    return names.flatMap((name) => [this.#keySpace.entry(name), this.#keySpace.reserved('fence', name)]);
  }

  /** One step for each slot (or one for all names when there are no slots), all in one round trip. */
  #steps<T>(names: readonly string[], run: (some: readonly string[]) => Promise<T>): PartStep<T>[] {
    const { sharded } = this.#connection;
    const slotAt = (index: number) => (sharded ? slotOf(this.#keySpace.entry(names[index] as string)) : 0);
    return groupBySlot(names.keys(), slotAt).map((indexes) => ({
      indexes,
      run: () => run(indexes.map((index) => names[index] as string)),
    }));
  }
}

/** Ignores a refusal: a token that is not extended only counts as invalidated sooner. */
function unlessRefused(error: unknown): void {
  if (!(OperationError.is(error) && error.outcome === 'refused')) throw error;
}
