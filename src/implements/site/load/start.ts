import type { IClock } from '../../../interfaces/clock.js';
import type { IComponent } from '../../../interfaces/component.js';
import { bounded } from '../../foundation/waiting/bounded.js';
import type { BuiltComponent } from './build.js';
import { CLOSE_BOUND_MS } from './lifecycle.js';

/**
 * Starts components: each after its dependencies have started, independent ones in parallel.
 *
 * @param built  In build order.
 * @throws the first failure, as `onFailure` words it, after the other starts have ended or a second has passed.
 */
export async function startAll(
  built: readonly BuiltComponent[],
  clock: IClock,
  onFailure: (built: BuiltComponent, error: unknown) => unknown,
): Promise<void> {
  const starts = new Map<object, Promise<void>>();
  const startOne = async (one: BuiltComponent): Promise<void> => {
    await Promise.all([...one.dependencies].map((dependency) => starts.get(dependency)));
    const { start } = one.component as IComponent;
    if (typeof start !== 'function') return;
    try {
      await start.call(one.component);
    } catch (error) {
      throw onFailure(one, error);
    }
  };
  for (const one of built) starts.set(one.component, startOne(one));
  try {
    await Promise.all(starts.values());
  } catch (error) {
    await bounded(clock, CLOSE_BOUND_MS, Promise.allSettled(starts.values()));
    throw error;
  }
}
