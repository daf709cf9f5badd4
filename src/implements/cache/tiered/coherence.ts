import type { ChangeListener, FeedGap } from '../change-feed.js';
import type { GapCause, TierLedger } from './memory/tier-ledger.js';
import type { TierMemory } from './memory/tier-memory.js';

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

  /**
   * The machine was suspended, and deadlines stood still: copies from before are dead. The streams may still stand, and
   * a proof from before the suspension counts from its end for copies that are read after it.
   */
  suspended(): void {
    const { proof } = this.#memory;
    const stood = proof.era !== 0;
    this.#gap('suspended');
    if (stood) proof.stand();
    this.#memory.changedEverything();
  }

  #gap(cause: GapCause): void {
    this.#memory.proof.gap();
    this.#ledger.gap(cause);
  }
}
