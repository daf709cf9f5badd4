import type { Changes } from '../../changes/changes.js';
import type { Request } from '../../policy/request.js';
import type { EntryReader } from '../../reading/entry-reader.js';
import type { Reading } from '../../reading/reading.js';
import type { InvalidationWatch } from '../../store/invalidation-watch.js';
import type { PendingInvalidations } from '../../store/pending-invalidations.js';
import { type Beside, isOf, livingIn } from '../../wire/editions.js';
import type { Capture, CapturedTokens, CapturingLoad, TokenCapture } from './token-capture.js';

/** Time for which other editions are expected on every key after they were seen on one. */
const OTHERS_MS = 600_000;

/** Load in its double check. */
export interface CheckedLoad {
  readonly request: Request;
  readonly validity: CapturingLoad;
}

/** Double-checked loading: captures the tokens of a key, and reads its entry again, before a loader runs. */
export class DoubleCheck {
  readonly #tokens: TokenCapture;
  readonly #reader: EntryReader;
  readonly #pending: PendingInvalidations;
  readonly #changes: Changes;
  #othersUntilMs = Number.NEGATIVE_INFINITY;

  constructor(tokens: TokenCapture, reader: EntryReader, pending: PendingInvalidations, changes: Changes) {
    this.#changes = changes;
    this.#tokens = tokens;
    this.#reader = reader;
    this.#pending = pending;
  }

  /** Promise to wait for before a check, if changes of the key by this process are under way. */
  ahead({ name, tags }: Request): Promise<unknown> | undefined {
    return this.#changes.ahead(name, tags);
  }

  /** Begins a check; the caller must end it. */
  begin({ request, validity }: CheckedLoad): Check {
    const watch = this.#pending.watch();
    const atMs = request.clock.now();
    const captured = this.#tokens.capture(request, validity);
    return {
      captured,
      judge: (capture) => this.#judge(capture, request, watch),
      beside: (capture, reading) => this.#beside(capture, reading, request, atMs),
      end: () => this.#pending.unwatch(watch),
    };
  }

  /** Current tokens of a key, to compare with those that a load captured. */
  async tokensNow(request: Request): Promise<CapturedTokens> {
    return (await this.#tokens.capture(request)).tokens;
  }

  /**
   * Reads other editions again, which may have been stored while the loader ran; only while some are in use, because it
   * costs a round trip. An invalidation meanwhile changes the fence, under which they are stored.
   */
  async besideNow(request: Request): Promise<Beside | undefined> {
    const atMs = request.clock.now();
    if (atMs >= this.#othersUntilMs) return undefined;
    const capture = await this.#tokens.capture(request);
    const reading = await this.#judge(capture, request, undefined);
    return reading && this.#beside(capture, reading, request, atMs);
  }

  async #judge(
    { stored, answer, tokens }: Capture,
    request: Request,
    watch: InvalidationWatch | undefined,
  ): Promise<Reading | undefined> {
    const { name, tags } = request;
    const generations = tags.map((tag) => tokens.tags.get(tag) ?? null);
    const read = { ...answer, entries: [stored], generations };
    const [reading] = await this.#reader.judgeAll([name], read, request, watch);
    return reading;
  }

  /** Envelopes of other editions; none while an invalidation covers the key, so that none of them comes back. */
  #beside(
    { stored: { value, remainingMs } }: Capture,
    { entry }: Reading,
    { policy, clock }: Request,
    atMs: number,
  ): Beside | undefined {
    if (entry === undefined || value === null || remainingMs === null) return undefined;
    const isAlone = entry.beforeMs === undefined && isOf(entry, policy);
    // Bare values name no edition.
    if (isAlone || this.#tokens.readScope === undefined) return undefined;
    this.#othersUntilMs = clock.now() + OTHERS_MS;
    const parts = livingIn(value, remainingMs).filter(({ envelope }) => !isOf(envelope, policy));
    return { parts, atMs };
  }
}

/** One check in progress. */
export interface Check {
  readonly captured: Promise<Capture>;
  /** Judges the entry that was read at the capture. */
  judge(capture: Capture): Promise<Reading | undefined>;
  /** Values of other editions that were read at the capture. */
  beside(capture: Capture, reading: Reading): Beside | undefined;
  end(): void;
}
