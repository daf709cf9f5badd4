import type { ChangeListener, FeedGap } from '../../../../src/implements/cache/change-feed.js';

/** Event of a feed, as text: `gap link`, `standing`, `keys a,b own`, `everything`. Proofs are not events. */
export class RecordingListener implements ChangeListener {
  readonly events: string[] = [];
  provenAt = Number.NEGATIVE_INFINITY;
  stands = false;

  onGap(cause: FeedGap): void {
    this.stands = false;
    this.events.push(`gap ${cause}`);
  }

  onStanding(): void {
    this.stands = true;
    this.events.push('standing');
  }

  onProof(sentAt: number): void {
    this.provenAt = sentAt;
  }

  onChange(kind: 'keys' | 'generations', names: readonly string[], own: boolean): void {
    this.events.push(`${kind} ${names.join(',')} ${own ? 'own' : 'foreign'}`);
  }

  onEverything(): void {
    this.events.push('everything');
  }

  /** Events since the last call. */
  take(): string[] {
    return this.events.splice(0);
  }
}
