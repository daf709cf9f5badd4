import { createHash } from 'node:crypto';

/** Bits of a hash that choose a register, as in Redis. */
const INDEX_BITS = 14;
const REGISTERS = 1 << INDEX_BITS;
/** Number of bits whose leading zeros are counted. */
const RANK_BITS = 64 - INDEX_BITS;
/** Number of registers that are held singly, above which all of them take less memory. */
const MAX_SINGLE = 400;
/** Memory of one register that is held singly. */
const SINGLE_BYTES = 40;
const ALPHA = 0.7213475204444817;

/**
 * Number of different users, estimated by HyperLogLog with the registers and the estimator of Redis.
 *
 * @see https://arxiv.org/abs/1702.01284
 */
export class DistinctUsers {
  readonly #single = new Map<number, number>();
  #all: Uint8Array | undefined;

  /** Memory that it takes, before and after one more user. */
  get bytes(): number {
    return this.#all === undefined ? (this.#single.size + 1) * SINGLE_BYTES : REGISTERS;
  }

  add(user: string): void {
    const hash = createHash('sha1').update(user).digest().readBigUInt64BE();
    const index = Number(hash >> BigInt(RANK_BITS));
    const rest = BigInt.asUintN(RANK_BITS, hash);
    this.#raise(index, RANK_BITS - rest.toString(2).length + (rest === 0n ? 2 : 1));
  }

  /** Takes in the users of another one. */
  merge(other: DistinctUsers): void {
    for (const [index, rank] of other.#all?.entries() ?? other.#single)
      if (rank > 0) this.#raise(index, rank);
  }

  estimate(): number {
    const ranks = new Array<number>(RANK_BITS + 2).fill(0);
    for (const rank of this.#all ?? this.#single.values()) ranks[rank] = (ranks[rank] as number) + 1;
    if (this.#all === undefined) ranks[0] = REGISTERS - this.#single.size;
    let z = REGISTERS * tau((REGISTERS - (ranks[RANK_BITS + 1] as number)) / REGISTERS);
    for (let rank = RANK_BITS; rank >= 1; rank--) z = 0.5 * (z + (ranks[rank] as number));
    z += REGISTERS * sigma((ranks[0] as number) / REGISTERS);
    return Math.round((ALPHA * REGISTERS * REGISTERS) / z);
  }

  #raise(index: number, rank: number): void {
    if (this.#all !== undefined) {
      if ((this.#all[index] as number) < rank) this.#all[index] = rank;
      return;
    }
    if ((this.#single.get(index) ?? 0) < rank) this.#single.set(index, rank);
    if (this.#single.size <= MAX_SINGLE) return;
    const all = new Uint8Array(REGISTERS);
    for (const [at, value] of this.#single) all[at] = value;
    this.#all = all;
    this.#single.clear();
  }
}

function sigma(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY;
  let [x, y, z, before] = [share, 1, share, -1];
  while (z !== before) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let [x, y, z, before] = [share, 1, 1 - share, -1];
  while (z !== before) {
    x = Math.sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
