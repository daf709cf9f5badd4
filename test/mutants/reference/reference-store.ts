import { randomUUID } from 'node:crypto';
import { durationMs } from '../../../src/implements/foundation/options/duration.js';
import type { FailureMode, ICache } from '../../../src/interfaces/cache.js';
import type { Duration } from '../../../src/interfaces/duration.js';
import { ArgumentError, DisposedError } from '../../../src/interfaces/errors.js';
import type {
  Carried,
  FencedAnswer,
  FencedRead,
  FenceToAdvance,
  IFencedStore,
} from '../../../src/interfaces/fenced-store.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { globRegExp, type ReferenceEntry, type ReferenceWorld } from './reference-world.js';

type Entries = Iterable<readonly [string, Uint8Array | null]>;
export type TokenKind = 'fence' | 'generation' | 'lease';

/** Place of a reference store in its world. */
export interface ReferenceShape {
  readonly prefix: string;
  /** On a database that others use too, without a prefix. */
  readonly bare: boolean;
  readonly failureMode: FailureMode;
  readonly maxValueBytes: number;
}

/**
 * The simplest store that keeps every law, in the memory of a test, with every step open to be broken: a mutant is one
 * of these with a flaw. Each method names itself to the steps that it takes, so that a flaw can be that of one method.
 */
export class ReferenceStore implements ICache, IFencedStore {
  readonly connected: boolean = true;
  readonly logger = new RecordingLoggerSite();
  closed = false;

  constructor(
    readonly world: ReferenceWorld,
    readonly shape: ReferenceShape,
  ) {}

  async getValue(key: string): Promise<Uint8Array | null> {
    this.begin('getValue');
    this.checkKey(key, 'getValue');
    this.send('GET', this.name(key));
    return this.give(this.find(key, 'getValue'), 'getValue');
  }

  async setValue(key: string, value: Uint8Array | null, expire: Duration): Promise<boolean> {
    this.begin('setValue');
    this.checkKey(key, 'setValue');
    this.checkValue(value, 'setValue');
    const ms = this.life(expire, 'setValue');
    if (ms === undefined) return false;
    this.put(key, this.take(value, 'setValue'), ms, 'setValue');
    return true;
  }

  async deleteValue(key: string): Promise<boolean> {
    this.begin('deleteValue');
    this.checkKey(key, 'deleteValue');
    this.send('UNLINK', this.name(key));
    return this.drop(key, 'deleteValue');
  }

  async hasValue(key: string): Promise<boolean> {
    this.begin('hasValue');
    this.checkKey(key, 'hasValue');
    this.send('EXISTS', this.name(key));
    return this.find(key, 'hasValue') !== undefined;
  }

  async getExpiry(key: string): Promise<number | null> {
    this.begin('getExpiry');
    this.checkKey(key, 'getExpiry');
    this.send('PTTL', this.name(key));
    return this.remaining(this.find(key, 'getExpiry'));
  }

  async setExpiry(key: string, expire: Duration): Promise<boolean> {
    this.begin('setExpiry');
    this.checkKey(key, 'setExpiry');
    const ms = this.life(expire, 'setExpiry');
    if (ms === undefined) return false;
    this.send('PEXPIRE', this.name(key), String(ms));
    const entry = this.find(key, 'setExpiry');
    if (entry === undefined) return false;
    entry.expiresAt = this.now() + ms;
    return true;
  }

  async getValues(keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    this.begin('getValues');
    this.checkKeys(keys, 'getValues');
    this.send('MGET', ...keys.map((key) => this.name(key)));
    return keys.map((key) => this.give(this.find(key, 'getValues'), 'getValues'));
  }

  async setValues(entries: Entries, expire: Duration): Promise<boolean> {
    this.begin('setValues');
    const checked = this.checkEntries(entries);
    const ms = this.life(expire, 'setValues');
    if (ms === undefined) return false;
    for (const [key, bytes] of checked) this.put(key, bytes, ms, 'setValues');
    return true;
  }

  async deleteValues(keys: readonly string[]): Promise<number> {
    this.begin('deleteValues');
    this.checkKeys(keys, 'deleteValues');
    this.send('UNLINK', ...keys.map((key) => this.name(key)));
    return keys.filter((key) => this.drop(key, 'deleteValues')).length;
  }

  async *keys(pattern?: string): AsyncIterable<string> {
    this.begin('keys');
    yield* this.matching(pattern, 'keys');
  }

