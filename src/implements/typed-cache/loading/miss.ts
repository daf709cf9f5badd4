import type { Request } from '../policy/request.js';
import type { Reading } from '../reading/reading.js';
import type { StoredEntry } from '../store/stored-entry.js';
import type { Source } from './source.js';

/** Call that needs a load. */
export class Miss<T> {
  readonly request: Request;
  readonly source: Source<T>;
  /** Reading of the call; `undefined` for a forced load, which did not read. */
  readonly reading: Reading | undefined;

  constructor(request: Request, source: Source<T>, reading: Reading | undefined) {
    this.request = request;
    this.source = source;
    this.reading = reading;
  }

  /** Entry to fall back on when the load fails. */
  get stale(): StoredEntry | undefined {
    return this.reading?.verdict.state === 'miss' ? undefined : this.reading?.entry;
  }

  /** `true` when the store has failed the call. */
  get isDown(): boolean {
    return this.#reason === 'store-failed';
  }

  /** `true` when the call cannot know invalidations of other processes: its read failed, or was not even sent. */
  get isBlind(): boolean {
    return this.isDown || this.#reason === 'pending';
  }

  get #reason(): string | undefined {
    const verdict = this.reading?.verdict;
    return verdict?.state === 'miss' ? verdict.reason : undefined;
  }
}
