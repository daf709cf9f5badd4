import { Container } from 'inversify';
import { describe, expect, it } from 'vitest';
import { ComponentSite } from '../../src/implements/site/component-site.js';
import { IComponentSite } from '../../src/interfaces/component-site.js';
import {
  ArgumentError,
  ComponentNotFoundError,
  ConfigurationError,
  DisposedError,
  ResolutionError,
} from '../../src/interfaces/errors.js';
import { defineInterface } from '../../src/interfaces/interface-token.js';
import { ILoggerSite } from '../../src/interfaces/logger.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';
import { IOther, IProbe, type ProbeOptions } from './probe.js';

const OPTIONS = {} as ProbeOptions;
const named = (label: string): IProbe => ({ label, options: OPTIONS });
const keeping = (prefix: string, database = 'redis://localhost:6379/0') => ({
  ...named(prefix),
  keySpace: { database, prefix },
});

describe('ComponentSite', () => {
  it('getComponent returns the registered object itself, by its name', () => {
    const site = new ComponentSite();
    const component = named('a');
    expect(site.registerComponent(IProbe, component, 'test')).toBe(component);
    expect(site.getComponent(IProbe, 'test')).toBe(component);
    expect(site.queryComponent(IProbe, 'test')).toBe(component);
  });

  it('a default entry and named entries exist separately, and neither replaces the other', () => {
    const site = new ComponentSite();
    const [first, second] = [named('first'), named('second')];
    site.registerComponent(IProbe, first);
    expect(site.queryComponent(IProbe, 'second')).toBeUndefined();
    site.registerComponent(IProbe, second, 'second');
    expect(site.getComponent(IProbe)).toBe(first);
    expect(site.getComponent(IProbe, '')).toBe(first);
    expect(site.getComponent(IProbe, 'second')).toBe(second);
  });

  it('a named entry does not create a default entry', () => {
    const site = new ComponentSite();
    site.registerComponent(IProbe, named('a'), 'a');
    expect(site.queryComponent(IProbe)).toBeUndefined();
  });

  it('a named entry that comes after a query for the default one does not answer the next query', () => {
    const site = new ComponentSite();
    for (const name of ['', 'b']) expect(site.queryComponent(IProbe, name)).toBeUndefined();
    site.registerComponent(IProbe, named('a'), 'a');
    for (const name of ['', 'b']) expect(site.queryComponent(IProbe, name)).toBeUndefined();
    const fallback = site.registerComponent(IProbe, named('default'));
    expect(site.queryComponent(IProbe)).toBe(fallback);
    expect(site.queryComponent(IProbe, 'b')).toBeUndefined();
  });

  it('queryComponent returns undefined for an unknown name or interface', () => {
    const site = new ComponentSite();
    site.registerComponent(IProbe, named('a'), 'a');
    expect(site.queryComponent(IProbe, 'b')).toBeUndefined();
    expect(site.queryComponent(IOther)).toBeUndefined();
  });

  it('getComponent rejects with the requested entry, the existing entries and a suggestion', () => {
    const site = new ComponentSite();
    site.registerComponent(IProbe, named('main'), 'main');
    site.registerComponent(IProbe, named('default'));
    const ask = () => site.getComponent(IProbe, 'mian');
    expect(ask).toThrow(ComponentNotFoundError);
    expect(ask).toThrow(
      'component not found: IProbe "mian"; available: IProbe, IProbe "main" (did you mean main?)',
    );
    expect(() => new ComponentSite().getComponent(IOther)).toThrow(
      'component not found: IOther; available: none',
    );
  });

  it('registerComponent replaces the earlier component of the same entry only', () => {
    const site = new ComponentSite();
    const [shared, next] = [named('shared'), named('next')];
    site.registerComponent(IProbe, shared, 'a');
    site.registerComponent(IProbe, shared, 'b');
    site.registerComponent(IProbe, next, 'a');
    expect(site.getComponent(IProbe, 'a')).toBe(next);
    expect(site.container.get(IProbe, { name: 'a' })).toBe(next);
    expect(site.getComponent(IProbe, 'b')).toBe(shared);
  });

  it('registerComponent refuses an object that lacks members of the interface, and names them', () => {
    const site = new ComponentSite();
    const incomplete = { other: () => undefined } as unknown as IOther;
    expect(() => site.registerComponent(IOther, incomplete, 'x')).toThrow(ArgumentError);
    expect(() => site.registerComponent(IOther, incomplete, 'x')).toThrow(
      'expected a component for IOther "x", got one without another',
    );
    expect(site.queryComponent(IOther, 'x')).toBeUndefined();
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'probe'],
    ['a number', 7],
  ])('registerComponent refuses %s as a component', (_what, value) => {
    const site = new ComponentSite();
    expect(() => site.registerComponent(IProbe, value as unknown as IProbe)).toThrow(ArgumentError);
  });

  it('registerComponent refuses a promise, which a container would resolve', () => {
    const promise = Object.assign(Promise.resolve(), named('a'));
    expect(() => new ComponentSite().registerComponent(IProbe, promise)).toThrow(
      /got a promise; await it first/,
    );
  });

  it('registerComponent refuses a token that defineInterface did not make', () => {
    const register = () => new ComponentSite().registerComponent(Symbol('stray'), {} as never);
    expect(register).toThrow(ResolutionError);
    expect(register).toThrow(/expected a token of defineInterface, got Symbol\(stray\)/);
  });

  it('registerComponent accepts a class instance, and members that are inherited or accessors', () => {
    class Parent {
      get label(): string {
        return 'inherited';
      }
      readonly options = OPTIONS;
    }
    class Child extends Parent {}
    const site = new ComponentSite();
    expect(site.registerComponent(IProbe, new Child()).label).toBe('inherited');
  });
});

