import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import { ConnectionError, DisposedError, ResolutionError } from '../../../interfaces/errors.js';
import type { RedisReply, RedisWord } from '../../../interfaces/redis-command.js';
import type { CircuitState, ConnectionStatus } from '../../../interfaces/redis-health.js';
import { bounded } from '../../foundation/waiting/bounded.js';
import { connectionClosed, unreachable } from '../driver/unreachable.js';
import { addressText, type Endpoint } from '../endpoint.js';
import { Backlog } from './backlog.js';
import { CircuitBreaker } from './circuit-breaker.js';
import type { Link, LinkEnd, RunOptions } from './link.js';
import { located } from './located.js';
import { openLink } from './open-link.js';
import { authRetryDelayMs, retryDelayMs } from './retry-delay.js';
import { Renewal } from './rotation/renewal.js';
import { RetiredLinks } from './rotation/retired-links.js';

/** Lifetime after which a link counts as stable. */
const LASTING_MS = 1000;
/** Minimum time limit of an attempt to reconnect; see `#attemptTimeoutMs`. */
const QUICK_MS = 1000;
const THOROUGH_EVERY = 4;

/** Limits that all links of a connection share. */
export interface LinkBounds {
  readonly clock: IClock;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
  readonly maxInFlight: number;
  /** Maximum memory of the calls that wait to be sent. */
  readonly maxWaitingBytes: number;
  /** Name of the target, for messages. */
  readonly database: string;
}

export interface SupervisedLinkOptions extends LinkBounds {
  /** Current address of the server; asked at every attempt. */
  readonly locate: (signal: AbortSignal) => Endpoint | Promise<Endpoint>;
  readonly prepare?: ((link: Link) => Promise<void>) | undefined;
  /** Called when the server refuses a command because of its own state: it is a replica, or still loading. */
  readonly onRefusal?: ((reason: string) => void) | undefined;
  /** Called when status or circuit has changed. */
  readonly onChange: () => void;
}

/**
 * A link that is replaced whenever it is lost, for as long as that takes: the first attempt follows at once, later ones
 * at most half a second apart. Calls wait while a link that worked until now is replaced for the first time, and for
 * room beyond `maxInFlight`. While an outage lasts, or nothing is answered on the link, they are refused immediately.
 */
export class SupervisedLink {
  readonly #options: SupervisedLinkOptions;
  readonly #closing = new AbortController();
  readonly #breaker: CircuitBreaker;
  readonly #backlog: Backlog;
  readonly #renewal: Renewal;
  readonly #retired: RetiredLinks;
  #status: ConnectionStatus = 'idle';
  #link: Link | undefined;
  /** The link while calls may pass. */
  #passing: Link | undefined;
  #address: string | undefined;
  #retry: ScheduledTask | undefined;
  #attempting: Promise<Error | undefined> | undefined;
  /** `true` from the loss of a working link to the end of the first attempt to replace it: calls wait. */
  #isReturning = false;
  /** `true` while the calls in flight end before another link takes over: further calls wait. */
  #isHolding = false;
  /** Link that is asked whether it still works; calls wait. */
  #proving: Link | undefined;
  /** Reason why there is no link; `undefined` while there is one. */
  #reason: Error | undefined;
  /** Number of consecutive attempts that gave no link, or none that lasted. */
  #failures = 0;
  #readyAt = 0;
  /** Longest duration of a successful attempt. */
  #tookMs: number | undefined;

