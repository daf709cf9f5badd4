import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { referenceOption } from '../../../src/implements/foundation/options/text.js';
import { ComponentSite } from '../../../src/implements/site/component-site.js';
import { ComponentSiteBuilder } from '../../../src/implements/site/component-site-builder.js';
import { IClock } from '../../../src/interfaces/clock.js';
import type { IComponentSite } from '../../../src/interfaces/component-site.js';
import { DisposedError } from '../../../src/interfaces/errors.js';
import { ILoggerSite } from '../../../src/interfaces/logger.js';
import { RecordingLoggerSite } from '../../support/logs/recording-logger.js';
import { ManualClock } from '../../support/time/manual-clock.js';
import { classOf, IProbe, probe, probeRig } from '../probe.js';

const created = (events: readonly string[]) =>
  events.filter((event) => event.startsWith('create ')).map((event) => event.slice('create '.length));

describe('order of a load', () => {
  it.each([
    ['before', `${probe('b', 'needs: a')}${probe('a')}`],
    ['after', `${probe('a')}${probe('b', 'needs: a')}`],
  ])('a load does not depend on file order: a reference may stand %s its target', async (_where, text) => {
    const { site, builder, events } = probeRig();
    await builder.loads(site, text);
    expect(created(events)).toEqual(['a', 'b']);
    expect(events.indexOf('start b')).toBeGreaterThan(events.indexOf('started a'));
    await site.close();
    expect(events.slice(-2)).toEqual(['close b', 'close a']);
  });

  it('a load keeps the order of the file between independent declarations', async () => {
    const { site, builder, events } = probeRig();
    await builder.loads(site, ['c', 'a', 'b'].map((label) => probe(label)).join(''));
    expect(created(events)).toEqual(['c', 'a', 'b']);
    await site.close();
    expect(events.slice(-3)).toEqual(['close b', 'close a', 'close c']);
  });

  it('independent components start at once, and the others once their dependencies have started', async () => {
    const { site, builder, events, release } = probeRig();
    const loading = builder.loads(
      site,
      `${probe('a', 'hangs: start')}${probe('b')}${probe('c', 'needs: a')}${probe('d', 'needs: b')}`,
    );
    await expect.poll(() => events).toContain('started d');
    expect(events).toContain('start a');
    expect(events).not.toContain('start c');
    release();
    await loading;
    expect(events.indexOf('start c')).toBeGreaterThan(events.indexOf('started a'));
  });

  it('the default clock and logger are built before every component that they do not depend on', async () => {
    const order: string[] = [];
    const recorded = (label: string, component: object) =>
      classOf(() => {
        order.push(label);
        return component;
      });
    const [clock, logs] = [new ManualClock(), new RecordingLoggerSite()];
    const site = new ComponentSite();
    const builder = new ComponentSiteBuilder(
      new Map([
        ['Cache', recorded('cache', {})],
        ['Base', recorded('base', { label: 'base', options: {} })],
        ['Logger', recorded('logger', logs)],
        ['Clock', recorded('clock', clock)],
      ]),
    );
    await builder.loads(
      site,
      [
        '- {class: Cache}',
        '- {class: Base, entries: [{interface: IProbe, name: base}]}',
        '- {class: Logger, entries: [{interface: ILoggerSite}], needs: base}',
        '- {class: Clock, entries: [{interface: IClock}]}',
      ].join('\n'),
    );
    expect(order).toEqual(['clock', 'base', 'logger', 'cache']);
    expect(site.getComponent(ILoggerSite)).toBe(logs);
    expect(site.getComponent(IClock)).toBe(clock);
  });

  it('a logger that is not the default keeps its place in the file', async () => {
    const order: string[] = [];
    const recorded = (label: string, component: object) =>
      classOf(() => {
        order.push(label);
        return component;
      });
    const builder = new ComponentSiteBuilder(
      new Map([
        ['Cache', recorded('cache', {})],
        ['Logger', recorded('logger', new RecordingLoggerSite())],
      ]),
    );
    await builder.loads(
      new ComponentSite(),
      '- class: Cache\n- {class: Logger, entries: [{interface: ILoggerSite, name: x}]}\n',
    );
    expect(order).toEqual(['cache', 'logger']);
  });

  it('a reference that comes from a default counts as written at the start of its declaration', async () => {
    const order: string[] = [];
    const options = z.strictObject({ needs: referenceOption('IProbe').default('main') });
    const user = async () => ({ component: { options, create: () => ({ order: order.push('user') }) } });
    const { site, builder, catalogue, events } = probeRig();
    const known = new ComponentSiteBuilder(new Map([...catalogue, ['User', user]]));
    await known.loads(site, `- class: User\n${probe('main')}`);
    expect([...created(events), ...order]).toEqual(['main', 'user']);
    expect(builder.dumps(site)).toMatch(/^- class: User\n- class: Probe\n/);
    await expect(known.loads(new ComponentSite(), '- class: User\n')).rejects.toThrow(
      '<text>:1:3 [0].needs: expected the name of an IProbe component, got "main" (no IProbe is declared)',
    );
  });

  it('a component that is looked up during building counts as a dependency', async () => {
    const { site, catalogue, events, release } = probeRig();
    const follower = classOf((load: IComponentSite) => ({
      label: `follows ${load.getComponent(IProbe, 'a').label}`,
      options: {},
      start: async () => void events.push('start follower'),
    }));
    const builder = new ComponentSiteBuilder(new Map([...catalogue, ['Follower', follower]]));
    const loading = builder.loads(site, `${probe('a', 'hangs: start')}- {class: Follower}\n${probe('b')}`);
    await expect.poll(() => events).toContain('started b');
    expect(events).not.toContain('start follower');
    release();
    await loading;
    expect(events.at(-1)).toBe('start follower');
  });
});

