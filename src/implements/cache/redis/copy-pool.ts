/** Below this, Node's own pool is cheaper than anything. */
const SMALLEST_BYTES = 4096;
/** Above this, the copying costs more than the memory. */
const LARGEST_BYTES = 64 * 1024;
/** What is kept for later at most. */
const MAX_KEPT_BYTES = 4 * 1024 ** 2;

/**
 * Copies of outgoing bytes, in memory that is used again: a fresh buffer for every write of some kilobytes keeps the
 * garbage collector busier than the write itself. Nobody outside ever sees these buffers.
 */
export class CopyPool {
  /** Buffers that are free, by size: powers of two. */
  readonly #free = new Map<number, Buffer[]>();
  #keptBytes = 0;

  /** A copy of some bytes. */
  copy(bytes: Uint8Array): Buffer {
    const { byteLength } = bytes;
    if (byteLength < SMALLEST_BYTES || byteLength > LARGEST_BYTES) return Buffer.from(bytes);
    const size = 2 ** Math.ceil(Math.log2(byteLength));
    let buffer = this.#free.get(size)?.pop();
    if (buffer === undefined) buffer = Buffer.allocUnsafeSlow(size);
    else this.#keptBytes -= size;
    buffer.set(bytes);
    return buffer.subarray(0, byteLength);
  }

  /** Gives a copy back, once nobody can read it any more: the server has answered the command that it was part of. */
  release(copy: Buffer): void {
    const size = copy.buffer.byteLength;
    const isOurs = copy.byteOffset === 0 && copy.byteLength >= SMALLEST_BYTES && size <= LARGEST_BYTES;
    if (!isOurs || !Number.isInteger(Math.log2(size)) || this.#keptBytes + size > MAX_KEPT_BYTES) return;
    this.#keptBytes += size;
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [Buffer.from(copy.buffer)]);
    else free.push(Buffer.from(copy.buffer));
  }
}
