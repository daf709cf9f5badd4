import { connectionClosed } from '../../driver/unreachable.js';
import type { Endpoint, HostPort } from '../../endpoint.js';
import type { Link } from '../../link/link.js';
import { openLink } from '../../link/open-link.js';
import type { LinkBounds } from '../../link/supervised-link.js';
import { refuseReplica, roleOf, runIdOf } from '../role/role.js';

/** Number of commands that a proof runs at a time. */
const COMMANDS = 10;

/** Server that has proved to be a master: by its own word. */
export interface ProvenMaster {
  readonly address: HostPort;
  /** Id of the server; `undefined` when it does not tell this user. */
  readonly runId: string | undefined;
}

/** Proof that a server is the master, and which server it is: the same one may have several addresses. */
export class MasterProof {
  readonly #bounds: LinkBounds;
  readonly #endpointOf: (address: HostPort) => Endpoint;
  readonly #closing = new AbortController();
  readonly #runIds = new WeakMap<Link, string | undefined>();

  constructor(bounds: LinkBounds, endpointOf: (address: HostPort) => Endpoint) {
    this.#bounds = bounds;
    this.#endpointOf = endpointOf;
  }

  /** Refuses a link whose server is not a master. @throws {ConnectionError} */
  async require(link: Link): Promise<void> {
    const { commandTimeoutMs } = this.#bounds;
    const [runId, role] = await Promise.all([
      runIdOf(link, commandTimeoutMs),
      roleOf(link, commandTimeoutMs, 'ROLE'),
    ]);
    refuseReplica(role);
    this.#runIds.set(link, runId);
  }

  /** Id of the server of a link that was proved. */
  runIdOf(link: Link): string | undefined {
    return this.#runIds.get(link);
  }

  /** Opens a link for nothing but the proof. @throws {ConnectionError} when the server is not reached or no master. */
  async of(address: HostPort): Promise<ProvenMaster> {
    const { clock, connectTimeoutMs } = this.#bounds;
    const link = await openLink(
      {
        clock,
        endpoint: this.#endpointOf(address),
        connectTimeoutMs,
        maxInFlight: COMMANDS,
        prepare: (opened) => this.require(opened),
        onEnd: () => undefined,
      },
      this.#closing.signal,
    );
    const runId = this.runIdOf(link);
    link.end(connectionClosed());
    return { address, runId };
  }

  close(): void {
    this.#closing.abort();
  }
}