describe('ComponentSite and its container', () => {
  it('a site binds registered components, and itself, for injection', () => {
    const container = new Container();
    const site = new ComponentSite({ container });
    const component = site.registerComponent(IProbe, named('a'), 'a');
    expect(site.container).toBe(container);
    expect(container.get(IProbe, { name: 'a' })).toBe(component);
    expect(container.get(IComponentSite)).toBe(site);
    expect(site.getComponent(IComponentSite)).toBe(site);
  });

  it('a site finds bindings of the application', () => {
    const container = new Container();
    const site = new ComponentSite({ container });
    const [plain, other] = [named('plain'), { other: () => undefined, another: () => undefined }];
    container.bind(IProbe).toConstantValue(plain).whenNamed('own');
    container.bind(IOther).toDynamicValue(() => other);
    expect(site.getComponent(IProbe, 'own')).toBe(plain);
    expect(site.queryComponent(IOther)).toBe(other);
  });

  it('a site refuses an entry that the application has bound, instead of making it ambiguous', () => {
    const container = new Container();
    container.bind(IProbe).toConstantValue(named('own')).whenNamed('own');
    container.bind(IOther).toConstantValue({ other: () => undefined, another: () => undefined });
    const site = new ComponentSite({ container });
    const refused = (register: () => unknown, label: string) => {
      expect(register).toThrow(ArgumentError);
      expect(register).toThrow(`duplicate entry ${label}, already bound in the container by the application`);
    };
    refused(() => site.registerComponent(IProbe, named('x'), 'own'), 'IProbe "own"');
    const complete = { other: () => undefined, another: () => undefined };
    refused(() => site.registerComponent(IOther, complete), 'IOther');
    refused(() => site.registerComponent(IOther, complete, 'any'), 'IOther "any"');
    expect(site.registerComponent(IProbe, named('y'), 'free').label).toBe('y');
    expect(container.get(IProbe, { name: 'own' }).label).toBe('own');
  });

  it('a site refuses a container that already has a site', () => {
    const container = new Container();
    new ComponentSite({ container });
    expect(() => new ComponentSite({ container })).toThrow(ArgumentError);
  });

  it('close unbinds the bindings of the site, and no others', async () => {
    const container = new Container();
    const site = new ComponentSite({ container });
    container.bind(IProbe).toConstantValue(named('own')).whenNamed('own');
    site.registerComponent(IProbe, named('a'), 'a');
    site.registerComponent(IProbe, named('b'));
    await site.close();
    expect(container.isBound(IProbe, { name: 'a' })).toBe(false);
    expect(container.isBound(IProbe)).toBe(false);
    expect(container.isBound(IComponentSite)).toBe(false);
    expect(container.get(IProbe, { name: 'own' }).label).toBe('own');
  });

  it('close waits for the deactivation handlers of the application', async () => {
    const container = new Container();
    const site = new ComponentSite({ container });
    const steps: string[] = [];
    site.registerComponent(IProbe, named('a'), 'a');
    container.onDeactivation(IProbe, async ({ label }) => {
      await Promise.resolve();
      steps.push(`${label} is gone`);
    });
    container.get(IProbe, { name: 'a' });
    await site.close();
    expect(steps).toEqual(['a is gone']);
    expect(container.isBound(IProbe, { name: 'a' })).toBe(false);
  });

  it('close unbinds as much as possible, and logs the failures', async () => {
    const logs = new RecordingLoggerSite();
    const container = new Container();
    const site = new ComponentSite({ container });
    site.registerComponent(ILoggerSite, logs);
    site.registerComponent(IProbe, named('a'), 'a');
    container.onDeactivation(IProbe, () => {
      throw new Error('not now');
    });
    container.get(IProbe, { name: 'a' });
    await site.close();
    expect(logs.of('error')).toMatchObject([
      { message: 'an entry could not be unbound', error: { message: 'not now' } },
    ]);
    expect(container.isBound(IComponentSite)).toBe(false);
    expect(container.isBound(ILoggerSite)).toBe(false);
  });

  it('a closed site leaves its container to another site', async () => {
    const container = new Container();
    await new ComponentSite({ container }).close();
    expect(new ComponentSite({ container }).container).toBe(container);
  });
});

