import type { LoadContext, Loader } from '../../../interfaces/typed-cache.js';
import type { NestableLoad } from './steps/loader-nesting.js';

/** Source of a value: a loader of one key, or of a batch that contains it. */
export interface Source<T> {
  load(context: LoadContext<T>, load: NestableLoad): T | Promise<T>;
  /** Called when another caller or process loads the key, so that a batch need not wait for it. */
  stepAside(): void;
}

/** Source that calls a loader of one key. */
export class LoaderSource<T> implements Source<T> {
  readonly #loader: Loader<T>;

  constructor(loader: Loader<T>) {
    this.#loader = loader;
  }

  load(context: LoadContext<T>): T | Promise<T> {
    const loader = this.#loader;
    return loader(context);
  }

  stepAside(): void {}
}
