import * as slots from '../slots/slot-queues.js';
import { Aging } from './aging.js';
import type { MainRegion } from './main-region.js';
import type { Memories } from './memories.js';
import type { Window } from './window.js';
import type { WindowTuner } from './window-tuner.js';

const { WINDOW } = slots;

/** Uses between two decisions of the tuner, for a cache that holds fewer entries. */
const SHORTEST_PERIOD = 800;
/** Uses between two decisions, for each entry. */
const PERIOD_SHARE = 1 / 2;
/** Entries that the window gives to main in one call. */
const MOVED_AT_ONCE = 64;

/** The work that keeps counts young and the window at its best size: a share of it now and then, never much at once. */
export class Upkeep {
  /** The number of uses at which there is something to do. */
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

  /** Uses that came before. */
  startAt(uses: number): void {
    this.nextDecision += uses;
    this.aging.startAt(uses);
    this.dueAt = uses;
  }

  /**
   * @param uses  All so far.
   * @param end  One more than the highest slot that was ever taken.
   * @param evictions  All so far.
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

  /** Gives what is too much for the window to main. */
  private drain(): void {
    const { window } = this;
    for (let moved = 0; window.draining && moved < MOVED_AT_ONCE; moved++) {
      if (window.isOver(0, 0, 0)) window.giveTo(this.main, this.queues.oldest(WINDOW));
      else window.draining = false;
    }
  }
}