describe('closed ComponentSite', () => {
  it('close leaves components that the site did not build open', async () => {
    let closes = 0;
    const close = async () => {
      closes++;
    };
    const site = new ComponentSite();
    const component = { ...named('a'), close };
    site.registerComponent(IProbe, component);
    await site.close();
    expect(closes).toBe(0);
  });

  it('a closed site rejects look-ups, registrations and loads with a DisposedError', async () => {
    const site = new ComponentSite();
    await site.close();
    expect(() => site.getComponent(IProbe)).toThrow(/\(the component site is closed\)/);
    expect(site.queryComponent(IProbe)).toBeUndefined();
    expect(() => site.registerComponent(IProbe, named('a'))).toThrow(DisposedError);
  });

  it('await using closes a site, and a second close waits for the same end', async () => {
    const logs = new RecordingLoggerSite();
    const site = new ComponentSite();
    site.registerComponent(ILoggerSite, logs);
    {
      await using held = site;
      held.registerComponent(IProbe, named('a'));
    }
    expect(site.queryComponent(IProbe)).toBeUndefined();
    expect(site.close()).toBe(site.close());
    await site.close();
    expect(logs.records).toEqual([]);
  });
});

describe('key spaces in ComponentSite', () => {
  it.each([
    ['equal', 'app:', 'app:'],
    ['the beginning of the earlier one', 'app:users:', 'app:'],
    ['continued by the later one', 'app:', 'app:users:'],
    ['empty', 'app:', ''],
  ])('a prefix that overlaps an earlier one is refused: a prefix that is %s', (_how, earlier, later) => {
    const site = new ComponentSite();
    site.registerComponent(IProbe, keeping(earlier), 'earlier');
    const register = () => site.registerComponent(IProbe, keeping(later), 'later');
    expect(register).toThrow(ConfigurationError);
    expect(register).toThrow(
      `prefix "${later}" conflicts with prefix "${earlier}" in redis://localhost:6379/0`,
    );
    expect(site.queryComponent(IProbe, 'later')).toBeUndefined();
  });

  it('key spaces may lie next to each other, or in different databases', () => {
    const site = new ComponentSite();
    site.registerComponent(IProbe, keeping('a:'), 'a');
    site.registerComponent(IProbe, keeping('b:'), 'b');
    site.registerComponent(IProbe, keeping('a:', 'redis://localhost:6379/1'), 'c');
    site.registerComponent(IProbe, named('none'), 'd');
    expect(site.getComponent(IProbe, 'c').label).toBe('a:');
  });

  it('key spaces are compared between components, and one component may have several entries', () => {
    const site = new ComponentSite();
    const component = keeping('a:');
    site.registerComponent(IProbe, component, 'a');
    expect(site.registerComponent(IProbe, component, 'b')).toBe(component);
  });

  it('a key space is free again when its component is replaced', () => {
    const site = new ComponentSite();
    site.registerComponent(IProbe, keeping('a:'), 'a');
    const next = keeping('a:');
    expect(site.registerComponent(IProbe, next, 'a')).toBe(next);
  });
});

describe('tokens of two copies of the package', () => {
  it('a site finds a component by the token of another copy of the package', () => {
    const site = new ComponentSite();
    site.registerComponent(IProbe, named('a'), 'a');
    const sameName = defineInterface<IProbe>('IProbe', ['label', 'options']);
    expect(site.getComponent(sameName, 'a').label).toBe('a');
  });
});
