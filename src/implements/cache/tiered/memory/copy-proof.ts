/** Share of a bound that is left when a hit begins to read again, so that hot keys stay in memory. */
const RENEWAL_SHARE = 0.25;

/** Stamp of a copy: when its request was sent, and under which era of the streams. */
export interface Stamp {
  /** Time at which the request was sent: the copy is at most this old. */
  readonly readAt: number;
  /** Era in which the streams stood from sending to filling; 0 for none. */
  readonly era: number;
}

/**
 * Proof that copies are recent: the one place that decides until when a copy may be served.
 *
 * A proof is a time such that every change made before it has been heard. A change that was not heard keeps the proof
 * before it, so that whatever is served until proof + bound was current within the bound: messages keep copies fresh,
 * and the proof keeps the promise, whatever is lost. It moves by answers to our own requests only.
 */
export class CopyProof {
  readonly #boundMs: number;
  readonly #renewalMs: number;
  #era = 0;
  #eras = 0;
  #provenAt = Number.NEGATIVE_INFINITY;
  #provenUntil = Number.NEGATIVE_INFINITY;
  #previousEra = -1;
  #previousUntil = Number.NEGATIVE_INFINITY;

  constructor(boundMs: number) {
    this.#boundMs = boundMs;
    this.#renewalMs = boundMs * RENEWAL_SHARE;
  }

  /** Era of the streams; 0 while they do not stand. */
  get era(): number {
    return this.#era;
  }

  /** Time before which every change has been heard; `-Infinity` before the first proof. */
  get provenAt(): number {
    return this.#provenAt;
  }

  /** Time until which a copy may be served. */
  deadline({ readAt, era }: Stamp): number {
    const byAge = readAt + this.#boundMs;
    if (era === 0) return byAge;
    if (era === this.#era) return Math.max(byAge, this.#provenUntil);
    return era === this.#previousEra ? Math.max(byAge, this.#previousUntil) : byAge;
  }

  /** `true` in the last quarter before a deadline. */
  isEnding(deadline: number, now: number): boolean {
    return deadline - now < this.#renewalMs;
  }

  /** `true` while an answer to a request that was sent at this time may be shared with further callers. */
  isRecent(sentAt: number, now: number): boolean {
    return now < sentAt + this.#boundMs;
  }

  /** Era of a copy whose request was sent in an era: none, if the streams have been interrupted since. */
  eraSince(sentIn: number): number {
    return sentIn === this.#era ? sentIn : 0;
  }

  /** Changes may be missed from now on: what was proven stays proven, and copies made from now on belong to no era. */
  gap(): void {
    if (this.#era === 0) return;
    this.#previousEra = this.#era;
    this.#previousUntil = this.#provenUntil;
    this.#era = 0;
  }

  /** Every change from now on will be heard. */
  stand(): void {
    this.gap();
    this.#era = ++this.#eras;
    this.#provenUntil = Number.NEGATIVE_INFINITY;
  }

  /** Every change before this time has been heard. */
  prove(sentAt: number): void {
    if (this.#era === 0 || sentAt <= this.#provenAt) return;
    this.#provenAt = sentAt;
    this.#provenUntil = sentAt + this.#boundMs;
  }
}
