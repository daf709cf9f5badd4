/** Waiters of this process, by ticket. */
export class WakeCalls {
  readonly #calls = new Map<string, () => void>();

  listen(ticket: string, wake: () => void): () => void {
    this.#calls.set(ticket, wake);
    return () => void this.#calls.delete(ticket);
  }

  wake(ticket: string): void {
    this.#calls.get(ticket)?.();
  }

  /** Wakes all: messages may have been lost. */
  wakeAll(): void {
    for (const wake of [...this.#calls.values()]) wake();
  }
}
