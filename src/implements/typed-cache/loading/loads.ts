import type { CallOrder } from '../policy/call-order.js';
import { isOld } from '../reading/freshness.js';
import type { Ledger } from '../store/ledger.js';
import { Load, type LoadKind, type LoadSteps } from './load.js';
import type { LoadTable } from './load-table.js';
import type { Miss } from './miss.js';
import type { LoaderNesting } from './steps/loader-nesting.js';
import { type Boarding, Waiting } from './waiting.js';

/** Number of attempts to join a load in flight before a call begins its own. */
const MAX_TURNS = 4;

/**
 * The story of a miss: single-flight loading.
 *
 * A call has found no fresh value. During the pause after a failed load it gets the stale value, if there is one.
 * Otherwise it looks for a load in flight (`load-table.ts`), and joins it if that load is current for this call: the
 * call began before the load read anything, or the store still has the tokens that the load captured. If not, it begins
 * a new load (`load.ts`), in four steps. Lease: with `lease: cluster`, the load takes the lease of its key, or waits
 * for the result of the process that holds it. Double check: it captures the tokens of the key and its tags, and reads
 * the key again, because another process may have stored it meanwhile. Loader: it calls the loader, within
 * `loadTimeout`. Store: it writes the value, unless an invalidation has changed the tokens or revoked the load.
 * Meanwhile each caller waits (`waiting.ts`) for whichever comes first: load settled, soft timeout with a stale value
 * to serve, deadline, or abort; when the last caller aborts, so does the load. No two callers share one copy of the
 * value. A caller whose load was overtaken by an invalidation starts over.
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

  /** Value of a key, by a load that is in flight and still current, or by a new one. */
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
        // The last caller of the load may have aborted while this one waited for proof.
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

  /** Loads for one caller alone, without the store. */
  async alone(miss: Miss<T>): Promise<T> {
    this.#nesting.checkDepth(miss.request);
    const load = this.#begin(miss, { storeDown: true }, false);
    const boarding = { load, isOwn: true, anyTag: undefined };
    const answer = await this.#waiting.answer(boarding, miss.request, undefined);
    if (answer === undefined) throw new TypeError('a load of one caller is not shared');
    return answer.value;
  }

  /** Refreshes a value that is still fresh in the background, if that is due. */
  refresh(miss: Miss<T>): void {
    if (!this.#isDue(miss)) {
      miss.source.stepAside();
      return;
    }
    this.#ledger.counts.refreshes++;
    this.#nesting.runOutside(() => this.#begin(miss, { refresh: true, storeDown: miss.isDown }, true));
  }

  /** `true` when a hit begins a refresh: the entry is old enough, no load is in flight, and there is no pause. */
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
   * Chooses the load that a call waits for: one in flight, if no invalidation can have come between its beginning and
   * that of the call, otherwise a new one. A new load begins synchronously, so that there is only one.
   *
   * A call that the store has failed joins without proof: there is none while the store is away, and every call would
   * load for itself. Invalidations of this process are honoured even then; one of another process is missed if the
   * store accepted it and failed this call.
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
      this.#nesting.checkDepth(request);
      const own = this.#begin(miss, { storeDown: miss.isDown }, true);
      return { load: own, isOwn: true, anyTag: undefined };
    }
    if (isNewer || miss.isDown) return { load, isOwn: false, anyTag: undefined };
    return this.#boardWithProof(load, miss, turn);
  }

  /** Joins a load that began before the call, if the store still has the tokens that the load captured. */
  async #boardWithProof(load: Load<T>, miss: Miss<T>, turn: number): Promise<Boarding<T>> {
    const { request } = miss;
    const { validity } = load;
    const unproven = { load, isOwn: false, anyTag: undefined };
    try {
      const proof = Promise.all([this.#steps.check.tokensNow(load.request), load.capturing]);
      const [now] = await request.step(proof);
      if (validity.isProvenFor(request, now)) return { ...unproven, anyTag: now.anyTag };
      // No proof is needed when the load has discarded its reading and will read again.
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
