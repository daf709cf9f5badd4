import * as slots from '../slots/slot-queues.js';
import { Aging } from './aging.js';
import type { MainRegion } from './main-region.js';
import type { Memories } from './memories.js';
import type { Window } from './window.js';
import type { WindowTuner } from './window-tuner.js';

const { WINDOW } = slots;

/** Minimum number of uses between two decisions of the tuner. */
const SHORTEST_PERIOD = 800;
/** Number of uses between two decisions, for each entry. */
const PERIOD_SHARE = 1 / 2;
/** Number of entries that the window gives to main in one call. */
const MOVED_AT_ONCE = 64;

/** Work that ages frequencies and keeps the window at its best size, done in small shares. */
export class Upkeep {
  /** Number of uses at which the next work is due. */
  dueAt = 0;

  private readonly aging = new Aging();
  private nextDecision = SHORTEST_PERIOD;
  private evictionsDecided = 0;

  constructor(
    private readonly queues: slots.SlotQueues,
    private readonly window: Window,
    private readonly main: MainRegion,
    private readonly tuner: WindowTuner,
    private readonly memories: Memories,
  ) {}

  /** Starts counting after earlier uses. */
  startAt(uses: number): void {
    this.nextDecision += uses;
    this.aging.startAt(uses);
    this.dueAt = uses;
  }

  /**
   * @param uses  Number of uses so far.
   * @param end  Highest slot that was ever taken, plus one.
   * @param evictions  Number of evictions so far.
   */
  do(uses: number, end: number, evictions: number): void {
    this.aging.halve(this.queues.states, uses, end);
    if (uses >= this.nextDecision) this.decide(uses, evictions);
    if (this.window.draining) this.drain();
    this.dueAt = this.window.draining ? uses : Math.min(this.aging.dueAt, this.nextDecision);
  }

  private decide(uses: number, evictions: number): void {
    const { window, main, tuner } = this;
    const entries = window.size + main.onProbation + main.protectedCount;
    this.nextDecision = uses + Math.max(SHORTEST_PERIOD, Math.ceil(PERIOD_SHARE * entries));
    if (evictions === this.evictionsDecided) {
      tuner.fade();
      return;
    }
    this.evictionsDecided = evictions;
    this.memories.weighUp();

    const target = window.of(entries);
    const decided = tuner.decide(target, main.onProbation, main.protectedCount, entries);
    if (decided !== target) window.become(decided / entries);
    window.draining = decided < target;
  }

  /** Gives entries beyond the target of the window to main. */
  private drain(): void {
    const { window } = this;
    for (let moved = 0; window.draining && moved < MOVED_AT_ONCE; moved++) {
      if (window.isOver(0, 0, 0)) window.giveTo(this.main, this.queues.oldest(WINDOW));
      else window.draining = false;
    }
  }
}
