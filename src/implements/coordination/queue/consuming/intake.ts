import { randomInt } from 'node:crypto';
import type { ScheduledTask } from '../../../../interfaces/clock.js';
import { IncidentFilter } from '../../../foundation/logger/incident-filter.js';
import { bounded } from '../../../foundation/waiting/bounded.js';
import type { QueuePorts } from '../queue-ports.js';
import type { TakenMessage } from '../store/queue-store.js';
import { HeldMessage } from './held-message.js';

/** Maximum pause between two looks at an empty queue. */
const LOOK_MS = 1000;
/** Consumers that wait for one moment do not all look at once. */
const JITTER_MS = 20;
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 500;
/** Maximum number of messages of one request. */
const MAX_TAKE = 100;

export interface IntakeOptions {
  readonly queue: string;
  readonly consumer: string;
  readonly visibilityMs: number;
  readonly prefetch: number;
}

/**
 * Fetches messages for who asks for them: one request at a time, for as many messages as are missing. A request whose answer
 * was lost is repeated until it is answered, and then has the same messages. Nothing ends it but `stop`.
 */
export class Intake {
  readonly #ports: QueuePorts;
  readonly #options: IntakeOptions;
  readonly #incidents: IncidentFilter;
  readonly #asking: ((message: HeldMessage | undefined) => void)[] = [];
  readonly #fetched: HeldMessage[] = [];
  readonly #ignore: () => void;
  #pumping: Promise<void> | undefined;
  #number = 1;
  #isStopped = false;
  #isGivenBack = false;
  /** `true` when there may be more since the last request was sent. */
  #isWoken = false;
  #wakeUp: (() => void) | undefined;

  constructor(ports: QueuePorts, options: IntakeOptions) {
    this.#ports = ports;
    this.#options = options;
    this.#incidents = new IncidentFilter(ports.clock);
    this.#ignore = ports.store.listen(options.consumer, () => this.#wake());
  }

  /** Returns the next message; `undefined` once it is stopped. */
  next(): Promise<HeldMessage | undefined> {
    if (this.#isStopped) return Promise.resolve(undefined);
    for (let held = this.#fetched.shift(); held !== undefined; held = this.#fetched.shift()) {
      held.release();
      // One whose visibility has run out meanwhile is handed out again, by the store.
      if (!held.lasts) continue;
      // Its holder has the whole visibility, and not what is left of it.
      held.extend(this.#options.visibilityMs).catch(() => undefined);
      this.#pump();
      return Promise.resolve(held);
    }
    return new Promise((resolve) => {
      this.#asking.push(resolve);
      this.#pump();
    });
  }

  /** Ends it, and gives back what nobody was handed, within the time. Never rejects. */
  async stop(withinMs: number): Promise<void> {
    const { store, clock } = this.#ports;
    const { queue, consumer } = this.#options;
    if (!this.#isStopped) {
      this.#isStopped = true;
      this.#ignore();
      this.#wakeUp?.();
      for (const answer of this.#asking.splice(0)) answer(undefined);
    }
    const endsAt = clock.now() + withinMs;
    if (this.#pumping !== undefined) await bounded(clock, withinMs / 2, this.#pumping);
    this.#isGivenBack = true;
    const left = this.#fetched.splice(0);
    for (const held of left) held.drop();
    const giving = store
      .giveBack({ queue, consumer, number: this.#number, receipts: left.map(({ receipt }) => receipt) })
      .catch(() => undefined); // Their visibility runs out.
    await bounded(clock, Math.max(0, endsAt - clock.now()), giving);
  }

  #pump(): void {
    // At the end of the turn, so that all who ask in it are served by one request.
    this.#pumping ??= new Promise<void>((resolve) => process.nextTick(resolve))
      .then(() => this.#fetchAll())
      .finally(() => {
        this.#pumping = undefined;
        if (!this.#isStopped && this.#missing() > 0) this.#pump();
      });
  }

  async #fetchAll(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.#isStopped) {
      const count = Math.min(this.#missing(), MAX_TAKE);
      if (count === 0) return;
      this.#isWoken = false;
      const waitMs = await this.#fetch(count);
      if (waitMs === undefined) {
        await this.#sleep(pauseMs);
        pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
        continue;
      }
      pauseMs = FIRST_PAUSE_MS;
      if (waitMs > 0 && !this.#isWoken) await this.#sleep(waitMs);
    }
  }

  /** Sends one request. @returns the time until the next one; `undefined` after a failure. */
  async #fetch(count: number): Promise<number | undefined> {
    const { store, clock, logger } = this.#ports;
    const { queue, consumer, visibilityMs } = this.#options;
    const sentAt = clock.now();
    try {
      const number = this.#number;
      const answer = await store.take({ queue, consumer, number, count, visibilityMs });
      this.#incidents.end();
      this.#number++;
      const { messages, visibleMs, nextMs = LOOK_MS } = answer;
      for (const taken of messages) this.#accept(taken, { sentAt, visibleMs });
      return messages.length > 0 ? 0 : Math.min(LOOK_MS, nextMs + randomInt(1, JITTER_MS));
    } catch (error) {
      if (!this.#isStopped && this.#incidents.admits('take')) {
        logger.warning('a consumer cannot fetch messages; it tries again until it can', {}, error);
      }
      return undefined;
    }
  }

  #accept(taken: TakenMessage, life: { readonly sentAt: number; readonly visibleMs: number }): void {
    const { store, clock, rules } = this.#ports;
    const { queue, visibilityMs } = this.#options;
    const held = new HeldMessage({ store, clock, queue }, taken, life);
    const answer = this.#isStopped ? undefined : this.#asking.shift();
    if (answer !== undefined) {
      answer(held);
      return;
    }
    if (this.#isGivenBack) {
      held.drop();
      return;
    }
    this.#fetched.push(held);
    held.keep(visibilityMs, rules.maxProcessing);
  }

  #missing(): number {
    return this.#asking.length + Math.max(0, this.#options.prefetch - this.#fetched.length);
  }

  #wake(): void {
    this.#isWoken = true;
    this.#wakeUp?.();
  }

  /** A process that has nothing else to do may exit meanwhile. */
  async #sleep(ms: number): Promise<void> {
    if (this.#isStopped) return;
    let task: ScheduledTask | undefined;
    await new Promise<void>((resolve) => {
      this.#wakeUp = resolve;
      task = this.#ports.clock.schedule(ms, resolve);
    });
    this.#wakeUp = undefined;
    task?.cancel();
  }
}
