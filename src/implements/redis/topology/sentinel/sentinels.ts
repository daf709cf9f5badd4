import type { IClock } from '../../../../interfaces/clock.js';
import { ConnectionError, type DisposedError, OperationError } from '../../../../interfaces/errors.js';
import type { RedisReply } from '../../../../interfaces/redis-connection.js';
import { bounded } from '../../../foundation/waiting/bounded.js';
import { loadDriver } from '../../driver/driver.js';
import { connectionClosed } from '../../driver/unreachable.js';
import { addressText, type Endpoint, type HostPort } from '../../endpoint.js';
import type { Link } from '../../link/link.js';
import { openLink } from '../../link/open-link.js';
import type { NatMap } from '../target.js';

/** Maximum duration of asking one Sentinel, including the connection to it. */
const ANSWER_MS = 1000;
/** Time to wait for the other Sentinels after the first answer. */
const OTHERS_MS = 100;
const MAX_IN_FLIGHT = 100;

export interface SentinelsOptions {
  readonly clock: IClock;
  readonly endpoints: readonly Endpoint[];
  /** Name of the master. */
  readonly name: string;
  readonly natMap: NatMap;
  readonly connectTimeoutMs: number;
}

/** Address of the master as one Sentinel reports it, and the age of that configuration. */
interface Statement {
  readonly address: HostPort;
  readonly epoch: number;
}

/**
 * The Sentinels of a master. All of them are asked, and the answer with the newest configuration counts: a Sentinel
 * that was cut off may still name the previous master.
 *
 * @see https://redis.io/docs/latest/develop/reference/sentinel-clients/
 */
export class Sentinels {
  readonly #options: SentinelsOptions;
  readonly #links = new Map<Endpoint, Promise<Link>>();
  readonly #closing = new AbortController();
  #asking: Promise<HostPort> | undefined;

  constructor(options: SentinelsOptions) {
    this.#options = options;
  }

  /**
   * Address of the master.
   *
   * @throws {ConnectionError} when no Sentinel reports it.
   */
  master(): Promise<HostPort> {
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

  async #ask(): Promise<HostPort> {
    const failures: unknown[] = [];
    let newest: Statement | undefined;
    const questions = this.#options.endpoints.map((endpoint) =>
      this.#askOne(endpoint).then(
        (statement) => {
          if (newest === undefined || statement.epoch > newest.epoch) newest = statement;
        },
        (error: unknown) => void failures.push(error),
      ),
    );
    const all = Promise.all(questions);
    // Waits for the first answer, or until all have failed; then the others have a moment more.
    await Promise.race([
      all,
      Promise.any(questions.map((question) => question.then(() => answered(newest)))),
    ]).catch(() => undefined);
    await bounded(this.#options.clock, OTHERS_MS, all);
    if (newest !== undefined) return this.#options.natMap(newest.address);
    throw this.#failure(failures);
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

/** @throws when no Sentinel has answered. */
function answered(newest: Statement | undefined): void {
  if (newest === undefined) throw new ConnectionError('E_CONNECTION_REFUSED', 'no answer', 'not-sent');
}

/** Reads the reply of SENTINEL MASTER, a list of field, value, field, value … */
function statementOf(reply: RedisReply): Statement {
  const fields = new Map<string, string>();
  if (Array.isArray(reply)) {
    for (let at = 0; at + 1 < reply.length; at += 2) fields.set(String(reply[at]), String(reply[at + 1]));
  }
  const [host, port, epoch] = [
    fields.get('ip'),
    Number(fields.get('port')),
    Number(fields.get('config-epoch')),
  ];
  if (host === undefined || host === '' || !(port >= 1 && port <= 65_535)) {
    throw new ConnectionError('E_CONNECTION_REFUSED', 'the server is not a Sentinel', 'not-sent');
  }
  return { address: { host, port }, epoch: Number.isFinite(epoch) ? epoch : 0 };
}
