import type { IClock } from '../../../../interfaces/clock.js';
import { ConnectionError, type DisposedError, OperationError } from '../../../../interfaces/errors.js';
import { bounded } from '../../../foundation/waiting/bounded.js';
import { loadDriver } from '../../driver/driver.js';
import { connectionClosed } from '../../driver/unreachable.js';
import { addressText, type Endpoint } from '../../endpoint.js';
import type { Link } from '../../link/link.js';
import { openLink } from '../../link/open-link.js';
import type { NatMap } from '../target.js';
import { type Candidate, candidatesOf, type Statement, statementOf } from './statement.js';

/** Maximum duration of asking one Sentinel, including the connection to it. */
const ANSWER_MS = 1000;
/** Time to wait for the other Sentinels after the first answer. */
const OTHERS_MS = 100;
/** Time for which an answer counts: one that came too late for its own question counts in the next one. */
const REMEMBERED_MS = 3000;
const MAX_IN_FLIGHT = 100;

export interface SentinelsOptions {
  readonly clock: IClock;
  readonly endpoints: readonly Endpoint[];
  /** Name of the master. */
  readonly name: string;
  readonly natMap: NatMap;
  readonly connectTimeoutMs: number;
}

/**
 * The Sentinels of a master. All of them are asked, because each may be wrong: one that was cut off still names the
 * previous master, and one that has just changed its configuration may name a server that is gone.
 *
 * @see https://redis.io/docs/latest/develop/reference/sentinel-clients/
 */
export class Sentinels {
  readonly #options: SentinelsOptions;
  readonly #links = new Map<Endpoint, Promise<Link>>();
  readonly #closing = new AbortController();
  readonly #answers = new Map<Endpoint, { readonly statement: Statement; readonly at: number }>();
  #asking: Promise<readonly Candidate[]> | undefined;

  constructor(options: SentinelsOptions) {
    this.#options = options;
  }

  /** Number of Sentinels, whether they answer or not. */
  get count(): number {
    return this.#options.endpoints.length;
  }

  /**
   * Servers that are named as the master, the most credible first; at least one.
   *
   * @throws {ConnectionError} when no Sentinel names any.
   */
  candidates(): Promise<readonly Candidate[]> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  close(): void {
    this.#closing.abort();
    for (const opening of this.#links.values()) {
      opening.then(
        (link) => link.end(connectionClosed()),
        () => undefined,
      );
    }
    this.#links.clear();
  }

  async #ask(): Promise<readonly Candidate[]> {
    const { clock, endpoints, natMap } = this.#options;
    const failures: unknown[] = [];
    const questions = endpoints.map(async (endpoint) => {
      try {
        const { address, ...rest } = await this.#askOne(endpoint);
        this.#answers.set(endpoint, { statement: { ...rest, address: natMap(address) }, at: clock.now() });
        return true;
      } catch (error) {
        failures.push(error);
        throw error;
      }
    });
    // Waits for the first answer, or until all have failed; then the others have a moment more.
    if (!(await Promise.any(questions).catch(() => false))) throw this.#failure(failures);
    await bounded(clock, OTHERS_MS, Promise.allSettled(questions));
    const since = clock.now() - REMEMBERED_MS;
    const answers = [...this.#answers.values()].filter(({ at }) => at >= since);
    return candidatesOf(answers.map(({ statement }) => statement));
  }

  async #askOne(endpoint: Endpoint): Promise<Statement> {
    let opening = this.#links.get(endpoint);
    if (opening === undefined) {
      opening = this.#open(endpoint);
      this.#links.set(endpoint, opening);
      opening.catch(() => this.#links.delete(endpoint));
    }
    const link = await opening;
    return statementOf(await link.run(['SENTINEL', 'MASTER', this.#options.name], ANSWER_MS, { text: true }));
  }

  async #open(endpoint: Endpoint): Promise<Link> {
    const { clock, connectTimeoutMs } = this.#options;
    await loadDriver(); // The first load takes a while, which must not count against a Sentinel.
    return openLink(
      {
        endpoint,
        clock,
        connectTimeoutMs: Math.min(ANSWER_MS, connectTimeoutMs),
        maxInFlight: MAX_IN_FLIGHT,
        onEnd: () => this.#links.delete(endpoint),
      },
      this.#closing.signal,
    );
  }

  #failure(failures: readonly unknown[]): ConnectionError | DisposedError {
    if (this.#closing.signal.aborted) return connectionClosed();
    const unknown = failures.find((error) => OperationError.is(error) && error.outcome === 'refused');
    if (OperationError.is(unknown)) {
      const text = unknown.reason === 'ERR' ? 'they do not know a master of that name' : unknown.message;
      return new ConnectionError(
        'E_CONNECTION_REFUSED',
        `the Sentinels report no master: ${text}`,
        'not-sent',
      );
    }
    const failure = failures.find((error) => ConnectionError.is(error) && error.code === 'E_CONNECTION_AUTH');
    if (ConnectionError.is(failure)) {
      return new ConnectionError('E_CONNECTION_AUTH', 'the Sentinels refused the credentials', 'not-sent');
    }
    const [first] = failures;
    const why = first instanceof Error ? first.message : 'no answer';
    const list = this.#options.endpoints.map(({ address }) => addressText(address)).join(', ');
    return new ConnectionError('E_CONNECTION_REFUSED', `no Sentinel of ${list} answers: ${why}`, 'not-sent');
  }
}
