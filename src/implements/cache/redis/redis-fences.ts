import { randomUUID } from 'node:crypto';
import type { Duration } from '../../../interfaces/duration.js';
import type {
  FencedAnswer,
  FencedEntry,
  FencedRead,
  FenceToAdvance,
} from '../../../interfaces/fenced-store.js';
import type {
  ExecuteOptions,
  IRedisConnection,
  RedisReply,
  RedisScript,
} from '../../../interfaces/redis-connection.js';
import { checkFence, checkToken } from '../../foundation/arguments/fence.js';
import { wholeRead } from '../../foundation/arguments/fenced-read.js';
import { checkedKeys, checkKey } from '../../foundation/arguments/key.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { allOrFirstFailure } from '../../foundation/waiting/all-or-first-failure.js';
import { defineScript } from '../../redis/commands/script.js';
import type { KeySpace } from '../../redis/keys/key-space.js';
import { slotOf } from '../../redis/keys/slot.js';
import { BULK, groupBySlot } from '../../redis/keys/slot-groups.js';
import { ownBytes, remainingMs, replyList } from './redis-reply.js';

/** Number of elements in the answer of a read for each entry. */
const ENTRY_WIDTH = 4;
/** Reply of PTTL for a key that is absent. */
const ABSENT_LIFE = -2;

/**
 * Returns the token at a key, created if missing, with at least the requested life. A life is never shortened, because
 * another loader may rely on it.
 */
const CAPTURE = `
local function capture(key, fresh, life)
  local token = redis.call('GET', key)
  if not token then
    redis.call('SET', key, fresh, 'PX', life)
    return fresh
  end
  if redis.call('PTTL', key) < tonumber(life) then redis.call('PEXPIRE', key, life) end
  return token
end`;

/**
 * KEYS: entry, fence, lease for each name, then generations.  ARGV: number of names, fences to capture ('none',
 * 'absent', 'all'), life of captured tokens or '' to capture none, a new life for the entries or '', 'values' or '',
 * then a new token for each name and each generation. Returns value, remaining life, fence, holder of the lease for each
 * name, then the token of each generation; the life of an absent entry is -2.
 */
const READ = defineScript(`${CAPTURE}
local answer = {}
local names = tonumber(ARGV[1])
for i = 1, names do
  local entry, fenceKey = KEYS[3 * i - 2], KEYS[3 * i - 1]
  local life = redis.call('PTTL', entry)
  answer[#answer + 1] = ARGV[5] ~= '' and redis.call('GET', entry)
  answer[#answer + 1] = life
  if life ~= -2 and ARGV[4] ~= '' then redis.call('PEXPIRE', entry, ARGV[4]) end
  local fence = false
  if ARGV[2] == 'all' or (ARGV[2] == 'absent' and life == -2) then
    fence = capture(fenceKey, ARGV[5 + i], ARGV[3])
  end
  answer[#answer + 1] = fence
  answer[#answer + 1] = redis.call('GET', KEYS[3 * i])
end
for i = 3 * names + 1, #KEYS do
  if ARGV[3] == '' then answer[#answer + 1] = redis.call('GET', KEYS[i])
  else answer[#answer + 1] = capture(KEYS[i], ARGV[5 + i - 2 * names], ARGV[3]) end
end
return answer`);

/**
 * KEYS: entry, fence.  ARGV: bytes, life, captured fence or '', 'advance' or ''. Returns 1 when stored. SET is the
 * first write of the script: after another one, a full server would not refuse it.
 */
const WRITE = defineScript(`
if ARGV[3] ~= '' and redis.call('GET', KEYS[2]) ~= ARGV[3] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if ARGV[4] ~= '' then redis.call('DEL', KEYS[2]) end
return 1`);