  constructor(options: SupervisedLinkOptions) {
    this.#options = options;
    this.#breaker = new CircuitBreaker({
      clock: options.clock,
      probe: async () => this.#link?.ping(options.commandTimeoutMs),
      onChange: () => this.#onCircuit(),
    });
    const { clock, maxWaitingBytes: maxBytes } = options;
    this.#backlog = new Backlog({ clock, maxBytes, late: (timeoutMs) => this.#late(timeoutMs) });
    this.#renewal = new Renewal({ clock, renew: () => this.#renew() });
    this.#retired = new RetiredLinks(clock);
  }

  get status(): ConnectionStatus {
    return this.#status === 'ready' && this.#passing === undefined ? 'degraded' : this.#status;
  }

  get circuit(): CircuitState {
    return this.#breaker.state;
  }

  /** Reason why calls are refused; `undefined` while they pass. */
  get reason(): Error | undefined {
    if (this.#passing !== undefined) return undefined;
    return this.#link === undefined ? this.#reason : silence();
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** Address of the link, or of the last one. */
  get address(): string | undefined {
    return this.#address;
  }

  /** `true` while calls pass. */
  get passes(): boolean {
    return this.#passing !== undefined;
  }

  /** `true` while calls are accepted: they pass, or wait for a link that has just been lost to come back. */
  get accepts(): boolean {
    return this.#passing !== undefined || this.#isReturning;
  }

  run(words: readonly RedisWord[], timeoutMs: number, options?: RunOptions): Promise<RedisReply> {
    const link = this.#passing;
    if (link === undefined && !this.#isReturning) return Promise.reject(this.unavailable());
    // A call never overtakes those that wait.
    if (link !== undefined && this.#backlog.size === 0 && this.#canSend(link))
      return link.run(words, timeoutMs, options);
    const send = (calledAt: number): Promise<RedisReply> =>
      this.#link?.run(words, timeoutMs, options, calledAt) ?? Promise.reject(this.unavailable());
    return this.#backlog.add({ words, timeoutMs, signal: options?.signal, send });
  }

  /** Attempts once to open a link, or waits for the attempt in progress; returns the reason for a failure. */
  attempt(connectTimeoutMs = this.#options.connectTimeoutMs): Promise<Error | undefined> {
    this.#attempting ??= this.#attempt(connectTimeoutMs).finally(() => {
      this.#attempting = undefined;
    });
    return this.#attempting;
  }

  async #attempt(connectTimeoutMs: number): Promise<Error | undefined> {
    const { clock } = this.#options;
    const beganAt = clock.now();
    if (this.#status === 'idle') this.#setStatus('connecting');
    if (this.#link === undefined) this.#breaker.try();
    try {
      const { link, address } = await this.#open(connectTimeoutMs);
      const tookMs = clock.now() - beganAt;
      await this.#releaseFor(link);
      if (this.#closing.signal.aborted) {
        link.end(connectionClosed());
        return this.unavailable();
      }
      this.#link = link;
      this.#address = address;
      this.#reason = undefined;
      this.#readyAt = clock.now();
      this.#tookMs = Math.max(this.#tookMs ?? 0, tookMs);
      this.#status = 'ready';
      this.#isReturning = false;
      this.#isHolding = false;
      this.#renewal.watch(link.validUntil, tookMs);
      this.#breaker.close();
      if (this.#passing !== link) this.#onCircuit();
      return undefined;
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if (this.#link !== undefined) return failure;
      this.#reason = failure;
      this.#isReturning = false;
      const refused = ConnectionError.is(failure) && failure.code === 'E_CONNECTION_AUTH';
      if (!this.#closing.signal.aborted) {
        this.#breaker.lose();
        this.#setStatus(refused ? 'auth-failed' : 'connecting');
        this.#backlog.end(() => this.unavailable());
      }
      return failure;
    }
  }

  async #open(connectTimeoutMs: number): Promise<{ readonly link: Link; readonly address: string }> {
    const { clock, locate } = this.#options;
    const { signal } = this.#closing;
    const beganAt = clock.now();
    const where = locate(signal);
    const endpoint = await located(clock, where, connectTimeoutMs, signal);
    const askedMs = where instanceof Promise ? clock.now() - beganAt : 0;
    const leftMs = Math.max(1, connectTimeoutMs - askedMs);
    let link: Link | undefined;
    // A link that waits to take over, or has been replaced, is not heard.
    const heard =
      <Args extends unknown[]>(report: (...args: Args) => void) =>
      (...args: Args): void => {
        if (link !== undefined && link === this.#link) report(...args);
      };
    link = await openLink(
      {
        ...this.#options,
        endpoint,
        connectTimeoutMs: leftMs,
        onRoom: heard(this.onRoom),
        onEnd: heard(this.onEnd),
        onSilence: heard(this.onSilence),
        onAnswer: heard(this.onAnswer),
        onRefusal: heard(this.onRefusal),
      },
      signal,
    );
    return { link, address: addressText(endpoint.address) };
  }

  /**
   * Lets the calls on the current link end before another one takes over, so that no two calls overtake each other.
   * Meanwhile further calls wait, for half of the time that they have at most.
   *
   * @throws {ConnectionError} when the successor ends first.
   */
  async #releaseFor(successor: Link): Promise<void> {
    const { clock, commandTimeoutMs } = this.#options;
    if (this.#link !== undefined) {
      this.#isHolding = true;
      await bounded(clock, commandTimeoutMs / 2, this.#link.drained());
    }
    const predecessor = this.#link;
    if (successor.hasEnded) {
      this.#isHolding = false;
      this.#serve();
      throw lost('the connection broke before it took over');
    }
    if (predecessor !== undefined) void this.#retired.add(predecessor);
  }

  /** Attempts again after a delay, until one succeeds. */
  retryLater(): void {
    if (this.#closing.signal.aborted || ResolutionError.is(this.#reason)) return;
    // One attempt at a time: of two that succeed, one link would have no owner.
    if (this.#retry !== undefined || this.#attempting !== undefined || this.#link !== undefined) return;
    this.#failures++;
    const delayMs = this.#status === 'auth-failed' ? authRetryDelayMs() : retryDelayMs(this.#failures);
    this.#retry = this.#options.clock.schedule(delayMs, async () => {
      this.#retry = undefined;
      if ((await this.attempt(this.#attemptTimeoutMs)) !== undefined) this.retryLater();
    });
  }

  /** Replaces the link by one with new credentials; returns the reason for a failure. */
  async #renew(): Promise<Error | undefined> {
    const failure = await this.attempt();
    if (failure !== undefined) this.retryLater(); // The link may have been lost meanwhile.
    return failure;
  }

  /** Gives up the link because its server is no longer the right one, and looks for that one. */
  replace(reason: ConnectionError): void {
    this.#link?.end(reason);
  }

  /** @param reason  Error of the calls in flight. */
  close(reason: LinkEnd = connectionClosed()): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#retry?.cancel();
    this.#renewal.cancel();
    this.#retired.close(reason);
    const link = this.#link;
    this.#link = undefined;
    this.#isReturning = false;
    this.#breaker.lose();
    this.#setStatus('closed');
    this.#backlog.close(() => this.unavailable());
    link?.end(reason);
  }

  /** Reason why a call is refused. */
  unavailable(): ConnectionError | DisposedError {
    if (this.#status === 'closed') return new DisposedError('this RedisConnection is closed');
    return unreachable(this.#options.database, this.reason);
  }

  /**
   * An attempt that hangs in a network which has recovered meanwhile must not keep us offline, so most attempts are
   * short. An attempt that is slow by nature must succeed too: the limit follows the successful ones, and every fourth
   * attempt gets all its time.
   */
  get #attemptTimeoutMs(): number {
    const { connectTimeoutMs } = this.#options;
    if (this.#tookMs === undefined || this.#failures % THOROUGH_EVERY === 0) return connectTimeoutMs;
    return Math.min(connectTimeoutMs, Math.max(QUICK_MS, 3 * this.#tookMs));
  }

  private readonly onEnd = (reason: LinkEnd): void => {
    if (this.#closing.signal.aborted) return;
    // A server that is silent, and not only away for a moment, is not waited for.
    const isSilent = ConnectionError.is(reason) && reason.code === 'E_CONNECTION_TIMEOUT';
    this.#isReturning = this.#passing !== undefined && !isSilent;
    this.#link = undefined;
    this.#proving = undefined;
    this.#renewal.cancel();
    this.#reason = reason;
    // A link that did not last counts as one more failed attempt, not as the end of an incident.
    if (this.#options.clock.now() - this.#readyAt >= LASTING_MS) this.#failures = 0;
    this.#status = 'connecting';
    this.#breaker.lose();
    if (!this.#isReturning) this.#backlog.end(() => this.unavailable());
    this.#options.onChange();
    this.retryLater();
  };

  private readonly onRoom = (): void => this.#serve();

  private readonly onSilence = (): void => this.#breaker.silence();

  private readonly onAnswer = (): void => this.#breaker.close();

  private readonly onRefusal = (reason: string): void => {
    if (reason === 'LOADING') this.replace(lost('it is loading its data'));
    else this.#options.onRefusal?.(reason);
  };

  #onCircuit(): void {
    this.#passing = this.#breaker.state === 'closed' ? this.#link : undefined;
    this.#options.onChange();
    if (this.#passing !== undefined) this.#serve();
  }

  /** Error of a call that has waited for its whole timeout. */
  #late(timeoutMs: number): Error {
    if (this.#link === undefined) return this.unavailable();
    if (this.#link.hasRoom) return unreachable(this.#options.database, silence());
    return noRoom(this.#options.maxInFlight, timeoutMs);
  }

  /** Sends the calls that wait. */
  #serve(): void {
    this.#backlog.serve(() => this.#link !== undefined && this.#canSend(this.#link));
  }

  /** `true` when a call can be sent at once. */
  #canSend(link: Link): boolean {
    if (!link.hasRoom || this.#isHolding) return false;
    if (link.isFresh(this.#options.clock.now())) return true;
    void this.#prove(link);
    return false;
  }

  /** Asks whether a link still works, after this process was suspended; then the calls are sent that wait for that. */
  async #prove(link: Link): Promise<void> {
    if (this.#proving === link) return;
    this.#proving = link;
    try {
      await link.ping(this.#options.commandTimeoutMs);
    } catch {
      // A lost link is replaced, and a silent one given up; the calls wait for that.
    } finally {
      if (this.#proving === link) this.#proving = undefined;
    }
    if (this.#link === link) this.#serve();
  }

  #setStatus(status: ConnectionStatus): void {
    if (this.#status === status) return;
    this.#status = status;
    this.#options.onChange();
  }
}

/** Error of a link that is given up although it still works. */
export function lost(why: string): ConnectionError {
  return new ConnectionError('E_CONNECTION_LOST', why, 'unknown');
}

function noRoom(maxInFlight: number, timeoutMs: number): ConnectionError {
  const text = `${maxInFlight} commands (maxInFlight) were waiting for Redis, and none ended within ${Math.round(timeoutMs)} ms`;
  return new ConnectionError('E_OVERLOADED', text, 'not-sent');
}

function silence(): ConnectionError {
  return new ConnectionError('E_CIRCUIT_OPEN', 'Redis does not answer in time', 'not-sent');
}
