import { randomUUID } from 'node:crypto';
import type { Carried, CarriedGeneration } from '../../../interfaces/fenced-store.js';
import { type Cohort, Edition, Generation, Member } from '../../foundation/eviction/cohorts/cohort.js';
import { LruMap } from '../../foundation/eviction/lru-map.js';

/** Memory of a membership, of a token that no other entry carries, and of a stored member; rounded up. */
const MEMBERSHIP_BYTES = 72;
const TOKEN_BYTES = 320;
const MEMBER_BYTES = 128;
/** Number of uses of other editions after which an edition counts as outlived: at least, and as a share of all entries. */
const LEAST_USES = 16;
const USES_SHARE = 1 / 32;

/**
 * Generations of a memory store. A token is held as long as an entry carries it, and costs a share of `maxBytes`; the
 * number of other tokens is bounded. Knows which entries an advance has made worthless, so that they are evicted first.
 */
export class MemoryGenerations {
  readonly #carried = new Map<string, Generation>();
  /** Generations that no entry carries: captured by loads in flight, or by loads that stored nothing. */
  readonly #idle: LruMap<Generation>;
  /** Editions of each group, the next one to be checked first. */
  readonly #editions = new Map<string, Map<string, Edition>>();
  /** Head of the buried cohorts. */
  readonly #buried: Cohort = new Edition('', '');
  readonly #usesToOutlive: number;
  #uses = 0;
  /** Time of the last call. */
  #now = 0;

  /**
   * @param maxEntries  Maximum number of entries of the store.
   * @param maxIdle  Maximum number of generations that no entry carries.
   */
  constructor(maxEntries: number, maxIdle: number) {
    this.#usesToOutlive = Math.max(LEAST_USES, USES_SHARE * maxEntries);
    this.#idle = new LruMap({ maxEntries: maxIdle, maxWeight: maxIdle });
  }

  current(name: string, now: number): string | null {
    const generation = this.#carried.get(name) ?? this.#idle.get(name, now);
    return generation === undefined ? null : generation.token;
  }

  /** Returns the current token, created if missing; it lives for at least `lifeMs` from now. */
  capture(name: string, lifeMs: number, now: number): string {
    this.#now = now;
    const expiresAt = now + lifeMs;
    const known = this.#carried.get(name);
    if (known !== undefined) {
      if (known.expiresAt < expiresAt) known.expiresAt = expiresAt;
      return known.token;
    }
    const idle = this.#idle.get(name, now);
    if (idle === undefined) return this.#rest(new Generation(name, randomUUID(), expiresAt), now).token;
    if (idle.expiresAt < expiresAt) {
      idle.expiresAt = expiresAt;
      this.#idle.setExpiresAt(name, expiresAt, now);
    }
    return idle.token;
  }

  /** Advances a generation by dropping its token: a missing token counts as invalidated. Buries its entries. */
  advance(name: string, now: number): void {
    this.#now = now;
    this.#idle.delete(name, now);
    const generation = this.#carried.get(name);
    if (generation === undefined) return;
    this.#carried.delete(name);
    generation.join(this.#buried);
  }

  /** Memory of an entry beyond that of its bytes. @param before  Entry that it replaces. */
  weightOf({ generations }: Carried, before: Member | undefined): number {
    let weight = MEMBER_BYTES + MEMBERSHIP_BYTES;
    for (const { name } of generations) {
      const generation = this.#carried.get(name);
      weight += MEMBERSHIP_BYTES;
      if (generation === undefined || before?.isAlone(generation)) weight += TOKEN_BYTES + name.length;
    }
    return weight;
  }

  /** Creates an entry that carries generations. */
  add(key: string, bytes: Uint8Array, { generations, edition }: Carried, now: number): Member {
    this.#now = now;
    const member = new Member(key, bytes);
    for (const one of generations) member.join(this.#generation(one, now));
    if (edition !== undefined) this.#enter(member, edition.of, edition.name);
    return member;
  }

  /** Ends the memberships of an entry that has left. */
  remove({ memberships }: Member): void {
    for (const membership of memberships) {
      const { cohort } = membership;
      membership.leave();
      if (cohort?.isEmpty) this.#disband(cohort);
    }
    memberships.length = 0;
  }

  /** Counts a use of an entry. */
  use({ edition }: Member): void {
    if (edition !== undefined) edition.usedAt = ++this.#uses;
  }

  /** `true` while entries are buried. */
  get hasBuried(): boolean {
    return this.#buried.isBuried;
  }

  /** The next buried entry. */
  get firstBuried(): Member | undefined {
    for (let cohort = this.#buried.next; cohort !== this.#buried; cohort = this.#buried.next) {
      if (!(cohort instanceof Edition) || this.#isOutlived(cohort)) return cohort.members.next.member;
      cohort.leave();
    }
    return undefined;
  }

  /** Generation that an entry carries. One whose token is no longer current makes the entry worthless from the start. */
  #generation({ name, token }: CarriedGeneration, now: number): Generation {
    const known = this.#carried.get(name) ?? this.#idle.peek(name, now);
    if (known === undefined || known.token !== token) {
      const past = new Generation(name, token, now);
      past.join(this.#buried);
      return past;
    }
    if (known.isEmpty) {
      this.#idle.delete(name, now);
      this.#carried.set(name, known);
    }
    return known;
  }

  #enter(member: Member, group: string, name: string): void {
    const editions = this.#editions.get(group) ?? new Map<string, Edition>();
    const edition = editions.get(name) ?? new Edition(group, name);
    editions.set(name, edition);
    this.#editions.set(group, editions);
    member.edition = edition;
    member.join(edition);
    this.use(member);
    if (editions.size > 1) this.#checkNext(editions);
  }

  /** Buries the next edition of a group if it was outlived, and puts it behind the others. */
  #checkNext(editions: Map<string, Edition>): void {
    for (const [name, edition] of editions) {
      editions.delete(name);
      editions.set(name, edition);
      if (!edition.isBuried && this.#isOutlived(edition)) edition.join(this.#buried);
      return;
    }
  }

  #isOutlived({ usedAt }: Edition): boolean {
    return this.#uses - usedAt > this.#usesToOutlive;
  }

  #rest(generation: Generation, now: number): Generation {
    this.#idle.set(generation.name, generation, 1, generation.expiresAt, now);
    return generation;
  }

  /** Handles a cohort whose last member has left. */
  #disband(cohort: Cohort): void {
    const wasBuried = cohort.isBuried;
    cohort.leave();
    if (cohort instanceof Edition) {
      const editions = this.#editions.get(cohort.group);
      editions?.delete(cohort.name);
      if (editions?.size === 0) this.#editions.delete(cohort.group);
    } else if (cohort instanceof Generation && !wasBuried) {
      this.#carried.delete(cohort.name);
      if (cohort.expiresAt > this.#now) this.#rest(cohort, this.#now);
    }
  }
}
