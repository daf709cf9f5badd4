import type { Request } from '../policy/request.js';
import type { Reading } from '../reading/reading.js';
import type { StoredEntry } from '../store/stored-entry.js';
import type { Source } from './source.js';

/** A call that needs a load. */
export class Miss<T> {
  readonly request: Request;
  readonly source: Source<T>;
  /** What the call has read, if it has. */
  readonly reading: Reading | undefined;

  constructor(request: Request, source: Source<T>, reading: Reading | undefined) {
    this.request = request;
    this.source = source;
    this.reading = reading;
  }

  /** Fallback for grace: with a forced load a fresh value too. */
  get stale(): StoredEntry | undefined {
    return this.reading?.verdict.state === 'miss' ? undefined : this.reading?.entry;
  }

  /** `true` when the store has failed the call. */
  get isDown(): boolean {
    return this.#reason === 'store-failed';
  }

  /** `true` when the call cannot know what others have invalidated: the store failed it, or took no invalidation before. */
  get isBlind(): boolean {
    return this.isDown || this.#reason === 'pending';
  }

  get #reason(): string | undefined {
    const verdict = this.reading?.verdict;
    return verdict?.state === 'miss' ? verdict.reason : undefined;
  }
}
