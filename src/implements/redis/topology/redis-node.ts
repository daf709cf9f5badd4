import { type ConnectionError, DisposedError } from '../../../interfaces/errors.js';
import type { RedisReply, RedisWord } from '../../../interfaces/redis-command.js';
import type { CircuitState, ConnectionStatus, RedisNodeHealth } from '../../../interfaces/redis-health.js';
import { connectionClosed, unreachable } from '../driver/unreachable.js';
import { addressText, type Endpoint } from '../endpoint.js';
import { ExclusiveLinks, type UseOptions } from '../link/exclusive-links.js';
import type { Link, LinkEnd, RunOptions } from '../link/link.js';
import { located } from '../link/located.js';
import { openLink } from '../link/open-link.js';
import { type LinkBounds, SupervisedLink } from '../link/supervised-link.js';

/** Limits of a node: those of its links, and the numbers of links. */
export interface NodeBounds extends LinkBounds {
  /** Number of links that share the commands in turn. */
  readonly dataConnections: number;
  /** Maximum number of dedicated links. */
  readonly maxConnections: number;
}

export interface RedisNodeOptions extends NodeBounds {
  /** Name for messages: usually its address. */
  readonly name: string;
  readonly locate: (signal: AbortSignal) => Endpoint | Promise<Endpoint>;
  readonly prepare?: ((link: Link) => Promise<void>) | undefined;
  readonly onRefusal?: ((reason: string) => void) | undefined;
  /** Called when the status or circuit of one of its links has changed. */
  readonly onChange: () => void;
}

/** A link, and the address to which it was opened. */
export interface NodeLink {
  readonly link: Link;
  readonly address: string;
}

/** One server and all connections to it: those that all callers share, and dedicated ones. */
export class RedisNode {
  readonly #options: RedisNodeOptions;
  readonly #links: readonly SupervisedLink[];
  readonly #exclusive: ExclusiveLinks;
  /** Dedicated links, and the addresses that they lead to. */
  readonly #others = new Map<Link, string>();
  #turn = 0;

