import { withDays } from '../../driver/certificate-dates.js';
import { clientOptions, type Entrance, entranceOf, servernameOf } from '../../driver/client-options.js';
import { helloError, isHelloRefusal } from '../../driver/connect-error.js';
import type { Driver } from '../../driver/driver.js';
import { connectionClosed } from '../../driver/unreachable.js';
import type { Address } from '../../endpoint.js';
import { Link, type LinkEnd, type LinkOptions } from '../link.js';
import { addressesOf } from './addresses.js';
import { race } from './race.js';

/** One attempt to open a link: at every address of the server, until one of them has answered. */
export class Opening {
  readonly #driver: Driver;
  readonly #options: LinkOptions;
  /** Aborts when the attempt is over, so that nothing of it is left behind. */
  readonly #ending = new AbortController();
  readonly #links = new Set<Link>();
  #winner: Link | undefined;

  constructor(driver: Driver, options: LinkOptions) {
    this.#driver = driver;
    this.#options = options;
  }

  /** The link to the first address that answers. */
  async link(): Promise<Link> {
    const { clock, endpoint } = this.#options;
    const [entrance, candidates] = await Promise.all([
      entranceOf(endpoint, clock, this.#ending.signal),
      addressesOf(endpoint.address),
    ]);
    const winner = await race({
      clock,
      candidates,
      enter: (address) => this.#enter(address, entrance),
      isFinal: (error) => this.isReply(error),
    });
    this.#winner = winner;
    this.#links.delete(winner);
    this.#endOthers(connectionClosed());
    return winner;
  }

  /** `true` when the server itself replied with the error: another address would not help. */
  isReply(error: unknown): error is Error {
    return error instanceof this.#driver.ErrorReply;
  }

  /** Ends the attempt, whatever its state. */
  end(reason: LinkEnd): void {
    this.#ending.abort();
    this.#winner?.end(reason);
    this.#endOthers(reason);
  }

  /** Enters by RESP3, and by RESP2 where a server or a proxy refuses HELLO: replies differ in nothing used here. */
  async #enter(address: Address, entrance: Entrance): Promise<Link> {
    try {
      return await this.#enterBy(3, address, entrance);
    } catch (error) {
      if (!this.isReply(error) || !isHelloRefusal(error)) throw error;
    }
    try {
      return await this.#enterBy(2, address, entrance);
    } catch (error) {
      throw this.isReply(error) ? helloError(error) : error;
    }
  }

  async #enterBy(protocol: 2 | 3, address: Address, entrance: Entrance): Promise<Link> {
    if (this.#ending.signal.aborted) throw connectionClosed();
    const socket = new AbortController();
    const tracks = this.#options.onInvalidated !== undefined;
    const whole = { ...entrance, protocol, tracks };
    const options = clientOptions(this.#driver, this.#options.endpoint, address, whole, socket.signal);
    const onEnd = (reason: LinkEnd): void => {
      if (link === this.#winner) this.#options.onEnd(reason);
    };
    const { validUntil } = entrance;
    const own: LinkOptions = { ...this.#options, validUntil, onEnd };
    const link = new Link(this.#driver, this.#driver.createClient(options), socket, own);
    this.#links.add(link);
    try {
      await link.open();
      return link;
    } catch (error) {
      link.end(connectionClosed());
      const { clock, endpoint } = this.#options;
      const { signal } = this.#ending;
      throw await withDays(error, {
        address,
        ...servernameOf(endpoint.address, entrance.tls),
        clock,
        signal,
      });
    }
  }

  #endOthers(reason: LinkEnd): void {
    for (const link of this.#links) link.end(reason);
    this.#links.clear();
  }
}
