import { describe, expect, it } from 'vitest';
import type { IComponentSite } from '../../../src/interfaces/component-site.js';
import { ArgumentError } from '../../../src/interfaces/errors.js';
import { IProbe, probe, probeRig } from '../probe.js';

const created = (events: readonly string[]) =>
  events.filter((event) => event.startsWith('create ')).map((event) => event.slice('create '.length));

describe('loads of a site', () => {
  it('a load accepts an empty list', async () => {
    const { site, builder } = probeRig();
    await builder.loads(site, '[]\n');
    expect(builder.dumps(site)).toBe('[]\n');
  });

  it('a load builds and starts a component without entries', async () => {
    const { site, builder, events } = probeRig();
    await builder.loads(site, '- {class: Probe, label: a}\n');
    expect(events).toEqual(['create a', 'start a', 'started a']);
    await site.close();
    expect(events.at(-1)).toBe('close a');
  });

  it('a load registers one component under all entries of its declaration', async () => {
    const { site, builder, events } = probeRig();
    await builder.loads(
      site,
      '- class: Probe\n  entries: [{interface: IProbe}, {interface: IProbe, name: a}, {interface: IProbe, name: b}]\n',
    );
    expect(site.getComponent(IProbe, 'a')).toBe(site.getComponent(IProbe));
    expect(site.getComponent(IProbe, 'b')).toBe(site.getComponent(IProbe));
    expect(created(events)).toHaveLength(1);
    await site.close();
    expect(events.filter((event) => event.startsWith('close'))).toHaveLength(1);
  });

  it('a load gives options their types and defaults', async () => {
    const { site, builder } = probeRig();
    await builder.loads(
      site,
      [
        '- class: Probe',
        '  entries: [{interface: IProbe}]',
        '  wait: 1.5s',
        '  room: 2KiB',
        '  mode: slow',
        '  tags: [a, "7"]',
        '  tls: {name: x}',
        '  target: {kind: many, hosts: [a]}',
        '  extra: {a: 1}',
        '  label: |',
        '    two',
        '    lines',
        '',
      ].join('\n'),
    );
    expect(site.getComponent(IProbe).options).toEqual({
      port: 6379,
      enabled: true,
      wait: 1500,
      room: 2048,
      mode: 'slow',
      tags: ['a', '7'],
      tls: { name: 'x' },
      target: { kind: 'many', hosts: ['a'] },
      extra: { a: 1 },
      label: 'two\nlines\n',
    });
  });

  it('a load accepts a duration in parts, in which a bare number counts in its unit', async () => {
    const { site, builder } = probeRig();
    await builder.loads(
      site,
      '- {class: Probe, entries: [{interface: IProbe}], wait: {minutes: 1, seconds: 30}}\n',
    );
    expect(site.getComponent(IProbe).options.wait).toBe(90_000);
  });

  it.each([
    ['relative to the declaration file', './config/caches.yml', /\/config\/tls\/ca\.pem$/],
    ['as they are where there is no file', undefined, /^tls\/ca\.pem$/],
  ])('a load accepts file paths %s', async (_how, base, expected) => {
    const { site, builder } = probeRig();
    await builder.loads(site, '- {class: Probe, entries: [{interface: IProbe}], certificate: tls/ca.pem}\n', {
      ...(base !== undefined && { base }),
    });
    expect(site.getComponent(IProbe).options.certificate).toMatch(expected);
  });

  it('a load builds the same from JSON as from YAML', async () => {
    const declarations = [
      {
        class: 'Probe',
        entries: [{ interface: 'IProbe', name: 'a' }],
        label: 'ü😀',
        tags: ['x'],
        wait: '5s',
      },
      {
        class: 'Probe',
        entries: [{ interface: 'IProbe', name: 'b' }],
        needs: 'a',
        ratio: 0.5,
        enabled: false,
      },
    ];
    const texts = [
      ['json', JSON.stringify(declarations)],
      ['json', JSON.stringify(declarations, null, '\t')],
      ['yaml', JSON.stringify(declarations)],
      [
        'yml',
        '- class: Probe\n  entries:\n    - {interface: IProbe, name: a}\n  label: ü😀\n  tags:\n    - x\n  wait: 5s\n- class: Probe\n  entries: [{interface: IProbe, name: b}]\n  needs: a\n  ratio: 0.5\n  enabled: false\n',
      ],
    ] as const;
    const loaded = await Promise.all(
      texts.map(async ([format, text]) => {
        const { site, builder } = probeRig();
        await builder.loads(site, text, { format });
        return [
          site.getComponent(IProbe, 'a').options,
          site.getComponent(IProbe, 'b').options,
          builder.dumps(site),
        ];
      }),
    );
    for (const one of loaded) expect(one).toEqual(loaded[0]);
    expect(loaded[0]?.[0]).toMatchObject({ label: 'ü😀', wait: 5000 });
  });

  it('a load refuses an unknown format', async () => {
    const { site, builder } = probeRig();
    const loading = builder.loads(site, '[]', { format: 'xml' as 'yaml' });
    await expect(loading).rejects.toThrow('unknown file format xml');
    await expect(loading).rejects.toMatchObject({ code: 'E_CONFIG_FORMAT' });
    expect(() => builder.dumps(site, 'xml' as 'yaml')).toThrow('unknown file format xml');
  });

  it('a load refuses a text that is not a string, and a foreign site', async () => {
    const { site, builder } = probeRig();
    await expect(builder.loads(site, undefined as unknown as string)).rejects.toThrow(ArgumentError);
    const foreign = { ...site } as unknown as IComponentSite;
    await expect(builder.loads(foreign, '[]')).rejects.toThrow(ArgumentError);
    expect(() => builder.dumps(foreign)).toThrow(ArgumentError);
  });

  it('a second load adds to a site, and may refer to earlier components', async () => {
    const { site, builder, events } = probeRig();
    await builder.loads(site, probe('a'));
    const first = site.getComponent(IProbe, 'a');
    await builder.loads(site, probe('b', 'needs: a'));
    expect(site.getComponent(IProbe, 'a')).toBe(first);
    expect(site.getComponent(IProbe, 'b').options.needs).toBe('a');
    await site.close();
    expect(events.slice(-2)).toEqual(['close b', 'close a']);
  });

  it('a second load refuses an entry of an earlier one, and leaves it in place', async () => {
    const { site, builder, events } = probeRig();
    await builder.loads(site, probe('a'));
    const first = site.getComponent(IProbe, 'a');
    await expect(builder.loads(site, `${probe('b')}${probe('a')}`)).rejects.toThrow(
      /^<text>:2:28 \[1\]\.entries\[0\]: duplicate entry IProbe "a", already registered in the site/,
    );
    expect(site.getComponent(IProbe, 'a')).toBe(first);
    expect(site.queryComponent(IProbe, 'b')).toBeUndefined();
    expect(created(events)).toEqual(['a']);
  });

  it('a load refuses an entry that the application has bound in the container', async () => {
    const { site, builder } = probeRig();
    const own = { label: 'own', options: site.container as never };
    site.container.bind(IProbe).toConstantValue(own).whenNamed('a');
    await expect(builder.loads(site, probe('a'))).rejects.toThrow(
      /already bound in the container by the application/,
    );
    await builder.loads(site, probe('b', 'needs: a'));
    expect(site.getComponent(IProbe, 'a')).toBe(own);
  });

  it('a load refuses an entry that a concurrent load has taken', async () => {
    const { site, builder, events } = probeRig();
    const both = await Promise.allSettled([builder.loads(site, probe('a')), builder.loads(site, probe('a'))]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(events.filter((event) => event === 'close a')).toHaveLength(1);
    expect(site.getComponent(IProbe, 'a').label).toBe('a');
  });
});
