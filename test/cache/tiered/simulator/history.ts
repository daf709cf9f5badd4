/** A value that a name had, from a moment on. */
interface Change {
  readonly at: number;
  /** Position in the order of all changes of the world. */
  readonly order: number;
  readonly value: string | null;
}

/** End of the last time in which a name had a value. */
export interface Held {
  /** `Infinity` while it has it. */
  readonly until: number;
  readonly order: number;
}

/** True values of all names at all times, as the masters had them. */
export class History {
  readonly #changes = new Map<string, Change[]>();
  #order = 0;

  /** Position of the last change. */
  get order(): number {
    return this.#order;
  }

  note(name: string, value: string | null, at: number): void {
    const changes = this.#changes.get(name) ?? [];
    if ((changes.at(-1)?.value ?? null) === value) return;
    changes.push({ at, order: ++this.#order, value });
    this.#changes.set(name, changes);
  }

  current(name: string): string | null {
    return this.#changes.get(name)?.at(-1)?.value ?? null;
  }

  /** End of the last time in which a name had a value; `undefined` when it never had it. */
  held(name: string, value: string): Held | undefined {
    const changes = this.#changes.get(name) ?? [];
    for (let index = changes.length - 1; index >= 0; index--) {
      if (changes[index]?.value !== value) continue;
      const next = changes[index + 1];
      return next === undefined
        ? { until: Number.POSITIVE_INFINITY, order: Number.POSITIVE_INFINITY }
        : { until: next.at, order: next.order };
    }
    return undefined;
  }

  /** Position at which a name got a value for the last time. */
  began(name: string, value: string): number {
    const changes = this.#changes.get(name) ?? [];
    return changes.findLast((change) => change.value === value)?.order ?? 0;
  }
}