/** KEYS: entry, fence, entry, fence …  Returns the number of entries that were present. */
const INVALIDATE = defineScript(`
local deleted = 0
for i = 1, #KEYS, 2 do
  deleted = deleted + redis.call('UNLINK', KEYS[i])
  redis.call('UNLINK', KEYS[i + 1])
end
return deleted`);

/** KEYS: lease.  ARGV: token, life. Returns 1 when the token holds the lease. */
const ACQUIRE_LEASE = defineScript(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`);

/** KEYS: lease.  ARGV: token. Returns 1 when the token held the lease. */
const RELEASE_LEASE = defineScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`);

/**
 * Fenced store of a Redis key space. Each fence, generation and lease is a key with a life of its own, in the slot of
 * the entry or name that it belongs to. To advance one is to delete it, because a missing token counts as invalidated.
 */
export class RedisFences {
  readonly #connection: IRedisConnection;
  readonly #keySpace: KeySpace;
  readonly #options: ExecuteOptions | undefined;

  constructor(connection: IRedisConnection, keySpace: KeySpace, options: ExecuteOptions | undefined) {
    this.#connection = connection;
    this.#keySpace = keySpace;
    this.#options = options;
  }

  async read(request: FencedRead): Promise<FencedAnswer> {
    const { captured, lives, values, leases, extendMs, ...asked } = wholeRead(request);
    const entryNames = checkedKeys(asked.keys);
    const generationNames = checkedKeys(asked.generations, 'generation');
    const newLife = extendMs === undefined ? '' : String(extendMs);
    if (captured === undefined && newLife === '' && values && !lives && !leases) {
      return this.#plainRead(entryNames, generationNames);
    }
    const how = [captured?.of ?? 'none', String(captured?.lifeMs ?? ''), newLife, values ? 'values' : ''];
    const read = (names: readonly string[], generations: readonly string[]): Promise<RedisReply> => {
      const tokens = captured === undefined ? [] : [...names, ...generations].map(() => randomUUID());
      const keys = [...this.#triples(names), ...this.#reserved('generation', generations)];
      return this.#run(READ, keys, [String(names.length), ...how, ...tokens]);
    };
    const [entryReplies, generationReplies] = await this.#inOneStep(entryNames, generationNames, read);
    return {
      entries: entryReplies.map((reply) => fencedEntry(reply, leases)),
      generations: generationReplies.map(([token]) => tokenText(token)),
    };
  }

  /** Reads entries and generations by one command, unless they lie in several slots or exceed a batch. */
  async #inOneStep(
    names: readonly string[],
    generations: readonly string[],
    read: (names: readonly string[], generations: readonly string[]) => Promise<RedisReply>,
  ): Promise<[entries: (readonly RedisReply[])[], generations: (readonly RedisReply[])[]]> {
    const isOne = !this.#connection.sharded && names.length + generations.length <= BULK;
    if (!isOne || names.length === 0 || generations.length === 0) {
      return allOrFirstFailure([
        this.#inSteps(names, ENTRY_WIDTH, (some) => read(some, [])),
        this.#inSteps(generations, 1, (some) => read([], some)),
      ]);
    }
    const width = names.length * ENTRY_WIDTH;
    const reply = replyList(await read(names, generations), width + generations.length);
    return [
      names.map((_, index) => reply.slice(index * ENTRY_WIDTH, (index + 1) * ENTRY_WIDTH)),
      reply.slice(width).map((token) => [token]),
    ];
  }