  async clear(pattern?: string): Promise<number> {
    this.begin('clear');
    const keys = this.matching(pattern, 'clear');
    for (const key of keys) this.drop(key, 'clear');
    return keys.length;
  }

  async read({
    keys,
    generations = [],
    capture,
    lives = true,
    values = true,
    leases = false,
    extend,
  }: FencedRead): Promise<FencedAnswer> {
    this.begin('read');
    this.checkKeys(keys, 'read');
    this.checkKeys(generations, 'generations');
    const ms = capture && this.need(capture.life);
    if (keys.length + generations.length > 0) this.send('EVALSHA', 'read');
    return {
      entries: keys.map((key) => {
        const entry = this.find(key, 'read');
        const wanted = ms !== undefined && this.wants(entry, capture?.of);
        const fence = wanted ? this.capture('fence', key, ms) : null;
        const remainingMs = lives ? this.remaining(entry) : null;
        if (extend !== undefined && entry !== undefined) this.extend(entry, this.need(extend));
        const value = values ? this.give(entry, 'read') : null;
        return { value, remainingMs, fence, ...(leases && { lease: this.token('lease', key) }) };
      }),
      generations: generations.map((name) =>
        ms === undefined ? this.token('generation', name) : this.capture('generation', name, ms),
      ),
    };
  }

  async write(
    key: string,
    value: Uint8Array,
    expire: Duration,
    fence?: string | FenceToAdvance,
    _carried?: Carried,
  ): Promise<'stored' | 'fenced'> {
    this.begin('write');
    this.checkKey(key, 'write');
    this.checkValue(value, 'write');
    const ms = this.need(expire);
    const bytes = this.take(value, 'write');
    this.send('EVALSHA', 'write');
    const expected = typeof fence === 'object' ? fence.fence : fence;
    if (expected !== undefined && this.token('fence', key) !== expected) return 'fenced';
    if (typeof fence !== 'string') this.advanceToken('fence', key, 'write');
    this.world.entries.set(this.name(key), { bytes, expiresAt: this.now() + ms });
    return 'stored';
  }

  async invalidate(keys: readonly string[]): Promise<number> {
    this.begin('invalidate');
    this.checkKeys(keys, 'invalidate');
    if (keys.length > 0) this.send('EVALSHA', 'invalidate');
    for (const key of keys) this.advanceToken('fence', key, 'invalidate');
    return keys.filter((key) => this.drop(key, 'invalidate')).length;
  }

  async advance(generations: readonly string[]): Promise<void> {
    this.begin('advance');
    this.checkKeys(generations, 'generations');
    this.send('UNLINK', 'generations');
    for (const name of generations) this.advanceToken('generation', name, 'advance');
  }

  async acquireLease(key: string, token: string, life: Duration): Promise<boolean> {
    this.begin('acquireLease');
    this.checkKey(key, 'acquireLease');
    const ms = this.need(life);
    this.send('EVALSHA', 'acquireLease');
    const holder = this.token('lease', key);
    if (holder !== null && holder !== token) return false;
    this.world.tokens.set(this.tokenName('lease', key), { token, expiresAt: this.now() + ms });
    return true;
  }

