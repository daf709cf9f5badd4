import { z } from 'zod';

/** What an option is beyond its type: says how it is checked, shown and resolved in a declaration. */
export interface OptionKind {
  /**
   * `duration`, `size`: numbers with a unit. `secret`: never shown. `url`: its credentials are never shown.
   * `reference`: the name of another component. `file`: a path, relative to the declaration file.
   */
  readonly kind?: 'duration' | 'size' | 'secret' | 'url' | 'reference' | 'file';
  /** What a message says was expected. */
  readonly expected?: string;
  /** What applies where the option is not given, for a schema that must be able to tell that it was not. */
  readonly default?: string | number | boolean;
  /** Of a reference: the interface whose entry is named, such as `IRedisConnection`. */
  readonly interface?: string;
  /** Of a reference: names that stand for something built in, and for no component. */
  readonly besides?: readonly string[];
}

/** Kinds of the option schemas; a registry, so that nothing of this gets into the published JSON Schema. */
export const optionKinds = z.registry<OptionKind>();
