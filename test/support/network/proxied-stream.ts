import type { Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

/** From the client to the server, or back. */
export type Direction = 'up' | 'down';

/** Treatment of the bytes of one direction, on all connections of a proxy. */
export interface StreamFaults {
  delayMs?: number;
  pieceBytes?: number;
  merge?: { readonly blobBytes: number; readonly quietMs: number };
  bytesPerSecond?: number;
  isDropping?: boolean;
  chunksToDrop?: number;
  isHolding?: boolean;
  bytesToCut?: number;
}

/** Bytes in transit above which the sender has to wait, as on a real network. */
const MOST_WAITING_BYTES = 1 << 20;

/** The bytes of one direction on one connection. */
export class ProxiedStream {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #faults: () => StreamFaults;
  readonly #reset: () => void;
  #last: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  #collected: Buffer[] = [];
  #quiet: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, faults: () => StreamFaults, reset: () => void) {
    this.#from = from;
    this.#to = to;
    this.#faults = faults;
    this.#reset = reset;
    from.on('data', (chunk: Buffer) => this.#take(chunk));
    from.on('end', () => {
      this.#flush();
      this.#last = this.#last.then(() => void (this.#faults().isDropping || to.end()));
    });
    from.on('close', () => clearTimeout(this.#quiet));
    this.update();
  }

  /** Reads from the sender or pauses it, as the current faults require. */
  update(): void {
    if (this.#faults().merge === undefined) this.#flush();
    if (this.#faults().isHolding || this.#waitingBytes > MOST_WAITING_BYTES) this.#from.pause();
    else this.#from.resume();
  }

  #take(chunk: Buffer): void {
    const { merge } = this.#faults();
    if (merge === undefined) {
      this.#pass(chunk);
      return;
    }
    this.#collected.push(chunk);
    clearTimeout(this.#quiet);
    const collectedBytes = this.#collected.reduce((sum, { length }) => sum + length, 0);
    if (collectedBytes >= merge.blobBytes) this.#flush();
    else this.#quiet = setTimeout(() => this.#flush(), merge.quietMs);
  }

  #flush(): void {
    clearTimeout(this.#quiet);
    if (this.#collected.length > 0) this.#pass(Buffer.concat(this.#collected.splice(0)));
  }

  #pass(chunk: Buffer): void {
    const dueAt = performance.now() + (this.#faults().delayMs ?? 0);
    this.#waitingBytes += chunk.length;
    this.update();
    this.#last = this.#last.then(async () => {
      await this.#deliver(chunk, dueAt);
      this.#waitingBytes -= chunk.length;
      this.update();
    });
  }

  async #deliver(chunk: Buffer, dueAt: number): Promise<void> {
    const waitMs = dueAt - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { ref: false });
    const faults = this.#faults();
    if (faults.isDropping) return;
    if (faults.chunksToDrop) {
      faults.chunksToDrop -= 1;
      return;
    }
    let left = chunk;
    // Bytes for a side that has received the end of the stream are lost.
    while (left.length > 0 && this.#to.writable) {
      const { pieceBytes, bytesPerSecond, bytesToCut } = this.#faults();
      const slice = bytesPerSecond && Math.max(1, Math.floor(bytesPerSecond / 100));
      const size = Math.min(
        left.length,
        pieceBytes || left.length,
        slice || left.length,
        bytesToCut ?? left.length,
      );
      await this.#write(left.subarray(0, size));
      left = left.subarray(size);
      if (bytesToCut !== undefined && this.#cutsAfter(size)) return;
      if (bytesPerSecond) await sleep((size * 1000) / bytesPerSecond, undefined, { ref: false });
      // In a separate turn; otherwise the kernel joins the pieces again.
      else if (left.length > 0) await nextTurn();
    }
  }

  #cutsAfter(bytes: number): boolean {
    const faults = this.#faults();
    faults.bytesToCut = (faults.bytesToCut ?? 0) - bytes;
    if (faults.bytesToCut > 0) return false;
    delete faults.bytesToCut;
    this.#reset();
    return true;
  }

  /** Waits until the kernel has taken it, or will not. */
  async #write(bytes: Buffer): Promise<void> {
    await new Promise<void>((resolve) => void this.#to.write(bytes, () => resolve()));
  }
}
