import { describe, expect, it } from 'vitest';
import { ComponentSite } from '../../../src/implements/site/component-site.js';
import { ComponentSiteBuilder } from '../../../src/implements/site/component-site-builder.js';
import {
  ConfigurationError,
  ConnectionError,
  DisposedError,
  OperationError,
  ResolutionError,
} from '../../../src/interfaces/errors.js';
import { ManualClock } from '../../support/time/manual-clock.js';
import { classOf, failure, IProbe, probe, probeRig } from '../probe.js';

describe('failed load', () => {
  it('the error of a failed load names class and place of the component, with its own error as cause', async () => {
    const { site, builder, events } = probeRig();
    const error = await failure(
      builder.loads(site, `${probe('a')}${probe('b', 'needs: a')}${probe('c', 'fails: create')}`, {
        base: 'x.yml',
      }),
    );
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toBe('x.yml:3:11 [2].class: Probe failed to be built: Error: c is not built');
    expect(error.cause).toMatchObject({ message: 'c is not built' });
    expect(events).toEqual(['create a', 'create b', 'close b', 'close a']);
    expect(site.queryComponent(IProbe, 'a')).toBeUndefined();
  });

  it('a failed start closes the started components in reverse order', async () => {
    const { site, builder, events } = probeRig();
    const error = await failure(
      builder.loads(
        site,
        `${probe('a')}${probe('b', 'needs: a')}${probe('c', 'needs: b, fails: start')}${probe('d', 'needs: c')}`,
        { base: 'x.yml' },
      ),
    );
    expect(error.message).toBe('x.yml:3:11 [2].class: Probe failed to start: Error: c does not start');
    expect(error.cause).toMatchObject({ message: 'c does not start' });
    expect(events).not.toContain('start d');
    expect(events.slice(-4)).toEqual(['close d', 'close c', 'close b', 'close a']);
    for (const label of ['a', 'b', 'c', 'd']) expect(site.queryComponent(IProbe, label)).toBeUndefined();
    expect(site.container.isBound(IProbe, { name: 'a' })).toBe(false);
  });

  it('a failed load waits at most one second for a start that hangs, by the clock of the site', async () => {
    const clock = new ManualClock();
    const { site, builder, events } = probeRig({ clock });
    const loading = failure(
      builder.loads(site, `${probe('a', 'hangs: start')}${probe('b', 'fails: start')}`),
    );
    await expect.poll(() => clock.pending).toBe(1);
    clock.advance(999);
    expect(events).not.toContain('close a');
    clock.advance(1);
    expect((await loading).message).toMatch(/b does not start/);
    expect(events.slice(-2)).toEqual(['close b', 'close a']);
    expect(clock.pending).toBe(0);
  });

  it.each([
    new ConnectionError('E_CONNECTION_REFUSED', 'nothing listens', 'not-sent'),
    new OperationError('E_OPERATION_REFUSED', 'nothing listens', 'refused'),
    new ResolutionError('E_PEER_MISSING', 'nothing listens'),
  ])('a failed load keeps class and code of an error that tells who must act: $name', async (cause) => {
    const remote = classOf(() => ({ start: () => Promise.reject(cause) }));
    const builder = new ComponentSiteBuilder(new Map([['Remote', remote]]));
    const error = await failure(builder.loads(new ComponentSite(), '- class: Remote\n', { base: 'x.yml' }));
    expect(error).toBeInstanceOf(cause.constructor);
    expect(error).toMatchObject({
      code: cause.code,
      message: `x.yml:1:10 [0].class: Remote failed to start: ${cause.name}: nothing listens`,
      ...('outcome' in cause && { outcome: cause.outcome }),
    });
    expect(error.cause).toBe(cause);
  });

  it('a built-in class that fails to load is one problem of the file, next to all others', async () => {
    const cause = new RangeError('not today');
    const failing = () => Promise.reject(cause);
    const builder = new ComponentSiteBuilder(new Map([['Failing', failing]]));
    const text = '- class: Failing\n- class: Absent\n';
    const error = await failure(builder.loads(new ComponentSite(), text, { base: 'x.yml' }));
    expect(error.message).toMatch(
      /x\.yml:1:10 \[0\]\.class: the module of Failing was found but failed to load: RangeError: not today/,
    );
    expect(error.message).toMatch(/x\.yml:2:10 \[1\]\.class: expected a class, got "Absent"/);
  });

  it('an error with places of its own is passed on unchanged', async () => {
    const issue = { source: 'other.yml', line: 1, column: 1, path: '', message: 'wrong' };
    const cause = new ConfigurationError('E_CONFIG_SCHEMA', [issue]);
    const nested = classOf(() => {
      throw cause;
    });
    const builder = new ComponentSiteBuilder(new Map([['Nested', nested]]));
    expect(await failure(builder.loads(new ComponentSite(), '- class: Nested\n'))).toBe(cause);
  });

  it('a component that kept its build-time site sees nothing after a failed load', async () => {
    const { site, builder, sites } = probeRig();
    await failure(builder.loads(site, `${probe('a')}${probe('b', 'fails: start')}`));
    expect(sites.get('b')?.queryComponent(IProbe, 'a')).toBeUndefined();
  });

  it('a successful load may follow a failed one', async () => {
    const { site, builder } = probeRig();
    await failure(builder.loads(site, probe('a', 'fails: start')));
    await builder.loads(site, probe('a'));
    expect(site.getComponent(IProbe, 'a').label).toBe('a');
  });

  it('a failed load logs components that fail to close, and rejects with the first error', async () => {
    const { site, builder, logs } = probeRig();
    const error = await failure(
      builder.loads(site, `${probe('a', 'fails: close')}${probe('b', 'needs: a, fails: start')}`),
    );
    expect(error.message).toMatch(/b does not start/);
    expect(logs.of('error')).toMatchObject([
      {
        message: 'a component failed to close',
        attributes: { component: 'Probe' },
        error: { message: 'a does not close' },
      },
    ]);
  });

  it('a load fails when its site is closed during it', async () => {
    const { site, builder, events, release } = probeRig();
    const loading = failure(builder.loads(site, probe('a', 'hangs: start')));
    await expect.poll(() => events).toContain('start a');
    await site.close();
    release();
    expect(await loading).toBeInstanceOf(DisposedError);
    expect(events.at(-1)).toBe('close a');
    await expect(builder.loads(site, '[]')).rejects.toThrow(DisposedError);
  });
});

describe('key spaces in a load', () => {
  const keeping = (label: string, prefix: string, database = 'db') =>
    probe(label, `keySpace: {database: ${database}, prefix: "${prefix}"}`);

  it('overlapping key spaces fail the load, name the later declaration, and start nothing', async () => {
    const { site, builder, events } = probeRig();
    const error = await failure(
      builder.loads(site, `${keeping('a', 'app:')}${keeping('b', 'app:users:')}`, { base: 'x.yml' }),
    );
    expect(error.message).toBe(
      'x.yml:2:11 [1]: prefix "app:users:" conflicts with prefix "app:" in db (choose prefixes of which neither starts with the other)',
    );
    expect(error.code).toBe('E_CONFIG_SCHEMA');
    expect(events).not.toContain('start a');
  });

  it('key spaces that overlap those of an earlier load fail the load', async () => {
    const { site, builder } = probeRig();
    await builder.loads(site, keeping('a', 'a:'));
    await expect(builder.loads(site, keeping('b', ''))).rejects.toThrow(
      /prefix "" conflicts with prefix "a:"/,
    );
    await builder.loads(site, keeping('c', 'b:'));
    await builder.loads(site, keeping('d', 'a:', 'other'));
  });
});
