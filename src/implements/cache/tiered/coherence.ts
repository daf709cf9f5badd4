import type { ChangeListener, FeedGap } from '../change-feed.js';
import type { GapCause, TierLedger } from './tier-ledger.js';
import type { TierMemory } from './tier-memory.js';

/** Applies to the memory of a tier whatever a feed of changes tells. */
export class Coherence implements ChangeListener {
  readonly #memory: TierMemory;
  readonly #ledger: TierLedger;

  constructor(memory: TierMemory, ledger: TierLedger) {
    this.#memory = memory;
    this.#ledger = ledger;
  }

  onGap(cause: FeedGap): void {
    this.#gap(cause);
  }

  onStanding(): void {
    const { proof } = this.#memory;
    proof.stand();
    this.#ledger.tell('standing', { era: proof.era });
  }

  onProof(sentAt: number): void {
    this.#memory.proof.prove(sentAt);
  }

  /** Own changes have been handled by the calls that made them. */
  onChange(kind: 'keys' | 'generations', names: readonly string[], own: boolean): void {
    if (own) return;
    if (kind === 'keys') this.#memory.changedKeys(names);
    else this.#memory.changedGenerations(names);
  }

  onEverything(): void {
    this.#memory.changedEverything();
  }

  /** The machine was suspended: no deadline means anything, and whatever happened meanwhile was not heard. */
  suspended(): void {
    this.#gap('suspended');
    this.#memory.changedEverything();
  }

  #gap(cause: GapCause): void {
    this.#memory.proof.gap();
    this.#ledger.gap(cause);
  }
}
