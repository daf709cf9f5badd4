import { AsyncResource } from 'node:async_hooks';

/** Asynchronous context in which a component was created: work that no caller waits for runs in it. */
export class Outside {
  readonly #created = new AsyncResource('inversify-cache');

  run<V>(work: () => V): V {
    return this.#created.runInAsyncScope(work);
  }
}