  /** Reads values and generations only, by plain commands: one for all of them when there are no slots. */
  async #plainRead(keys: readonly string[], generations: readonly string[]): Promise<FencedAnswer> {
    const names = [...keys, ...generations];
    const replies = await this.#inSteps(names, 1, (_names, indexes) => {
      const stored = indexes.map((index) => {
        const name = names[index] as string;
        return index < keys.length ? this.#keySpace.entry(name) : this.#keySpace.reserved('generation', name);
      });
      return this.#connection.execute(['MGET', ...stored], { ...this.#options, keys: stored });
    });
    return {
      entries: replies.slice(0, keys.length).map(([value]) => ({
        value: ownBytes(value),
        remainingMs: null,
        fence: null,
      })),
      generations: replies.slice(keys.length).map(([token]) => tokenText(token)),
    };
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
    const stored = await this.#run(WRITE, this.#pairs([key]), [
      Buffer.from(bytes),
      life,
      check.fence ?? '',
      check.advances ? 'advance' : '',
    ]);
    return stored === 1 ? 'stored' : 'fenced';
  }

  async invalidate(keys: readonly string[]): Promise<number> {
    const deleted = await this.#inSteps(checkedKeys(keys), 0, (names) =>
      this.#run(INVALIDATE, this.#pairs(names), []),
    );
    return deleted.reduce((sum, [count]) => sum + Number(count), 0);
  }

  async advance(generations: readonly string[]): Promise<void> {
    const all = checkedKeys(generations, 'generation');
    const unlink = (names: readonly string[]) => {
      const keys = this.#reserved('generation', names);
      return this.#connection.execute(['UNLINK', ...keys], { ...this.#options, keys });
    };
    const first = this.#connection.sharded && all.length > 1 ? all.splice(0, 1) : [];
    if (first.length > 0) await unlink(first);
    await this.#inSteps(all, 0, unlink);
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

  #run(script: RedisScript, keys: (string | Buffer)[], args: (string | Buffer)[]): Promise<RedisReply> {
    return this.#connection.script(script, keys, args, this.#options);
  }

  #reserved(kind: 'generation' | 'lease', names: readonly string[]): Buffer[] {
    return names.map((name) => this.#keySpace.reserved(kind, name));
  }

  #pairs(names: readonly string[]): (string | Buffer)[] {
    return names.flatMap((name) => [this.#keySpace.entry(name), this.#keySpace.reserved('fence', name)]);
  }

  #triples(names: readonly string[]): (string | Buffer)[] {
    return names.flatMap((name) => [
      this.#keySpace.entry(name),
      this.#keySpace.reserved('fence', name),
      this.#keySpace.reserved('lease', name),
    ]);
  }

  /**
   * Runs one step for each slot (or one for all names when there are no slots), all in one round trip.
   *
   * @param width  Number of elements in the reply of a step for each name; 0 for a step with a single result.
   * @returns Elements of each name, in the order of the names; for steps with a single result, the results.
   */
  async #inSteps(
    names: readonly string[],
    width: number,
    step: (names: readonly string[], indexes: readonly number[]) => Promise<RedisReply>,
  ): Promise<(readonly RedisReply[])[]> {
    const { sharded } = this.#connection;
    const slotAt = (index: number) => (sharded ? slotOf(this.#keySpace.entry(names[index] as string)) : 0);
    const groups = groupBySlot(names.keys(), slotAt);
    const replies = await allOrFirstFailure(
      groups.map((indexes) =>
        step(
          indexes.map((index) => names[index] as string),
          indexes,
        ),
      ),
    );
    if (width === 0) return replies.map((reply) => [reply]);
    const ordered: (readonly RedisReply[])[] = new Array(names.length);
    groups.forEach((indexes, group) => {
      const reply = replyList(replies[group] as RedisReply, indexes.length * width);
      indexes.forEach((index, at) => {
        ordered[index] = reply.slice(at * width, (at + 1) * width);
      });
    });
    return ordered;
  }
}

function fencedEntry([value, life, fence, lease]: readonly RedisReply[], leases: boolean): FencedEntry {
  const bytes = ownBytes(value);
  return {
    value: bytes,
    remainingMs: Number(life) === ABSENT_LIFE ? null : remainingMs(Number(life)),
    fence: tokenText(fence),
    ...(leases && { lease: tokenText(lease) }),
  };
}

function tokenText(token: RedisReply | undefined): string | null {
  return token === null || token === undefined ? null : String(token);
}