  async releaseLease(key: string, token: string): Promise<boolean> {
    this.begin('releaseLease');
    this.checkKey(key, 'releaseLease');
    this.send('EVALSHA', 'releaseLease');
    return this.token('lease', key) === token && this.world.tokens.delete(this.tokenName('lease', key));
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  begin(_method: string): void {
    if (this.closed) throw new DisposedError('closed');
  }

  checkKey(key: unknown, _method: string): void {
    if (typeof key !== 'string' || key === '' || Buffer.byteLength(key) > 1024 || !key.isWellFormed()) {
      throw new ArgumentError('not a key');
    }
  }

  checkKeys(keys: unknown, method: string): void {
    if (!Array.isArray(keys)) throw new ArgumentError('not a list of keys');
    for (const key of keys) this.checkKey(key, method);
  }

  checkValue(value: unknown, _method: string): void {
    if (value === null) return;
    if (Object.prototype.toString.call(value) !== '[object Uint8Array]') throw new ArgumentError('not bytes');
    if ((value as Uint8Array).length > this.shape.maxValueBytes) throw new ArgumentError('too long');
  }

  checkEntries(entries: unknown): [string, Uint8Array][] {
    if (typeof entries !== 'object' || entries === null || !(Symbol.iterator in entries)) {
      throw new ArgumentError('not entries');
    }
    const checked: [string, Uint8Array][] = [];
    for (const entry of entries as Iterable<unknown>) {
      if (!Array.isArray(entry) || entry.length !== 2) throw new ArgumentError('not an entry');
      this.checkKey(entry[0], 'setValues');
      this.checkValue(entry[1], 'setValues');
      checked.push([entry[0], this.take(entry[1], 'setValues')]);
    }
    return checked;
  }

  checkPattern(pattern: unknown, _method: string): void {
    if (pattern !== undefined && typeof pattern !== 'string') throw new ArgumentError('not a pattern');
    if (pattern === undefined && this.shape.bare) throw new ArgumentError('pass a pattern');
  }

  /** Milliseconds of a life; a bad one is answered as the failure mode says. */
  life(expire: Duration, method: string): number | undefined {
    const ms = durationMs(expire);
    if (ms !== undefined) return ms;
    if (this.shape.failureMode === 'throw') throw new ArgumentError('not a life');
    this.logger.getLogger('reference').warning(`${method}: not a life`);
    return undefined;
  }

  need(expire: Duration): number {
    const ms = durationMs(expire);
    if (ms === undefined) throw new ArgumentError('not a life');
    return ms;
  }

  now(): number {
    return this.world.clock.now();
  }

  name(key: string): string {
    return this.shape.prefix + key;
  }

  find(key: string, _method: string): ReferenceEntry | undefined {
    const entry = this.world.entries.get(this.name(key));
    return entry === undefined || entry.expiresAt <= this.now() ? undefined : entry;
  }

  put(key: string, bytes: Uint8Array, ms: number, _method: string): void {
    const text = new TextDecoder().decode(bytes);
    const [command, life] = ms % 1000 === 0 ? ['SETEX', ms / 1000] : ['PSETEX', ms];
    this.send(command, this.name(key), String(life), text);
    this.world.entries.set(this.name(key), { bytes, expiresAt: this.now() + ms });
  }

  drop(key: string, method: string): boolean {
    return this.find(key, method) !== undefined && this.world.entries.delete(this.name(key));
  }

  remaining(entry: ReferenceEntry | undefined): number | null {
    return entry === undefined ? null : Math.max(1, Math.round(entry.expiresAt - this.now()));
  }

  take(value: Uint8Array | null, _method: string): Uint8Array {
    return Uint8Array.from(value ?? []);
  }

  give(entry: ReferenceEntry | undefined, _method: string): Uint8Array | null {
    return entry === undefined ? null : Uint8Array.from(entry.bytes);
  }

  extend(entry: ReferenceEntry, ms: number): void {
    entry.expiresAt = this.now() + ms;
  }

  /** The caller's names of the entries that match. */
  matching(pattern: string | undefined, method: string): string[] {
    this.checkPattern(pattern, method);
    this.send('SCAN', this.name(pattern ?? '*'));
    return this.names()
      .filter((key) => this.find(key, method) !== undefined)
      .filter((key) => pattern === undefined || this.matches(pattern, key, method));
  }

  names(): string[] {
    const { prefix } = this.shape;
    return [...this.world.entries.keys()]
      .filter((name) => name.startsWith(prefix) && name.length > prefix.length)
      .map((name) => name.slice(prefix.length));
  }

  matches(pattern: string, key: string, _method: string): boolean {
    return globRegExp(pattern).test(Buffer.from(key).toString('latin1'));
  }

  wants(entry: ReferenceEntry | undefined, of: 'absent' | 'all' = 'absent'): boolean {
    return of === 'all' || entry === undefined;
  }

  tokenName(kind: TokenKind, name: string): string {
    return `${kind}|${this.name(name)}`;
  }

  token(kind: TokenKind, name: string): string | null {
    const held = this.world.tokens.get(this.tokenName(kind, name));
    return held === undefined || held.expiresAt <= this.now() ? null : held.token;
  }

  fresh(): string {
    return randomUUID();
  }

  capture(kind: TokenKind, name: string, ms: number): string {
    const token = this.token(kind, name) ?? this.fresh();
    const held = this.world.tokens.get(this.tokenName(kind, name));
    const before = held?.token === token ? held.expiresAt : 0;
    const expiresAt = Math.max(before, this.now() + ms);
    this.world.tokens.set(this.tokenName(kind, name), { token, expiresAt });
    return token;
  }

  advanceToken(kind: TokenKind, name: string, _method: string): void {
    this.world.tokens.delete(this.tokenName(kind, name));
  }

  send(...words: string[]): void {
    this.world.journal.push(words);
  }
}
