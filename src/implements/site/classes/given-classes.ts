import type { DeclarableClass } from '../../../interfaces/component.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import type { Catalogue } from '../catalogue.js';
import { type Constructor, isConstructor, notAClass } from './constructor.js';

/**
 * Checks the classes that an application passes to a load.
 *
 * @throws {ArgumentError} for a value that is not a class, and for a name that the catalogue has.
 */
export function givenClasses(
  classes: Readonly<Record<string, DeclarableClass>>,
  catalogue: Catalogue,
): ReadonlyMap<string, Constructor> {
  if (Object.prototype.toString.call(classes) !== '[object Object]') {
    throw new ArgumentError('expected classes to be an object of classes by name: { classes: { Greeter } }');
  }
  const given = new Map<string, Constructor>();
  for (const [name, value] of Object.entries<unknown>(classes)) {
    if (catalogue.has(name)) {
      throw new ArgumentError(`classes: ${name} is a class of this package; give yours another name`);
    }
    if (!isConstructor(value)) throw new ArgumentError(`classes: ${notAClass(name, value)}`);
    given.set(name, value);
  }
  return given;
}
