import { z } from 'zod';

/** Properties of an option beyond its type: how declarations check, show and resolve it. */
export interface OptionKind {
  /**
   * `duration`, `size`: a number with a unit. `secret`: never shown. `url`: a URL whose credentials are never shown.
   * `reference`: the name of another component. `file`: a path, relative to the declaration file. `pem`: such a path, or
   * PEM text, which is never shown.
   */
  readonly kind?: 'duration' | 'size' | 'secret' | 'url' | 'reference' | 'file' | 'pem';
  /** Accepted values, as messages describe them after "expected". */
  readonly expected?: string;
  /** Default value of an option whose schema sets none, because it must tell an omitted option from a given one. */
  readonly default?: string | number | boolean;
  /** Interface of the referenced entry, such as `IRedisConnection`. For references only. */
  readonly interface?: string;
  /** Names that refer to built-in values and not to components. For references only. */
  readonly besides?: readonly string[];
}

/** Kinds of option schemas, kept in a registry so that the published JSON Schema does not contain them. */
export const optionKinds = z.registry<OptionKind>();
