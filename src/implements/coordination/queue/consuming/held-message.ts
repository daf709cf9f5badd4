import type { IClock } from '../../../../interfaces/clock.js';
import { Lease } from '../../lease.js';
import { LeaseExtension } from '../../lease-extension.js';
import type { QueueCall, QueueStore, Receipt, Settlement, TakenMessage } from '../store/queue-store.js';

const LOSS =
  'the delivery is lost: its visibility has run out, or another consumer has the message; stop, it is handled again';

/** Surroundings of a message that was handed out. */
export interface HeldPorts {
  readonly store: QueueStore;
  readonly clock: IClock;
  readonly queue: string;
}

/** A message that was handed to us, until it is settled or lost. */
export class HeldMessage {
  readonly taken: TakenMessage;
  readonly #ports: HeldPorts;
  readonly #lease: Lease;
  #extension: LeaseExtension | undefined;
  /** Answer of the last call that settles; calls wait for the one before. */
  #settling: Promise<boolean> | undefined;
  #isSettled = false;
  #over: (() => void) | undefined;

  constructor(
    ports: HeldPorts,
    taken: TakenMessage,
    { sentAt, visibleMs }: { readonly sentAt: number; readonly visibleMs: number },
  ) {
    this.#ports = ports;
    this.taken = taken;
    this.#lease = new Lease(ports.clock, { sentAt, expireMs: visibleMs, lossText: LOSS });
  }

  get receipt(): Receipt {
    return this.taken.receipt;
  }

  /** `true` while it is certainly invisible to others, and not settled. */
  get lasts(): boolean {
    return this.#lease.lasts;
  }

  /** `true` once it was settled, by us. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  get signal(): AbortSignal {
    return this.#lease.signal;
  }

  /** Extends the visibility in the background, at most for a time. */
  keep(visibilityMs: number, maxMs: number): void {
    this.release();
    const { clock } = this.#ports;
    const extend = (lifeMs: number, timeoutMs: number): Promise<boolean> =>
      this.extend(lifeMs, { timeoutMs }).then(
        () => true,
        () => false,
      );
    this.#extension = new LeaseExtension(
      {
        clock,
        expireMs: visibilityMs,
        endsAt: clock.now() + maxMs,
        isHeld: () => this.lasts,
        extend,
      },
      clock.now(),
    );
  }

  /** Ends the extension in the background. */
  release(): void {
    this.#extension?.stop();
    this.#extension = undefined;
  }

  /** Calls a function once when it is settled or lost. */
  whenOver(call: () => void): void {
    this.#over = call;
    this.signal.addEventListener('abort', () => this.#tellOver(), { once: true });
  }

  /** Ends what we know of it: it is given back, or another has it. */
  lose(): void {
    this.release();
    this.#lease.lose();
  }

  /** Forgets it without a word to its holder. */
  drop(): void {
    this.release();
    this.#lease.end();
  }

  async settle(settlement: Settlement): Promise<boolean> {
    const before = this.#settling;
    const settling = this.#settle(settlement, before);
    this.#settling = settling;
    return settling;
  }

  async extend(visibilityMs: number, call: QueueCall = {}): Promise<boolean> {
    const { store, clock, queue } = this.#ports;
    const sentAt = clock.now();
    const isOurs = await store.extend(queue, this.receipt, visibilityMs, call);
    if (this.#isSettled) return false;
    if (isOurs) this.#lease.extend(sentAt, visibilityMs);
    else this.lose();
    return isOurs;
  }

  async #settle(settlement: Settlement, before: Promise<boolean> | undefined): Promise<boolean> {
    await before?.catch(() => undefined);
    const { store, queue } = this.#ports;
    const isOurs = await store.settle(queue, settlement);
    if (isOurs) {
      this.#isSettled = true;
      this.drop();
      this.#tellOver();
    } else this.lose();
    return isOurs;
  }

  #tellOver(): void {
    this.#over?.();
    this.#over = undefined;
  }
}
