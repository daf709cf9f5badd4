/** Size below which the pool of Node is cheaper. */
const SMALLEST_BYTES = 4096;
/** Size above which copying costs more than allocating. */
const LARGEST_BYTES = 64 * 1024;
/** Maximum memory of free buffers. */
const MAX_KEPT_BYTES = 4 * 1024 ** 2;

/**
 * Pool of buffers for copies of outgoing bytes: with a new buffer for every write of some kilobytes, garbage collection
 * costs more than the write itself. These buffers are never given to callers.
 */
export class CopyPool {
  /** Free buffers by size, a power of two. */
  readonly #free = new Map<number, Buffer[]>();
  #keptBytes = 0;

  /** Copies bytes. */
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

  /** Returns a copy to the pool, once the server has answered its command and nothing reads it. */
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
