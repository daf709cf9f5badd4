import type { RedisReply, RedisWord } from '../../../../interfaces/redis-command.js';
import type { ScoreCondition } from '../../../../interfaces/sorted-set.js';
import type {
  Bound,
  Scored,
  ScoreRange,
  SortedSetStore,
  StoreCall,
  StoreRead,
  StoreWrite,
} from '../store/collection-store.js';
import { span } from '../store/places.js';
import { refusals } from '../store/refusals.js';
import type { RedisKeys } from './redis-keys.js';
import { AROUND, READ_BOUNDED } from './scripts.js';

const FLAGS: Readonly<Record<ScoreCondition, readonly string[]>> = {
  absent: ['NX'],
  present: ['XX'],
  greater: ['GT'],
  less: ['LT'],
};

/** Sorted sets in Redis. */
export class RedisSortedSets implements SortedSetStore {
  readonly #keys: RedisKeys;

  constructor(keys: RedisKeys) {
    this.#keys = keys;
  }

  add(
    name: string,
    entries: readonly Scored[],
    when: ScoreCondition | undefined,
    call: StoreWrite,
  ): Promise<number> {
    const items: RedisWord[] = [];
    for (const { member, score } of entries) items.push(scoreText(score), member);
    return this.#keys.write('ZADD', name, when === undefined ? [] : FLAGS[when], items, call);
  }

  async increment(name: string, member: Buffer, by: number, call: StoreWrite): Promise<number> {
    return scoreOf(await this.#keys.add('ZINCRBY', name, [scoreText(by), member], call));
  }

  async score(name: string, member: Buffer, call: StoreCall): Promise<number | undefined> {
    const reply = await this.#keys.run('ZSCORE', name, [member], call);
    return reply === null ? undefined : scoreOf(reply);
  }

  async rank(name: string, member: Buffer, reverse: boolean, call: StoreCall): Promise<number | undefined> {
    const reply = await this.#keys.run(reverse ? 'ZREVRANK' : 'ZRANK', name, [member], call);
    return reply === null ? undefined : Number(reply);
  }

  async range(
    name: string,
    start: number,
    stop: number,
    reverse: boolean,
    call: StoreRead,
  ): Promise<Scored[]> {
    const command = reverse ? 'ZREVRANGE' : 'ZRANGE';
    const words = [String(start), String(stop), 'WITHSCORES'];
    const most = span(start, stop);
    if (most !== undefined && most <= call.limit)
      return entriesOf(await this.#keys.run(command, name, words, call));
    const script = [String(call.limit), 'ZCARD', command, ...words];
    return entriesOf(await this.#keys.script(READ_BOUNDED, [name], script, call));
  }

  async rangeByScore(
    name: string,
    { min, max, reverse, offset, count }: ScoreRange,
    call: StoreRead,
  ): Promise<Scored[]> {
    const command = reverse ? 'ZREVRANGEBYSCORE' : 'ZRANGEBYSCORE';
    const bounds = [boundText(min), boundText(max)];
    // One more than the limit tells whether there are more.
    const most = Math.min(count ?? Number.POSITIVE_INFINITY, call.limit + 1);
    const words = [...(reverse ? bounds.reverse() : bounds), 'WITHSCORES'];
    const page = ['LIMIT', String(offset), String(most)];
    const entries = entriesOf(await this.#keys.run(command, name, [...words, ...page], call));
    if (entries.length > call.limit) throw refusals.tooLarge(call.limit);
    return entries;
  }

  async around(
    name: string,
    member: Buffer,
    distance: number,
    reverse: boolean,
    call: StoreCall,
  ): Promise<{ readonly first: number; readonly entries: Scored[] } | undefined> {
    const commands = reverse ? ['ZREVRANK', 'ZREVRANGE'] : ['ZRANK', 'ZRANGE'];
    const reply = await this.#keys.script(AROUND, [name], [member, String(distance), ...commands], call);
    if (reply === null) return undefined;
    const [first, entries] = reply as readonly RedisReply[];
    return { first: Number(first), entries: entriesOf(entries ?? []) };
  }

  async remove(name: string, members: readonly Buffer[], call: StoreCall): Promise<number> {
    return Number(await this.#keys.run('ZREM', name, members, call));
  }

  async removeByRank(name: string, start: number, stop: number, call: StoreCall): Promise<number> {
    return Number(await this.#keys.run('ZREMRANGEBYRANK', name, [String(start), String(stop)], call));
  }

  async removeByScore(name: string, min: Bound, max: Bound, call: StoreCall): Promise<number> {
    return Number(await this.#keys.run('ZREMRANGEBYSCORE', name, [boundText(min), boundText(max)], call));
  }

  async count(name: string, min: Bound, max: Bound, call: StoreCall): Promise<number> {
    return Number(await this.#keys.run('ZCOUNT', name, [boundText(min), boundText(max)], call));
  }

  async size(name: string, call: StoreCall): Promise<number> {
    return Number(await this.#keys.run('ZCARD', name, [], call));
  }

  async *scan(name: string, call: StoreCall): AsyncIterable<readonly Scored[]> {
    for await (const page of this.#keys.scan('ZSCAN', name, call)) yield entriesOf(page);
  }
}

/** Redis writes infinities in its own way. */
function scoreText(score: number): string {
  if (score === Number.POSITIVE_INFINITY) return 'inf';
  return score === Number.NEGATIVE_INFINITY ? '-inf' : String(score);
}

/** A score, as a number of RESP3 or as text. */
function scoreOf(reply: RedisReply | undefined): number {
  if (typeof reply === 'number') return reply;
  const text = String(reply);
  if (text === 'inf') return Number.POSITIVE_INFINITY;
  return text === '-inf' ? Number.NEGATIVE_INFINITY : Number(text);
}

function boundText({ score, isExclusive }: Bound): string {
  return `${isExclusive ? '(' : ''}${scoreText(score)}`;
}

/** Entries of a reply: pairs in RESP3, else a flat list. */
function entriesOf(reply: RedisReply): Scored[] {
  const list = reply as readonly RedisReply[];
  if (Array.isArray(list[0]))
    return (list as readonly (readonly [Buffer, RedisReply])[]).map(([member, score]) => ({
      member,
      score: scoreOf(score),
    }));
  const entries: Scored[] = [];
  for (let at = 0; at < list.length; at += 2)
    entries.push({ member: list[at] as Buffer, score: scoreOf(list[at + 1]) });
  return entries;
}
