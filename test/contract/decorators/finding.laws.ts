import assert from 'node:assert/strict';
import { Container } from 'inversify';
import { ITypedCache } from '../../../src/interfaces/typed-cache.js';
import { type DecoratorLaw, law, type OpenDecorators } from './subject.js';

/** A container with a site, and a cache of users in it. */
function withUsers(world: OpenDecorators, container = new Container()) {
  const site = world.site(container);
  const users = world.cache();
  site.registerComponent(ITypedCache, users, 'users');
  return { container, site, users };
}

/** Legacy decorator, by hand. */
type Decorate = (...args: unknown[]) => void;

/** Laws of caches that are found by name. */
export const findingLaws: readonly DecoratorLaw[] = [
  law('a cache is found by name, in the site of the container that made the instance', async (open) => {
    const world = await open();
    const { NamedService } = world.services;
    const [one, other] = [withUsers(world), withUsers(world)];
    for (const { container } of [one, other]) container.bind(NamedService).toSelf();
    const service = one.container.get(NamedService);
    await service.find(1);
    await one.container.get(NamedService).find(1);
    assert.deepEqual([await one.users.has(1), await other.users.has(1), service.loads], [true, false, 1]);
    assert.deepEqual([Object.keys(service), structuredClone({ ...service })], [['loads'], { loads: 1 }]);
    assert.deepEqual(Object.getOwnPropertySymbols(service), []);
  }),
  law(
    'an instance that no decorator reaches gets its caches by the activation of its binding',
    async (open) => {
      const world = await open();
      const { NamedService, PlainChild } = world.services;
      const { container, users } = withUsers(world);
      const { withCaches } = world.door;
      container.bind('constant').toConstantValue(new NamedService()).onActivation(withCaches);
      container
        .bind('dynamic')
        .toDynamicValue(() => new NamedService())
        .onActivation(withCaches);
      container
        .bind('resolved')
        .toResolvedValue(() => new NamedService())
        .onActivation(withCaches);
      container.bind('child').to(PlainChild).onActivation(withCaches);
      for (const [id, name] of ['constant', 'dynamic', 'resolved', 'child'].entries()) {
        await container.get<InstanceType<typeof NamedService>>(name).find(id);
        assert.equal(await users.has(id), true, name);
      }
      container.bind('text').toConstantValue('no object').onActivation(withCaches);
      assert.equal(container.get('text'), 'no object');
    },
  ),
  law('an instance that was made by hand has the site that is attached to it', async (open) => {
    const world = await open();
    const { site, users } = withUsers(world);
    const service = new world.services.NamedService();
    assert.equal(world.door.attachCaches(service, site), service);
    await service.find(1);
    assert.equal(await users.has(1), true);
    assert.throws(() => world.door.attachCaches('text' as never, site), { code: 'E_ARGUMENT' });
  }),
  law('an instance without a site rejects, and names the three ways to one', async (open) => {
    const world = await open();
    const { NamedService } = world.services;
    const container = new Container();
    container.bind(NamedService).toSelf();
    for (const service of [new NamedService(), container.get(NamedService)]) {
      const message =
        /@Cacheable: .*"users".* container .*onActivation\(withCaches\).*attachCaches\(instance, site\)/;
      await assert.rejects(service.find(1), { code: 'E_COMPONENT_NOT_FOUND', message });
      assert.equal(service.loads, 0);
    }
  }),
  law('a name that the site does not have rejects with those that it has', async (open) => {
    const world = await open();
    const service = world.door.attachCaches(new world.services.NamedService(), world.site());
    await assert.rejects(service.find(1), { code: 'E_COMPONENT_NOT_FOUND', message: /users/ });
  }),
  law('a cache that replaces another is used from the next call on', async (open) => {
    const world = await open();
    const { container, site, users } = withUsers(world);
    container.bind(world.services.NamedService).toSelf().inSingletonScope();
    const service = container.get(world.services.NamedService);
    await service.find(1);
    const next = site.registerComponent(ITypedCache, world.cache(), 'users');
    await service.find(1);
    await service.find(2);
    assert.equal(service.loads, 3);
    assert.deepEqual([await users.has(2), await next.has(1), await next.has(2)], [false, true, true]);
  }),
  law(
    'an instance of a child container has the site of the child, and else that of its parent',
    async (open) => {
      const world = await open();
      const { NamedService } = world.services;
      const parent = withUsers(world);
      const child = withUsers(world, new Container({ parent: parent.container }));
      const heir = new Container({ parent: parent.container });
      for (const container of [child.container, heir]) container.bind(NamedService).toSelf();
      await child.container.get(NamedService).find(1);
      await heir.get(NamedService).find(2);
      assert.deepEqual([await child.users.has(1), await parent.users.has(1)], [true, false]);
      assert.deepEqual([await child.users.has(2), await parent.users.has(2)], [false, true]);
    },
  ),
  law(
    'a singleton of a parent container keeps the site of the container that resolves it first',
    async (open) => {
      const world = await open();
      const { NamedService } = world.services;
      const parent = withUsers(world);
      const child = withUsers(world, new Container({ parent: parent.container }));
      parent.container.bind(NamedService).toSelf().inSingletonScope();
      await child.container.get(NamedService).find(1);
      await parent.container.get(NamedService).find(2);
      assert.deepEqual([await child.users.has(1), await child.users.has(2)], [true, true]);
    },
  ),
  law('the class of a cache that is not declared says so at the call', async (open) => {
    const world = await open();
    const undeclared = world.door.Cacheable({ key: () => 1 }) as Decorate;
    const unset = world.door.Cacheable({ cache: () => undefined as never, key: () => 1 }) as Decorate;
    for (const [decorate, message] of [
      [undeclared, /got none; name it/],
      [unset, /got undefined; is its field set\?/],
    ] as const) {
      const descriptor = { value: async () => 1 };
      decorate(class {}.prototype, 'method', descriptor);
      await assert.rejects(descriptor.value(), { code: 'E_ARGUMENT', message });
    }
  }),
];
