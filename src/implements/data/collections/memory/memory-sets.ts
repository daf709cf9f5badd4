import type { SetOperation, SetStore, StoreCall, StoreRead, StoreWrite } from '../store/collection-store.js';
import { combined } from '../store/combined.js';
import { refusals } from '../store/refusals.js';
import { given, ITEM_BYTES, kept } from './contents/content.js';
import { MemberTable } from './contents/member-table.js';
import type { MemoryKeys } from './memory-keys.js';
import { pages } from './pages.js';

/** Sets in memory. */
export class MemorySets implements SetStore {
  readonly #keys: MemoryKeys;

  constructor(keys: MemoryKeys) {
    this.#keys = keys;
  }

  async add(name: string, members: readonly Buffer[], { lifeMs }: StoreWrite): Promise<number> {
    const before = this.#keys.find(name, 'set');
    const added = [...new Set(members.map(kept))].filter((member) => before?.has(member) !== true);
    const more = added.reduce((sum, member) => sum + member.length + ITEM_BYTES, 0);
    return this.#keys.change(
      name,
      'set',
      { more, lifeMs },
      (table) => added.filter((member) => table.add(member)).length,
    );
  }

  async remove(name: string, members: readonly Buffer[]): Promise<number> {
    return this.#keys.change(
      name,
      'set',
      { more: 0 },
      (table) => members.filter((member) => table.delete(kept(member))).length,
    );
  }

  async has(name: string, member: Buffer): Promise<boolean> {
    return this.#keys.find(name, 'set')?.has(kept(member)) === true;
  }

  async size(name: string): Promise<number> {
    return this.#keys.find(name, 'set')?.size ?? 0;
  }

  async random(name: string): Promise<Buffer | undefined> {
    const table = this.#keys.find(name, 'set');
    return table === undefined ? undefined : given(table.random());
  }

  async pop(name: string): Promise<Buffer | undefined> {
    if (this.#keys.find(name, 'set') === undefined) return undefined;
    return this.#keys.change(name, 'set', { more: 0 }, (table) => {
      const member = table.random();
      table.delete(member);
      return given(member);
    });
  }

  scan(name: string, _call: StoreCall): AsyncIterable<readonly Buffer[]> {
    return pages(() => this.#all(name).map(given));
  }

  async combine(operation: SetOperation, names: readonly string[], { limit }: StoreRead): Promise<Buffer[]> {
    const members = combined(
      operation,
      names.map((name) => this.#all(name)),
    );
    if (members.length > limit) throw refusals.tooLarge(limit);
    return members.map(given);
  }

  async combineInto(
    target: string,
    operation: SetOperation,
    names: readonly string[],
    { lifeMs }: StoreWrite,
  ): Promise<number> {
    const table = new MemberTable();
    const sources = names.map((name) => this.#all(name));
    for (const member of combined(operation, sources)) table.add(member);
    this.#keys.replace(target, table, lifeMs);
    return table.size;
  }

  #all(name: string): string[] {
    return this.#keys.find(name, 'set')?.all() ?? [];
  }
}
