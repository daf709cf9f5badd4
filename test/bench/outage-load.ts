import { WAYS, type Way, type WayName } from './redis-ways.js';

const CALLS_A_MS = 5;
const TICK_MS = 1;
/** Maximum number of calls offered in one turn, when a stall has delayed them. */
const MOST_AT_ONCE = 500;
const KEYS = 1000;
const VALUE = Buffer.alloc(1024, 7);
const SAMPLE_RSS_MS = 50;
const MIB = 1024 ** 2;
/** Number of durations of refused calls that fit in the array, which is allocated before the measurement. */
const MOST_SAMPLES = 1_000_000;

/** Parts of a run; calls count for the one in which they began. */
export type Part = 'before' | 'outage' | 'after';

/** Message of the parent: a part begins at a time of `epochMs`, and lasts `lastsMs`. */
export interface Turn {
  readonly part: Part;
  readonly at: number;
  readonly lastsMs: number;
}

/** Measurements of one process during its outage. */
export interface OutageReport {
  /** Number of calls per result: `answered`, an outcome, or the name of an error without an outcome. */
  readonly ends: Readonly<Record<string, number>>;
  /** Calls of the outage that had not ended when it was over. */
  readonly waiting: number;
  /** Duration of calls that were refused unsent; of all failed calls, if no error reports an outcome. */
  readonly refusedP50Us: number;
  readonly refusedP99Us: number;
  readonly rssGrowthMiB: number;
  readonly stall: Stall;
  readonly stallBefore: Stall;
  /** Time from the return of the server until new calls are answered, and no call fails. */
  readonly recoveredMs: number;
}

/** The longest pause of the event loop. */
export interface Stall {
  readonly wallMs: number;
  /** CPU time of this process during the pause; for the rest, the machine ran other processes. */
  readonly ownMs: number;
}

/** Milliseconds since 1970, by a clock that all processes share. */
export const epochMs = (): number => performance.timeOrigin + performance.now();

/** Runs in a child process: offers calls, without waiting for their results, and reports the end of each part. */
export async function outageLoad([name = '', port]: readonly string[]): Promise<void> {
  const offered = new OfferedLoad(await WAYS[name as WayName](Number(port)));
  process.on('disconnect', () => process.exit());
  process.on('message', async (turn: Turn) => {
    await offered.enter(turn);
    process.send?.(turn.part === 'after' ? offered.report() : 'over');
  });
  process.send?.('ready');
}

class OfferedLoad {
  readonly #way: Way;
  readonly #ends: Record<string, number> = {};
  readonly #refusedUs = new Float64Array(MOST_SAMPLES).fill(0);
  #refused = 0;
  readonly #failedUs = new Float64Array(MOST_SAMPLES).fill(0);
  #failed = 0;
  #part: Part = 'before';
  #partEndsAt = Number.POSITIVE_INFINITY;
  #onOver: () => void = () => undefined;
  #begun = 0;
  #ended = 0;
  #waiting = 0;
  #rssBefore = 0;
  #rssHighest = 0;
  readonly #stalls = { before: noStall(), outage: noStall(), after: noStall() };
  #backAt = 0;
  #answeredAt = Number.POSITIVE_INFINITY;
  #failedAt = 0;

  constructor(way: Way) {
    this.#way = way;
  }

  /** Resolves when the part is over. */
  enter({ part, at, lastsMs }: Turn): Promise<void> {
    if (part === 'before') this.#start();
    if (part === 'outage') this.#rssBefore = process.memoryUsage.rss();
    if (part === 'after') {
      this.#waiting = this.#begun - this.#ended;
      this.#backAt = at;
    }
    this.#part = part;
    this.#partEndsAt = performance.now() + lastsMs;
    return new Promise((resolve) => {
      this.#onOver = resolve;
    });
  }

  report(): OutageReport {
    const isSaid = this.#refused > 0;
    const us = isSaid ? this.#refusedUs.subarray(0, this.#refused) : this.#failedUs.subarray(0, this.#failed);
    us.sort();
    const percentile = (share: number) => us[Math.floor(share * (us.length - 1))] ?? Number.NaN;
    return {
      ends: this.#ends,
      waiting: this.#waiting,
      refusedP50Us: percentile(0.5),
      refusedP99Us: percentile(0.99),
      rssGrowthMiB: (this.#rssHighest - this.#rssBefore) / MIB,
      stall: this.#stalls.outage,
      stallBefore: this.#stalls.before,
      recoveredMs: Math.max(this.#answeredAt, this.#failedAt) - this.#backAt,
    };
  }

  #start(): void {
    const began = performance.now();
    let offered = 0;
    let lastTick = began;
    let lastCpu = process.cpuUsage();
    setInterval(() => {
      const now = performance.now();
      const cpu = process.cpuUsage();
      this.#noteStall(now - lastTick, (cpu.user + cpu.system - lastCpu.user - lastCpu.system) / 1000);
      lastTick = now;
      lastCpu = cpu;
      const due = Math.floor((now - began) * CALLS_A_MS);
      for (let left = Math.min(due - offered, MOST_AT_ONCE); left > 0; left--) this.#call(offered++);
      if (now >= this.#partEndsAt) this.#onOver();
    }, TICK_MS);
    setInterval(() => {
      if (this.#part === 'outage') this.#rssHighest = Math.max(this.#rssHighest, process.memoryUsage.rss());
    }, SAMPLE_RSS_MS);
  }

  #noteStall(wallMs: number, cpuMs: number): void {
    const stall = this.#stalls[this.#part];
    stall.wallMs = Math.max(stall.wallMs, wallMs);
    stall.ownMs = Math.max(stall.ownMs, Math.min(wallMs, cpuMs));
  }

  #call(index: number): void {
    const part = this.#part;
    const asked = performance.now();
    const key = `key:${index % KEYS}`;
    this.#begun++;
    (index % 2 === 0 ? this.#way.get(key) : this.#way.set(key, VALUE)).then(
      () => this.#onEnd(part, 'answered', asked),
      (error: unknown) => this.#onEnd(part, endOf(error), asked),
    );
  }

  #onEnd(part: Part, end: string, asked: number): void {
    this.#ended++;
    if (part === 'before') return;
    if (part === 'after') {
      const at = epochMs();
      if (end === 'answered') this.#answeredAt = Math.min(this.#answeredAt, at);
      else this.#failedAt = at;
      return;
    }
    this.#ends[end] = (this.#ends[end] ?? 0) + 1;
    const tookUs = 1000 * (performance.now() - asked);
    if (end === 'not-sent') this.#refusedUs[this.#refused++] = tookUs;
    else if (end !== 'answered') this.#failedUs[this.#failed++] = tookUs;
  }
}

function noStall(): { wallMs: number; ownMs: number } {
  return { wallMs: 0, ownMs: 0 };
}

/** Outcome of a failed call, if its error reports one; otherwise the name of the error. */
function endOf(error: unknown): string {
  const { outcome } = error as { outcome?: unknown };
  return typeof outcome === 'string' ? outcome : (error as Error).constructor.name;
}
