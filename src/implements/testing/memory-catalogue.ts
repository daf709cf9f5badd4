import type { BuildContext, ComponentDefinition } from '../../interfaces/component.js';
import type { IComponentSite } from '../../interfaces/component-site.js';
import { OperationError } from '../../interfaces/errors.js';
import { describeInterface } from '../../interfaces/interface-token.js';
import { IRedisConnection } from '../../interfaces/redis-connection.js';
import { CATALOGUE, type Catalogue } from '../site/catalogue.js';

/** Builds a component in place of that of a class, from the options that were declared. */
// biome-ignore lint/suspicious/noExplicitAny: options of any class.
export type Override = (options: any, site: IComponentSite) => object | Promise<object>;

/** Catalogue whose classes of Redis are those of memory. Options are checked as declared. */
export function memoryCatalogue(overrides: Readonly<Record<string, Override>>): Catalogue {
  const entries = [...CATALOGUE].map(([name, load]) => {
    const override = overrides[name];
    if (override !== undefined) return [name, replaced(load, override)] as const;
    if (name === 'RedisConnection') return [name, replaced(load, absentConnection)] as const;
    if (name === 'TieredCache')
      return [name, changed(load, (options) => ({ ...options, coherence: 'none' }))] as const;
    const memory = CATALOGUE.get(name.replace(/^Redis/, 'Memory'));
    return [name, name.startsWith('Redis') && memory !== undefined ? inMemory(load, memory) : load] as const;
  });
  return new Map(entries);
}

type Load = NonNullable<ReturnType<Catalogue['get']>>;

function replaced(load: Load, build: Override): Load {
  return async () => {
    const { component } = await load();
    const create = (site: IComponentSite, options: unknown) => build(options, site);
    return { component: { options: component.options, create } as ComponentDefinition };
  };
}

function changed(load: Load, change: (options: Record<string, unknown>) => object): Load {
  return async () => {
    const { component } = await load();
    const create = (site: IComponentSite, options: unknown, context: BuildContext) =>
      component.create(site, change(options as Record<string, unknown>), context);
    return { component: { options: component.options, create } as ComponentDefinition };
  };
}

/** Builds the class of memory with those options that it has, too. */
function inMemory(load: Load, memory: Load): Load {
  return async () => {
    const [declared, { component }] = await Promise.all([load(), memory()]);
    const known = Reflect.get(component.options, 'shape') as Record<string, unknown>;
    const create = (site: IComponentSite, options: Record<string, unknown>, context: BuildContext) => {
      const shared = Object.entries(options).filter(([name]) => Object.hasOwn(known, name));
      return component.create(site, Object.fromEntries(shared), context);
    };
    return { component: { options: declared.component.options, create } as unknown as ComponentDefinition };
  };
}

/** A connection that nobody needs: what is asked of it all the same is refused. */
function absentConnection(): object {
  const refuse = async (): Promise<never> => {
    throw new OperationError(
      'E_OPERATION_REFUSED',
      'testSite: expected no call of a connection, got one; override RedisConnection',
      'not-sent',
    );
  };
  const members = describeInterface(IRedisConnection)?.members ?? [];
  const nothing = async (): Promise<void> => undefined;
  return { ...Object.fromEntries(members.map((name) => [name, refuse])), start: nothing, close: nothing };
}
