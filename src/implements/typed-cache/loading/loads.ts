import type { CallOrder } from '../policy/call-order.js';
import { isOld } from '../reading/freshness.js';
import type { Ledger } from '../store/ledger.js';
import { Load, type LoadKind, type LoadSteps } from './load.js';
import type { LoadTable } from './load-table.js';
import type { Miss } from './miss.js';
import type { LoaderNesting } from './steps/loader-nesting.js';
import { type Boarding, Waiting } from './waiting.js';

/** How often a caller starts over because what it had joined was overtaken. */
const MAX_TURNS = 4;

/**
 * The story of a miss.
 *
 * A call has read no fresh value (`reading/`). After a load that failed a moment ago it gets the stale value at once.
 * Otherwise it looks into the `LoadTable`. A load in flight is joined when it is as new as the call: when the call began
 * before that load read anything, or when the store still has the tokens that it began with; else the table forgets it
 * and a new load begins. A `Load` (`load.ts`) goes through its steps: with `lease: cluster` it takes the lease of the key
 * or waits for the result of the process that has it; it captures the tokens of the key and its tags and looks again,
 * since another process may have stored meanwhile; it calls the loader; it stores the value, if the tokens are the same
 * still and no invalidation of this process has revoked it; and it leaves the table. All the while each of its callers
 * waits (`waiting.ts`) for its end, for the soft timeout where there is a stale value, for the deadline of the call or
 * for its abort, whichever comes first; the last caller that aborts ends the load. Each takes a copy of its own, unless
 * an invalidation has overtaken what it joined: then it starts over.
 */
export class Loads<T> {
  readonly #table: LoadTable<T>;
  readonly #nesting: LoaderNesting;
  readonly #steps: LoadSteps;
  readonly #order: CallOrder;
  readonly #ledger: Ledger;
  readonly #waiting: Waiting<T>;

  constructor(
    table: LoadTable<T>,
    nesting: LoaderNesting,
    steps: LoadSteps,
    order: CallOrder,
    ledger: Ledger,
  ) {
    this.#table = table;
    this.#nesting = nesting;
    this.#steps = steps;
    this.#order = order;
    this.#ledger = ledger;
    this.#waiting = new Waiting<T>(table, nesting, ledger);
  }

  /** The value of a key by a load: one that is in flight and still current, or a new one. */
  async value(miss: Miss<T>): Promise<T> {
    const { request, stale } = miss;
    const { name, key } = request;
    if (stale !== undefined && !request.isForced && this.#steps.backoff.remainingMs(name) > 0) {
      const served = await this.#waiting.serve(stale, request);
      if (served !== undefined) {
        this.#ledger.tell('stale', { key, because: 'backoff' });
        return served.value;
      }
    }
    for (let turn = 0; ; turn++) {
      const awaited = this.#board(miss, turn);
      const boarding = awaited instanceof Promise ? await awaited : awaited;
      const { load, isOwn, anyTag } = boarding;
      if (!isOwn) {
        // Its last caller may have gone while this one asked for proof.
        if (load.isAborted) {
          this.#table.remove(load);
          continue;
        }
        this.#ledger.counts.joined++;
        miss.source.stepAside();
      }
      const answer = await this.#waiting.answer(boarding, request, stale);
      const isGood = answer !== undefined && (isOwn || !load.isOvertakenFor(request, anyTag));
      if (isGood) return answer.value;
      this.#table.remove(load);
    }
  }

  /** Loads for one caller alone, and touches no store. */
  async alone(miss: Miss<T>): Promise<T> {
    this.#nesting.checkNotInside(miss.request);
    const load = this.#begin(miss, { storeDown: true }, false);
    const boarding = { load, isOwn: true, anyTag: undefined };
    const answer = await this.#waiting.answer(boarding, miss.request, undefined);
    if (answer === undefined) throw new TypeError('a load of one caller is not shared');
    return answer.value;
  }

  /** Refreshes a value that is still fresh, once, while no caller waits. */
  refresh(miss: Miss<T>): void {
    if (!this.#isDue(miss)) {
      miss.source.stepAside();
      return;
    }
    this.#ledger.counts.refreshes++;
    this.#begin(miss, { refresh: true, storeDown: miss.isDown }, true);
  }

  /** `true` when a hit begins a refresh: no load of the key is in flight, and the last one has not just failed. */
  #isDue({ request: { name, policy }, reading }: Miss<T>): boolean {
    const entry = reading?.entry;
    if (!policy.mode.stores || entry === undefined || !isOld(entry, policy.refreshAhead)) return false;
    return this.#table.get(name) === undefined && this.#steps.backoff.allowsRefresh(name);
  }

  #begin({ request, source }: Miss<T>, kind: LoadKind, joinable: boolean): Load<T> {
    const load = new Load<T>(request, source, this.#order, kind);
    this.#table.add(load, { joinable });
    const ended = load.run(this.#steps);
    if (kind.refresh === true) void ended.then(() => source.stepAside());
    return load;
  }

  /**
   * The load that a call waits for: one that is in flight, if no invalidation can have come between its beginning and
   * that of the call, else a new one. It takes no turn of the event loop to begin one, so that only one is begun.
   *
   * A caller for whom the store has failed joins without that proof: nothing can give it while the store is away, and
   * every caller would load for itself. What this process has invalidated is kept from it all the same; what another
   * process has invalidated meanwhile is not, if the store took that and refused this caller.
   */
  #board(miss: Miss<T>, turn: number): Boarding<T> | Promise<Boarding<T>> {
    const { request } = miss;
    const load = this.#table.get(request.name);
    const isUsable = load !== undefined && !load.isAborted && turn < MAX_TURNS;
    const isNewer = load?.validity.isNewerThan(request) === true;
    if (
      !isUsable ||
      load.request.policy.version !== request.policy.version ||
      (request.isForced && !(isNewer && load.request.isForced))
    ) {
      this.#nesting.checkNotInside(request);
      const own = this.#begin(miss, { storeDown: miss.isDown }, true);
      return { load: own, isOwn: true, anyTag: undefined };
    }
    if (isNewer || miss.isDown) return { load, isOwn: false, anyTag: undefined };
    return this.#boardWithProof(load, miss, turn);
  }

  /** Joins a load that began before the call, when the store still has the tokens that it began with. */
  async #boardWithProof(load: Load<T>, miss: Miss<T>, turn: number): Promise<Boarding<T>> {
    const { request } = miss;
    const { validity } = load;
    const unproven = { load, isOwn: false, anyTag: undefined };
    try {
      const proof = Promise.all([this.#steps.check.tokensNow(load.request), load.capturing]);
      const [now] = await request.step(proof);
      if (validity.isProvenFor(request, now)) return { ...unproven, anyTag: now.anyTag };
      // There is nothing to prove where what it had read was discarded, and it reads again.
      const needsNone = validity.isNewerThan(request) || miss.isBlind;
      if (validity.tokens === undefined && needsNone) return unproven;
    } catch (error) {
      if (request.isAborted) throw error;
      if (validity.isNewerThan(request) || miss.isBlind) return unproven;
    }
    this.#table.remove(load);
    return this.#board(miss, turn + 1);
  }
}