  constructor(options: RedisNodeOptions) {
    this.#options = options;
    this.#links = Array.from({ length: options.dataConnections }, () => new SupervisedLink(options));
    this.#exclusive = new ExclusiveLinks({
      clock: options.clock,
      max: options.maxConnections,
      // A transaction is one call, however many commands it has.
      open: (timeoutMs, signal, onEnd) =>
        this.open(timeoutMs, signal, onEnd, undefined, Number.POSITIVE_INFINITY),
    });
  }

  get name(): string {
    return this.#options.name;
  }

  /** Status of the best link: calls pass as long as one link works. */
  get status(): ConnectionStatus {
    return this.#best.status;
  }

  get circuit(): CircuitState {
    return this.#best.circuit;
  }

  get passes(): boolean {
    return this.#best.passes;
  }

  /** `true` while calls are accepted; see `SupervisedLink.accepts`. */
  get accepts(): boolean {
    return this.#links.some(({ accepts }) => accepts);
  }

  get reason(): Error | undefined {
    return this.#best.reason;
  }

  get client(): unknown {
    return this.#best.link?.client;
  }

  get health(): RedisNodeHealth {
    const { name, status, circuit } = this;
    return { node: name, status, circuit, inFlight: this.inFlight };
  }

  get inFlight(): number {
    return this.#links.reduce((sum, { link }) => sum + (link?.inFlight ?? 0), 0);
  }

  run(words: readonly RedisWord[], timeoutMs: number, options?: RunOptions): Promise<RedisReply> {
    return this.carrier.run(words, timeoutMs, options);
  }

  /** The link that carries the next commands. */
  get carrier(): SupervisedLink {
    const links = this.#links;
    if (links.length === 1) return links[0] as SupervisedLink;
    for (let tried = 0; tried < links.length; tried++) {
      this.#turn = (this.#turn + 1) % links.length;
      const link = links[this.#turn] as SupervisedLink;
      if (link.passes) return link;
    }
    return links.find((link) => link.accepts) ?? (links[0] as SupervisedLink);
  }

  /** Attempts once to open every link that is missing; returns the reason for a failure. */
  async attempt(timeoutMs?: number): Promise<Error | undefined> {
    const failures = await Promise.all(
      this.#links.map((link) => (link.link === undefined ? link.attempt(timeoutMs) : undefined)),
    );
    return failures.find((failure) => failure !== undefined);
  }

  /** Continues in the background to open the links that are missing. */
  keepTrying(): void {
    for (const link of this.#links) if (link.link === undefined) link.retryLater();
  }

  /** Links that all callers share; `undefined` for one that is missing. */
  get sharedLinks(): readonly (Link | undefined)[] {
    return this.#links.map(({ link }) => link);
  }

  /** Links to the server, and the addresses to which they were opened. */
  get links(): readonly NodeLink[] {
    const shared = this.#links.map(({ link, address = '' }) => ({ link, address }));
    const others = [...this.#others].map(([link, address]) => ({ link, address }));
    return [...shared, ...others].filter((each): each is NodeLink => each.link !== undefined);
  }

  /**
   * Opens new links in the place of those that do not lead to the right server. A link stays until the new one is
   * there; if that fails, it stays for good.
   *
   * @returns `true` when every shared link leads to the right server now.
   */
  async supplant(
    isRight: (link: NodeLink) => boolean | Promise<boolean>,
    reason: ConnectionError,
  ): Promise<boolean> {
    const shared = this.#links.map(async (each) => {
      const { link, address = '' } = each;
      if (link === undefined) return false; // It is looked for already.
      if (await isRight({ link, address })) return true;
      const failure = await each.attempt();
      if (failure !== undefined) each.retryLater(); // It may have been lost meanwhile.
      return failure === undefined;
    });
    const found = await Promise.all(shared);
    if (!found.includes(true)) return false;
    for (const [link, address] of [...this.#others])
      if (!(await isRight({ link, address }))) link.end(reason);
    return !found.includes(false);
  }

  /** Runs a task on a dedicated link; refused immediately while the server is unreachable. */
  exclusively<T>(options: UseOptions, task: (link: Link) => Promise<T>): Promise<T> {
    if (!this.accepts) return Promise.reject(this.#best.unavailable());
    return this.#exclusive.use(options, task);
  }

  /**
   * Opens one more link to the server, which the caller ends.
   *
   * @param onInvalidated  Called with each key that the server invalidates on this link; `null` for all keys.
   */
  async open(
    timeoutMs: number,
    signal: AbortSignal,
    onEnd: (reason: LinkEnd) => void,
    onInvalidated?: (key: Buffer | null) => void,
    maxInFlight = this.#options.maxInFlight,
  ): Promise<Link> {
    const { clock, connectTimeoutMs, locate, prepare, onRefusal, database } = this.#options;
    const beganAt = clock.now();
    const boundMs = Math.min(timeoutMs, connectTimeoutMs);
    try {
      const endpoint = await located(clock, locate(signal), boundMs, signal);
      const leftMs = Math.max(1, boundMs - (clock.now() - beganAt));
      const link: Link = await openLink(
        {
          clock,
          endpoint,
          connectTimeoutMs: leftMs,
          maxInFlight,
          prepare,
          onRefusal,
          onInvalidated,
          onEnd: (reason) => {
            this.#others.delete(link);
            onEnd(reason);
          },
        },
        signal,
      );
      this.#others.set(link, addressText(endpoint.address));
      return link;
    } catch (error) {
      if (!(error instanceof Error) || DisposedError.is(error)) throw error;
      throw unreachable(database, error);
    }
  }

  /** Ends a node that is no longer needed, after the calls in flight have had their time. */
  retire(reason: ConnectionError, onEnd: () => void): void {
    const { clock, commandTimeoutMs } = this.#options;
    const endWhenIdle = (): void => {
      // A blocking call, or one with a longer timeout, is not cut off.
      if (this.inFlight > 0 || [...this.#others.keys()].some((link) => link.inFlight > 0)) {
        clock.schedule(commandTimeoutMs, endWhenIdle);
        return;
      }
      this.close(reason);
      onEnd();
    };
    clock.schedule(commandTimeoutMs, endWhenIdle);
  }

  /** @param reason  Error of the calls in flight. */
  close(reason?: LinkEnd): void {
    this.#exclusive.close(reason);
    for (const link of [...this.#others.keys()]) link.end(reason ?? connectionClosed());
    for (const link of this.#links) link.close(reason);
  }

  get #best(): SupervisedLink {
    const [first] = this.#links as [SupervisedLink];
    return first.passes ? first : (this.#links.find((link) => link.passes) ?? first);
  }
}
