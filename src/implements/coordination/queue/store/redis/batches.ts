/** Bounds of one batch. */
export interface BatchLimits {
  readonly maxItems: number;
  readonly maxBytes: number;
}

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly bytes: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Sends what is asked for in one turn of the event loop in one request, in order. */
export class Batches<Item, Answer> {
  readonly #limits: BatchLimits;
  readonly #send: (items: readonly Item[]) => Promise<readonly Answer[]>;
  #waiting: Waiting<Item, Answer>[] = [];

  constructor(limits: BatchLimits, send: (items: readonly Item[]) => Promise<readonly Answer[]>) {
    this.#limits = limits;
    this.#send = send;
  }

  add(item: Item, bytes: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) process.nextTick(() => this.#flush());
      this.#waiting.push({ item, bytes, resolve, reject });
    });
  }

  #flush(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (const batch of split(all, this.#limits, ({ bytes }) => bytes)) {
      this.#send(batch.map(({ item }) => item)).then(
        (answers) => {
          for (const [index, { resolve }] of batch.entries()) resolve(answers[index] as Answer);
        },
        (error: unknown) => {
          for (const { reject } of batch) reject(error);
        },
      );
    }
  }
}

/** Splits items into batches that keep the limits; an item that is larger has one of its own. */
function split<T>(
  items: readonly T[],
  { maxItems, maxBytes }: BatchLimits,
  bytesOf: (item: T) => number,
): T[][] {
  const batches: T[][] = [];
  let size = 0;
  for (const item of items) {
    const bytes = bytesOf(item);
    const last = batches.at(-1);
    if (last === undefined || last.length >= maxItems || size + bytes > maxBytes) {
      batches.push([item]);
      size = bytes;
    } else {
      last.push(item);
      size += bytes;
    }
  }
  return batches;
}