describe('build-time site', () => {
  it('a build-time site shows earlier components, which the application does not see yet', async () => {
    const { site, catalogue } = probeRig();
    const seen: unknown[] = [];
    const looker = classOf((load: IComponentSite) => {
      seen.push(load.queryComponent(IProbe, 'a')?.label, site.queryComponent(IProbe, 'a'));
      seen.push(load.queryComponent(IProbe, 'b'), load.container === site.container);
      return {};
    });
    const builder = new ComponentSiteBuilder(new Map([...catalogue, ['Looker', looker]]));
    await builder.loads(site, `${probe('a')}- {class: Looker}\n${probe('b')}`);
    expect(seen).toEqual(['a', undefined, undefined, true]);
  });

  it('a build-time site becomes the site itself once the load has ended', async () => {
    const { site, builder, sites } = probeRig();
    await builder.loads(site, probe('a'));
    const kept = sites.get('a') as IComponentSite;
    await builder.loads(site, probe('b'));
    expect(kept.getComponent(IProbe, 'b').label).toBe('b');
    const own = { label: 'own', options: {} as never };
    expect(kept.registerComponent(IProbe, own, 'own')).toBe(own);
    expect(site.getComponent(IProbe, 'own')).toBe(own);
    await kept.close();
    expect(() => site.registerComponent(IProbe, own, 'late')).toThrow(DisposedError);
  });

  it('a build-time site refuses registrations during the load, because they could not be undone', async () => {
    const { site, catalogue } = probeRig();
    const registrar = classOf((load: IComponentSite) =>
      load.registerComponent(IProbe, { label: '', options: {} as never }, 'x'),
    );
    const builder = new ComponentSiteBuilder(new Map([...catalogue, ['Registrar', registrar]]));
    await expect(builder.loads(site, '- {class: Registrar}\n')).rejects.toThrow(
      /cannot register others during its own load/,
    );
    expect(site.queryComponent(IProbe, 'x')).toBeUndefined();
  });
});
