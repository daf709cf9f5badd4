/** An invalidation on its way to the store. */
export interface PendingInvalidation {
  readonly keys: readonly string[];
  /** `true` when the keys keep a stale copy (`expire`). */
  readonly soft: boolean;
  /** `true` when it belongs to a set, which removes what is there only if it fails. */
  readonly replaces: boolean;
  readonly tags: readonly string[];
  readonly everything: boolean;
}

/** Covered names with their invalidations, and the failed ones among them in the order of their repetition. */
export class Covered {
  readonly all = new Map<string, PendingInvalidation>();
  readonly failed = new Map<string, PendingInvalidation>();
  #failedSets = 0;

  /** Number of failed ones that belong to sets. */
  get failedSets(): number {
    return this.#failedSets;
  }

  begin(names: readonly string[], invalidation: PendingInvalidation): void {
    for (const name of names) {
      this.all.set(name, invalidation);
      this.#unfail(name);
    }
  }

  /** Marks names of an invalidation as failed, except those that a newer one covers. */
  fail(names: readonly string[], invalidation: PendingInvalidation): void {
    for (const name of names) {
      if (this.all.get(name) !== invalidation) continue;
      this.#unfail(name);
      this.failed.set(name, invalidation);
      if (invalidation.replaces) this.#failedSets++;
    }
  }

  end(name: string, invalidation: PendingInvalidation): void {
    if (this.all.get(name) === invalidation) this.all.delete(name);
    if (this.failed.get(name) === invalidation) this.#unfail(name);
  }

  /** First of the failed ones, all of one kind. */
  first(count: number): [name: string, invalidation: PendingInvalidation][] {
    const found: [string, PendingInvalidation][] = [];
    for (const one of this.failed) {
      if (found.length === count || (found[0] ?? one)[1].soft !== one[1].soft) break;
      found.push(one);
    }
    return found;
  }

  /** Moves failing ones to the end, so that they do not block the others. */
  postpone(those: readonly (readonly [name: string, invalidation: PendingInvalidation])[]): void {
    for (const [name, invalidation] of those) {
      if (this.failed.get(name) !== invalidation) continue;
      this.failed.delete(name);
      this.failed.set(name, invalidation);
    }
  }

  forgetFailed(): void {
    for (const [name, invalidation] of this.failed) {
      if (this.all.get(name) === invalidation) this.all.delete(name);
    }
    this.failed.clear();
    this.#failedSets = 0;
  }

  #unfail(name: string): void {
    if (this.failed.get(name)?.replaces === true) this.#failedSets--;
    this.failed.delete(name);
  }
}
