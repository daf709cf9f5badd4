import type { ChangeListener, FeedGap } from './change-feed.js';

/** State of the stream of one master. */
interface StreamState {
  stands: boolean;
  /** Every change that this master made before this time has been heard. */
  provenAt: number;
}

/**
 * Folds the streams of all masters into one: it stands when each of them stands, and has proven what each of them has.
 */
export class StreamProofs {
  readonly #listener: ChangeListener;
  readonly #streams = new Map<string, StreamState>();
  #stands = false;
  #mapAt = Number.POSITIVE_INFINITY;
  #provenAt = Number.NEGATIVE_INFINITY;

  constructor(listener: ChangeListener) {
    this.#listener = listener;
  }

  /** `true` while the streams of all masters stand. */
  get stands(): boolean {
    return this.#stands;
  }

  /** Names the masters whose streams are needed. Other masters than before are a gap. */
  need(masters: Iterable<string>): void {
    const needed = new Set(masters);
    let isChanged = false;
    for (const master of this.#streams.keys()) {
      if (needed.has(master)) continue;
      this.#streams.delete(master);
      isChanged = true;
    }
    for (const master of needed) {
      if (this.#streams.has(master)) continue;
      this.#streams.set(master, { stands: false, provenAt: Number.NEGATIVE_INFINITY });
      isChanged = true;
    }
    if (!isChanged) return;
    this.#gap('map');
    this.#checkStanding();
  }

  /** The stream of a master stands, after its self-test. */
  stand(master: string): void {
    const stream = this.#streams.get(master);
    if (stream === undefined || stream.stands) return;
    stream.stands = true;
    stream.provenAt = Number.NEGATIVE_INFINITY;
    this.#checkStanding();
  }

  /** The stream of a master has ended, or cannot be trusted any more: it has to be opened again. */
  end(master: string, cause: FeedGap): void {
    const stream = this.#streams.get(master);
    if (stream === undefined || !stream.stands) return;
    stream.stands = false;
    this.#gap(cause);
  }

  /** Slots have moved between the masters, which remain the same. */
  remap(): void {
    this.#gap('map');
    this.#checkStanding();
  }

  /** Every change that a master made before this time has been heard. */
  prove(master: string, sentAt: number): void {
    const stream = this.#streams.get(master);
    if (stream === undefined || !stream.stands || sentAt <= stream.provenAt) return;
    stream.provenAt = sentAt;
    this.#tell();
  }

  /** The map of the slots was asked for at this time, and has not changed. Without a map nothing depends on it. */
  proveMap(sentAt: number): void {
    this.#mapAt = sentAt;
    this.#tell();
  }

  #checkStanding(): void {
    if (this.#stands || this.#streams.size === 0) return;
    for (const { stands } of this.#streams.values()) if (!stands) return;
    this.#stands = true;
    this.#listener.onStanding();
  }

  #gap(cause: FeedGap): void {
    if (!this.#stands && cause === 'map') return;
    this.#stands = false;
    this.#listener.onGap(cause);
  }

  #tell(): void {
    if (!this.#stands) return;
    let provenAt = this.#mapAt;
    for (const stream of this.#streams.values()) provenAt = Math.min(provenAt, stream.provenAt);
    if (provenAt <= this.#provenAt || provenAt === Number.POSITIVE_INFINITY) return;
    this.#provenAt = provenAt;
    this.#listener.onProof(provenAt);
  }
}

/** Beats of one stream, one at a time: what their answers prove. */
export class StreamBeats {
  readonly #lags: boolean;
  #sentAt: number | undefined;
  #previousAt: number | undefined;

  /**
   * @param lags  `true` when an answer may precede messages of changes that were made before it: pushes of tracking
   *   leave at the end of a turn of the server, answers within it. An answer then proves the beat before.
   */
  constructor(lags: boolean) {
    this.#lags = lags;
  }

  /** `true` while a beat is not answered: the next one has to wait. */
  get isWaiting(): boolean {
    return this.#sentAt !== undefined;
  }

  sent(at: number): void {
    this.#sentAt = at;
  }

  /** @returns The time that the answer to the beat proves; `undefined` for none yet. */
  answered(): number | undefined {
    const sentAt = this.#sentAt;
    const provenAt = this.#lags ? this.#previousAt : sentAt;
    this.#sentAt = undefined;
    this.#previousAt = sentAt;
    return provenAt;
  }
}
