/** An invalidation on its way to the store. */
export interface PendingInvalidation {
  readonly keys: readonly string[];
  /** Whether the keys keep a stale copy (`expire`). */
  readonly soft: boolean;
  readonly tags: readonly string[];
  readonly everything: boolean;
}

/** What is covered under its names, and what of it has failed, in the order in which it is repeated. */
export class Covered {
  readonly all = new Map<string, PendingInvalidation>();
  readonly failed = new Map<string, PendingInvalidation>();

  begin(names: readonly string[], invalidation: PendingInvalidation): void {
    for (const name of names) {
      this.all.set(name, invalidation);
      this.failed.delete(name);
    }
  }

  /** Those of an invalidation that no newer one has taken over have failed. */
  fail(names: readonly string[], invalidation: PendingInvalidation): void {
    for (const name of names) if (this.all.get(name) === invalidation) this.failed.set(name, invalidation);
  }

  end(name: string, invalidation: PendingInvalidation): void {
    if (this.all.get(name) === invalidation) this.all.delete(name);
    if (this.failed.get(name) === invalidation) this.failed.delete(name);
  }

  /** The first of those that have failed, all of one kind. */
  first(count: number): [name: string, invalidation: PendingInvalidation][] {
    const found: [string, PendingInvalidation][] = [];
    for (const one of this.failed) {
      if (found.length === count || (found[0] ?? one)[1].soft !== one[1].soft) break;
      found.push(one);
    }
    return found;
  }

  /** They come last from now on: what keeps failing does not stand in the way of the others. */
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
  }
}
