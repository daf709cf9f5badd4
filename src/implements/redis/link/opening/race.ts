import type { IClock, ScheduledTask } from '../../../../interfaces/clock.js';
import { Wait } from '../../../foundation/waiting/wait.js';

/** Head start of an address over the next one. */
const STAGGER_MS = 250;

export interface RaceOptions<Candidate, T> {
  readonly clock: IClock;
  readonly candidates: readonly Candidate[];
  readonly enter: (candidate: Candidate) => Promise<T>;
  /** `true` for an error that no other candidate can mend. */
  readonly isFinal: (error: unknown) => boolean;
}

/**
 * Tries candidates in their order and returns the first success. The next one begins when the one before has failed or
 * has taken a while; no candidate is given up for that, so that a server far away is reached as well.
 *
 * @throws the error of the candidate that failed last, or the first final one.
 * @see https://www.rfc-editor.org/rfc/rfc8305 ("Happy Eyeballs")
 */
export function race<Candidate, T>(options: RaceOptions<Candidate, T>): Promise<T> {
  const { clock, candidates, enter, isFinal } = options;
  const wait = new Wait<T>();
  const left = [...candidates];
  let running = 0;
  let stagger: ScheduledTask | undefined;
  const next = (): void => {
    stagger?.cancel();
    const candidate = left.shift();
    if (candidate === undefined) return;
    running++;
    if (left.length > 0) stagger = clock.schedule(STAGGER_MS, next, { keepAlive: true });
    enter(candidate).then(
      (winner) => wait.resolve(winner),
      (error: unknown) => {
        running--;
        if (isFinal(error) || (running === 0 && left.length === 0)) wait.reject(error);
        else next();
      },
    );
  };
  wait.onEnd(() => {
    left.length = 0;
    stagger?.cancel();
  });
  next();
  return wait.result;
}
