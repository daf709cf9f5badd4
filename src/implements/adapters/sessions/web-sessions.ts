import type { ICache } from '../../../interfaces/cache.js';
import type { Duration } from '../../../interfaces/duration.js';
import { ArgumentError, CodecError } from '../../../interfaces/errors.js';
import { dateMs, dateOf, msOfDate, timeOfDayMs } from '../../foundation/clock/wall-time.js';
import { describe } from '../../foundation/describe.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { type AdapterOptions, adapterOptions } from '../adapter-options.js';
import { foreignLifeMs, MILLISECONDS } from '../foreign-life.js';
import { foreignText } from '../foreign-text.js';
import { SessionEntries, type SessionWrite } from './session-entries.js';

const PREFIX = 'sess';
const DAY_MS = 86_400_000;
const TOMBSTONE: Duration = '1h';

/** Options of a store of web sessions. */
export interface WebSessionOptions extends AdapterOptions {
  /** Life of a session whose cookie has no `expires`. Default: 1 day. */
  readonly expire?: Duration | undefined;
  /** Time for which a destroyed session stays destroyed: longer than any request takes. Default: 1 hour. */
  readonly tombstone?: Duration | undefined;
}

/** The part of a session that a store knows. */
export interface WebSession {
  readonly cookie?: { readonly expires?: unknown; readonly originalMaxAge?: unknown } | undefined;
}

/** Sessions of web frameworks, as plain JSON. */
export class WebSessions {
  readonly #entries: SessionEntries;
  readonly #expireMs: number;

  constructor(cache: ICache, { tombstone = TOMBSTONE, ...options }: WebSessionOptions = {}) {
    const { prefix, expireMs } = adapterOptions(options, PREFIX, DAY_MS);
    this.#entries = new SessionEntries(cache, prefix, requireDurationMs(tombstone));
    this.#expireMs = expireMs;
  }

  /** Returns a session; the object is the caller's own. `null` when there is none. */
  async get(id: string): Promise<WebSession | null> {
    const bytes = await this.#entries.read(id);
    return bytes === undefined ? null : parsed(bytes);
  }

  async set(id: string, session: WebSession): Promise<void> {
    // Taken at once: what the caller changes later is not part of it.
    const write = this.#written(session, session);
    await this.#entries.change(id, () => write, true);
  }

  /** Renews the life of a session, and what its cookie says about it; all else stays as it is stored. */
  async touch(id: string, { cookie }: WebSession): Promise<void> {
    const renewed = Object.fromEntries(
      (['expires', 'originalMaxAge'] as const)
        .map((name) => [name, dateText(cookie?.[name])] as const)
        .filter(([, value]) => value !== undefined),
    );
    const change = (present: Uint8Array | undefined): SessionWrite | undefined => {
      if (present === undefined) return undefined;
      const stored = parsed(present);
      return this.#written({ ...stored, cookie: { ...stored.cookie, ...renewed } }, { cookie: renewed });
    };
    await this.#entries.change(id, change, false);
  }

  destroy(id: string): Promise<void> {
    return this.#entries.destroy(id);
  }

  /** Returns all sessions; each has its `id`, which is no part of its content. */
  async all(): Promise<WebSession[]> {
    return (await this.#entries.all()).map(([id, bytes]) =>
      Object.defineProperty(parsed(bytes), 'id', { value: id, configurable: true, writable: true }),
    );
  }

  async size(): Promise<number> {
    return (await this.#entries.all()).length;
  }

  clear(): Promise<void> {
    return this.#entries.clear();
  }

  #written(session: object, { cookie }: WebSession): SessionWrite {
    if (typeof session !== 'object' || session === null)
      throw new ArgumentError(`expected a session as an object, got ${describe(session)}`);
    return { bytes: Buffer.from(jsonOf(session)), lifeMs: lifeOf(cookie?.expires, this.#expireMs) };
  }
}

/** Life of a cookie that ends at a date; one without is the life of the adapter. @throws {ArgumentError} */
function lifeOf(expires: unknown, expireMs: number): number {
  if (expires === undefined || expires === null || expires === false) return expireMs;
  const endsAt = typeof expires === 'string' ? dateMs(expires) : msOfDate(expires);
  if (endsAt === undefined || Number.isNaN(endsAt))
    throw new ArgumentError(`expected a valid date as cookie.expires, got ${describe(expires)}`);
  return foreignLifeMs(endsAt - timeOfDayMs(), MILLISECONDS, expireMs);
}

function jsonOf(session: object): string {
  try {
    return JSON.stringify(session);
  } catch (cause) {
    throw new CodecError(
      'E_ENCODE',
      'expected a session that JSON represents, got one with a cycle or a bigint',
      {
        cause,
      },
    );
  }
}

function dateText(expires: unknown): unknown {
  const ms = msOfDate(expires);
  return ms === undefined ? expires : dateOf(ms).toISOString();
}

function parsed(bytes: Uint8Array): WebSession & object {
  try {
    const session = JSON.parse(foreignText(bytes)) as unknown;
    if (typeof session === 'object' && session !== null) return session;
  } catch {
    // Refused below, as what is no object: the message of JSON would hold the text.
  }
  throw new CodecError(
    'E_DECODE',
    'expected a session as JSON, got other bytes: give the sessions a prefix of their own',
  );
}
