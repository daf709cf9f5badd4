import { unlessAborted } from '../../foundation/waiting/within.js';

interface Reader {
  at: number;
}

/**
 * A stream that several callers read while it runs, each from its beginning. Chunks are kept for those who come later, up
 * to a number of bytes; beyond it nobody else may join, and the source waits for its slowest reader.
 */
export class RunningStream<C> {
  readonly #maxBytes: number;
  readonly #abandoned: () => void;
  readonly #chunks: C[] = [];
  readonly #readers = new Set<Reader>();
  #dropped = 0;
  #bytes = 0;
  #state: 'running' | 'ended' | { readonly error: unknown } = 'running';
  #waiting: (() => void)[] = [];
  #tooMany = (): void => undefined;

  /** @param abandoned  Called when the last reader leaves before the end. */
  constructor(maxBytes: number, abandoned: () => void) {
    this.#maxBytes = maxBytes;
    this.#abandoned = abandoned;
  }

  /** `true` while all chunks from the beginning on are there. */
  get isWhole(): boolean {
    return this.#bytes <= this.#maxBytes;
  }

  /** `true` unless it has failed, or its beginning is gone. */
  get isJoinable(): boolean {
    return this.isWhole && typeof this.#state === 'string';
  }

  get isOver(): boolean {
    return this.#state !== 'running';
  }

  /**
   * Passes the chunks of a source on to the readers.
   *
   * @returns All of them; `undefined` as soon as they are too many, while the stream goes on.
   */
  pump(source: AsyncIterable<C>, signal: AbortSignal): Promise<readonly C[] | undefined> {
    return new Promise((resolve, reject) => {
      this.#tooMany = () => resolve(undefined);
      this.#run(source, signal).then(resolve, (error: unknown) => {
        this.fail(error);
        reject(error);
      });
    });
  }

  async #run(source: AsyncIterable<C>, signal: AbortSignal): Promise<readonly C[]> {
    const iterator = source[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await unlessAborted(Promise.resolve(iterator.next()), signal);
        if (next.done === true) break;
        this.#add(next.value);
        if (!this.isWhole) this.#tooMany();
        // Nobody waits for it, as in a refresh that grew: its source would stay open for ever.
        if (!this.isWhole && this.#readers.size === 0) throw new Error('the stream has no reader');
        while (!this.isWhole && this.#chunks.length > 0) await unlessAborted(this.#change(), signal);
      }
    } catch (error) {
      // Not awaited: a source that hangs must not keep its readers.
      Promise.resolve(iterator.return?.()).catch(() => undefined);
      throw error;
    }
    const chunks = [...this.#chunks];
    this.end();
    return chunks;
  }

  /** Ends the stream. @param chunks  All of it, when it did not run here. */
  end(chunks: readonly C[] = []): void {
    if (this.isOver) return;
    this.#chunks.push(...chunks);
    this.#state = 'ended';
    this.#notify();
  }

  fail(error: unknown): void {
    if (this.isOver) return;
    this.#state = { error };
    this.#notify();
  }

  /** Reads from the beginning. Counts as a reader at once, before the first chunk is asked for. */
  read(signal: AbortSignal | undefined): AsyncGenerator<C, void, undefined> {
    const reader: Reader = { at: 0 };
    this.#readers.add(reader);
    return this.#read(reader, signal);
  }

  async *#read(reader: Reader, signal: AbortSignal | undefined): AsyncGenerator<C, void, undefined> {
    try {
      for (;;) {
        while (reader.at < this.#dropped + this.#chunks.length) {
          const chunk = this.#chunks[reader.at - this.#dropped] as C;
          reader.at += 1;
          this.#drop();
          yield own(chunk);
        }
        if (this.#state === 'ended') return;
        if (this.#state !== 'running') throw this.#state.error;
        await unlessAborted(this.#change(), signal);
      }
    } finally {
      this.#readers.delete(reader);
      this.#drop();
      if (this.#readers.size === 0 && !this.isOver) this.#abandoned();
    }
  }

  #add(chunk: C): void {
    this.#chunks.push(chunk);
    this.#bytes += Buffer.byteLength(JSON.stringify(chunk) ?? '');
    this.#notify();
  }

  /** Forgets what all readers have, when nobody else may join. */
  #drop(): void {
    if (this.isWhole) return;
    const slowest = Math.min(...[...this.#readers].map(({ at }) => at), this.#dropped + this.#chunks.length);
    if (slowest === this.#dropped) return;
    this.#chunks.splice(0, slowest - this.#dropped);
    this.#dropped = slowest;
    this.#notify();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #notify(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Readers may change their chunks. */
function own<C>(chunk: C): C {
  return typeof chunk === 'object' && chunk !== null ? structuredClone(chunk) : chunk;
}
