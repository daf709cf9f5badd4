import type { IClock } from '../../../interfaces/clock.js';
import type { IComponent } from '../../../interfaces/component.js';
import type { ILogger } from '../../../interfaces/logger.js';
import { bounded } from '../../foundation/waiting/bounded.js';

/** Deadline of the close of one component: 1 s. */
export const CLOSE_BOUND_MS = 1000;

/** A component that a site built and has to close. */
export interface RunningComponent {
  readonly component: object;
  /** Its class, for messages. */
  readonly label: string;
}

/** Closes components one by one in reverse build order, each within the deadline. Failures are logged. */
export async function closeAll(
  inBuildOrder: readonly RunningComponent[],
  clock: IClock,
  logger: ILogger,
): Promise<void> {
  for (const { component, label } of inBuildOrder.toReversed()) {
    const { close } = component as IComponent;
    if (typeof close !== 'function') continue;
    try {
      const inTime = await bounded(clock, CLOSE_BOUND_MS, Promise.resolve(close.call(component)));
      if (!inTime)
        logger.warning('a component did not close in time', { component: label, boundMs: CLOSE_BOUND_MS });
    } catch (error) {
      logger.error('a component failed to close', { component: label }, error);
    }
  }
}
