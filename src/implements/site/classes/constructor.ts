import type { IComponentSite } from '../../../interfaces/component-site.js';

/** A value that can be called with `new`. */
export type Constructor = (new (
  site: IComponentSite,
  options: unknown,
) => object) & { readonly component?: unknown };

export function isConstructor(value: unknown): value is Constructor {
  if (typeof value !== 'function') return false;
  try {
    Reflect.construct(Object, [], value);
    return true;
  } catch {
    return false;
  }
}

/** Message about a value that was given as the class of this name. */
export function notAClass(name: string, value: unknown): string {
  return `expected ${name} to be a class, got ${kindOf(value)}`;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return `${value}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
