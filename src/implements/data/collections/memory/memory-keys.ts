import type { IClock } from '../../../../interfaces/clock.js';
import type { CollectionLife } from '../../../../interfaces/collection.js';
import type { KeyStore } from '../store/collection-store.js';
import { refusals } from '../store/refusals.js';
import type { Content } from './contents/content.js';
import { CounterValue } from './contents/counter-value.js';
import { FieldTable } from './contents/field-table.js';
import { ItemDeque } from './contents/item-deque.js';
import { MemberTable } from './contents/member-table.js';
import { RankedMembers } from './contents/ranked-members.js';

/** Bytes that a collection takes beside its name and its items. */
const KEY_BYTES = 256;

const KINDS = {
  counter: CounterValue,
  hash: FieldTable,
  list: ItemDeque,
  set: MemberTable,
  sortedSet: RankedMembers,
};

type Kind = keyof typeof KINDS;
type ContentOf<K extends Kind> = InstanceType<(typeof KINDS)[K]>;

interface Key {
  readonly content: Content;
  readonly untilMs: number;
  readonly bytes: number;
}

/**
 * Collections by name, of at most a number of bytes: beyond it, whatever would need more is refused. Those whose lives
 * are over are forgotten when they are asked for, or when memory is needed.
 */
export class MemoryKeys implements KeyStore {
  readonly #maxBytes: number;
  readonly #clock: IClock;
  readonly #keys = new Map<string, Key>();
  #bytes = 0;

  constructor(maxBytes: number, clock: IClock) {
    this.#maxBytes = maxBytes;
    this.#clock = clock;
  }

  /** Content of a name; `undefined` when it is absent. @throws {OperationError} `WRONGTYPE` */
  find<K extends Kind>(name: string, kind: K): ContentOf<K> | undefined {
    const content = this.#key(name)?.content;
    if (content === undefined || content instanceof KINDS[kind]) return content as ContentOf<K> | undefined;
    throw refusals.wrongType();
  }

  /**
   * Changes the content of a name, which is created if it is absent, and forgotten if it is empty afterwards.
   *
   * @param more  Bytes that the change adds at most; 0 for one that only removes.
   * @param change  Throws before it changes anything, or not at all.
   */
  change<K extends Kind, R>(
    name: string,
    kind: K,
    { more, lifeMs }: { readonly more: number; readonly lifeMs?: number | undefined },
    change: (content: ContentOf<K>) => R,
  ): R {
    const found = this.find(name, kind);
    const content = found ?? (new KINDS[kind]() as ContentOf<K>);
    if (more > 0) this.#reserve(more + (found === undefined ? this.#sizeOf(name) : 0));
    const result = change(content);
    const before = this.#keys.get(name)?.untilMs ?? Number.POSITIVE_INFINITY;
    const untilMs =
      before === Number.POSITIVE_INFINITY && lifeMs !== undefined ? this.#clock.now() + lifeMs : before;
    this.#write(name, content, untilMs);
    return result;
  }

  async expire(name: string, ms: number): Promise<boolean> {
    const key = this.#key(name);
    if (key === undefined) return false;
    this.#keys.set(name, { ...key, untilMs: this.#clock.now() + ms });
    return true;
  }

  async lifeOf(name: string): Promise<CollectionLife> {
    const key = this.#key(name);
    if (key === undefined) return { state: 'absent' };
    if (key.untilMs === Number.POSITIVE_INFINITY) return { state: 'persistent' };
    return { state: 'expiring', remainingMs: Math.max(1, Math.ceil(key.untilMs - this.#clock.now())) };
  }

  async delete(name: string): Promise<boolean> {
    const was = this.#key(name) !== undefined;
    this.#forget(name);
    return was;
  }

  /** Puts new content in place of what a name was, whatever its kind and its life. */
  replace(name: string, content: Content, lifeMs: number | undefined): void {
    const before = this.#key(name)?.bytes ?? 0;
    this.#reserve(content.bytes + this.#sizeOf(name) - before);
    this.#forget(name);
    const untilMs = lifeMs === undefined ? Number.POSITIVE_INFINITY : this.#clock.now() + lifeMs;
    this.#write(name, content, untilMs);
  }

  clear(): void {
    this.#keys.clear();
    this.#bytes = 0;
  }

  #key(name: string): Key | undefined {
    const key = this.#keys.get(name);
    if (key === undefined || key.untilMs > this.#clock.now()) return key;
    this.#forget(name);
    return undefined;
  }

  #write(name: string, content: Content, untilMs: number): void {
    this.#forget(name);
    if (content.size === 0) return;
    const bytes = content.bytes + this.#sizeOf(name);
    this.#keys.set(name, { content, untilMs, bytes });
    this.#bytes += bytes;
  }

  #forget(name: string): void {
    this.#bytes -= this.#keys.get(name)?.bytes ?? 0;
    this.#keys.delete(name);
  }

  #sizeOf(name: string): number {
    return KEY_BYTES + name.length;
  }

  /** @throws {OperationError} `OOM` */
  #reserve(bytes: number): void {
    if (this.#bytes + bytes <= this.#maxBytes) return;
    const now = this.#clock.now();
    for (const [name, { untilMs }] of this.#keys) if (untilMs <= now) this.#forget(name);
    if (this.#bytes + bytes > this.#maxBytes) throw refusals.full(this.#maxBytes);
  }
}
