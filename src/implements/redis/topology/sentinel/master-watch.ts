import type { IClock } from '../../../../interfaces/clock.js';
import { within } from '../../../foundation/waiting/within.js';
import { addressText, type HostPort } from '../../endpoint.js';
import { lost } from '../../link/supervised-link.js';
import type { NodeLink, RedisNode } from '../redis-node.js';
import type { MasterProof, ProvenMaster } from './master-proof.js';
import type { Sentinels } from './sentinels.js';
import type { Candidate } from './statement.js';

/** Time in which a more credible server may prove itself before a less credible one is taken. */
const ADVANTAGE_MS = 500;
/** The same for a server that the Sentinels themselves do not reach. */
const DOUBTED_MS = 100;
/** Time for which two addresses count as those of one server, after they have proved to be. */
const ALIAS_MS = 30_000;

/** Choice of the master among the servers that Sentinels name, and the check that the links still lead to it. */
export class MasterWatch {
  readonly #clock: IClock;
  readonly #sentinels: Sentinels;
  readonly #proof: MasterProof;
  /** Servers behind the addresses that were proved, and the time until which that counts. */
  readonly #servers = new Map<string, { readonly runId: string; readonly until: number }>();
  /** Configuration that named the server of the links. */
  #epoch = Number.NEGATIVE_INFINITY;
  /** Server that has proved to be the master, while links to it are opened. */
  #successor: HostPort | undefined;
  #choosing: Promise<HostPort> | undefined;

  constructor(clock: IClock, sentinels: Sentinels, proof: MasterProof) {
    this.#clock = clock;
    this.#sentinels = sentinels;
    this.#proof = proof;
  }

  /** Address for a new link. @throws {ConnectionError} when no Sentinel names a server, or none of those proves itself. */
  locate(): Promise<HostPort> {
    if (this.#successor !== undefined) return Promise.resolve(this.#successor);
    this.#choosing ??= this.#choose().finally(() => {
      this.#choosing = undefined;
    });
    return this.#choosing;
  }

  /** Replaces the links when a server of a newer configuration proves to be the master, and is not theirs. */
  async check(node: RedisNode): Promise<void> {
    const { links } = node;
    if (links.length === 0) return; // The address is being looked up already.
    const ranked = await this.#sentinels.candidates();
    const current = ranked.find((candidate) => links.every((link) => this.#leadsTo(link, candidate)));
    if (current !== undefined) this.#epoch = Math.max(this.#epoch, current.epoch);
    for (const candidate of ranked) {
      if (candidate === current || !this.#outranks(candidate, current)) continue;
      const proven = await this.#proof.of(candidate.address).catch(() => undefined);
      if (proven === undefined) continue;
      await this.#follow(node, candidate, proven);
      return;
    }
  }

  async #choose(): Promise<HostPort> {
    const ranked = await this.#sentinels.candidates();
    const [first] = ranked as [Candidate];
    const { address, epoch } = ranked.length === 1 ? first : await this.#firstProven(ranked);
    this.#epoch = epoch;
    return address;
  }

  /** The most credible server that proves to be a master, if it does so soon enough. */
  async #firstProven(ranked: readonly Candidate[]): Promise<Candidate> {
    const failures: unknown[] = [];
    const proofs = ranked.map(async (candidate) => {
      try {
        await this.#proof.of(candidate.address);
        return candidate;
      } catch (error) {
        failures.push(error);
        return undefined;
      }
    });
    for (const [rank, { isUp }] of ranked.entries()) {
      const proof = proofs[rank] as Promise<Candidate | undefined>;
      const late = () => undefined;
      const proven = await within(this.#clock, isUp ? ADVANTAGE_MS : DOUBTED_MS, proof, { late });
      if (proven !== undefined) return proven;
    }
    for (const proof of proofs) {
      const proven = await proof;
      if (proven !== undefined) return proven;
    }
    throw failures[0];
  }

  /**
   * A Sentinel that was cut off names servers of older configurations. Where no Sentinel knows our server any more,
   * most of them are believed, too: they may have been set up anew.
   */
  #outranks({ epoch, votes }: Candidate, current: Candidate | undefined): boolean {
    if (current !== undefined) return epoch > this.#epoch;
    return epoch >= this.#epoch || 2 * votes > this.#sentinels.count;
  }

  async #follow(node: RedisNode, { address, epoch }: Candidate, { runId }: ProvenMaster): Promise<void> {
    const named = addressText(address);
    if (runId !== undefined) this.#servers.set(named, { runId, until: this.#clock.now() + ALIAS_MS });
    this.#successor = address;
    this.#epoch = epoch;
    try {
      const leadsThere = (link: NodeLink): boolean => this.#leadsTo(link, { address });
      await node.supplant(leadsThere, lost(`the master is now ${named}`));
    } finally {
      this.#successor = undefined;
    }
  }

  /** `true` when a link leads to the server of an address, by this or another name of it. */
  #leadsTo({ link, address: its }: NodeLink, { address }: { readonly address: HostPort }): boolean {
    const named = addressText(address);
    if (its === named) return true;
    const server = this.#servers.get(named);
    return (
      server !== undefined && server.until > this.#clock.now() && server.runId === this.#proof.runIdOf(link)
    );
  }
}
