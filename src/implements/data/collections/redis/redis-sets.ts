import { ArgumentError } from '../../../../interfaces/errors.js';
import { allOrFirstFailure } from '../../../foundation/waiting/all-or-first-failure.js';
import { slotOf } from '../../../redis/keys/slot.js';
import type { SetOperation, SetStore, StoreCall, StoreRead, StoreWrite } from '../store/collection-store.js';
import { combined } from '../store/combined.js';
import { refusals } from '../store/refusals.js';
import { bufferIn, type RedisKeys } from './redis-keys.js';
import { COMBINE_SETS, COMBINE_SETS_INTO, READ_BOUNDED } from './scripts.js';

const COMMANDS = { union: 'SUNION', intersection: 'SINTER', difference: 'SDIFF' } as const;

/** Sets in Redis. */
export class RedisSets implements SetStore {
  readonly #keys: RedisKeys;

  constructor(keys: RedisKeys) {
    this.#keys = keys;
  }

  add(name: string, members: readonly Buffer[], call: StoreWrite): Promise<number> {
    return this.#keys.write('SADD', name, [], members, call);
  }

  async remove(name: string, members: readonly Buffer[], call: StoreCall): Promise<number> {
    return Number(await this.#keys.run('SREM', name, members, call));
  }

  async has(name: string, member: Buffer, call: StoreCall): Promise<boolean> {
    return (await this.#keys.run('SISMEMBER', name, [member], call)) === 1;
  }

  async size(name: string, call: StoreCall): Promise<number> {
    return Number(await this.#keys.run('SCARD', name, [], call));
  }

  async random(name: string, call: StoreCall): Promise<Buffer | undefined> {
    return bufferIn(await this.#keys.run('SRANDMEMBER', name, [], call));
  }

  async pop(name: string, call: StoreCall): Promise<Buffer | undefined> {
    return bufferIn(await this.#keys.run('SPOP', name, [], call));
  }

  scan(name: string, call: StoreCall): AsyncIterable<readonly Buffer[]> {
    return this.#keys.scan('SSCAN', name, call);
  }

  async combine(operation: SetOperation, names: readonly string[], call: StoreRead): Promise<Buffer[]> {
    const limit = String(call.limit);
    if (this.#isOneStep(names))
      return (await this.#keys.script(COMBINE_SETS, names, [limit, COMMANDS[operation]], call)) as Buffer[];
    const read = async (name: string): Promise<string[]> => {
      const members = await this.#keys.script(READ_BOUNDED, [name], [limit, 'SCARD', 'SUNION'], call);
      return (members as Buffer[]).map((member) => member.toString('latin1'));
    };
    const members = combined(operation, await allOrFirstFailure(names.map(read)));
    if (members.length > call.limit) throw refusals.tooLarge(call.limit);
    return members.map((member) => Buffer.from(member, 'latin1'));
  }

  async combineInto(
    target: string,
    operation: SetOperation,
    names: readonly string[],
    call: StoreWrite,
  ): Promise<number> {
    if (!this.#isOneStep([target, ...names])) {
      throw new ArgumentError(
        'expected sets in one slot of the cluster, got sets in several; give their names a common hash tag {…}',
      );
    }
    const words = [String(call.lifeMs ?? ''), `${COMMANDS[operation]}STORE`];
    return Number(await this.#keys.script(COMBINE_SETS_INTO, [target, ...names], words, call));
  }

  #isOneStep(names: readonly string[]): boolean {
    if (!this.#keys.connection.sharded) return true;
    return new Set(names.map((name) => slotOf(this.#keys.key(name)))).size === 1;
  }
}
