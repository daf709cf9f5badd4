import { describe, expect, it } from 'vitest';
import type { IComponentSite } from '../../../src/interfaces/component-site.js';
import { ArgumentError } from '../../../src/interfaces/errors.js';
import { IProbe, probe, probeRig } from '../probe.js';

const created = (events: readonly string[]) =>
  events.filter((event) => event.startsWith('create ')).map((event) => event.slice('create '.length));

describe('a load', () => {
  it('takes a list without declarations', async () => {
    const { site, builder } = probeRig();
    await builder.loads(site, '[]\n');
    expect(builder.dumps(site)).toBe('[]\n');
  });

  it('builds a component without entries, and runs it', async () => {
    const { site, builder, events } = probeRig();
    await builder.loads(site, '- {class: Probe, label: a}\n');
    expect(events).toEqual(['create a', 'start a', 'started a']);
    await site.close();
    expect(events.at(-1)).toBe('close a');
  });

  it('gives one component all the entries of its declaration', async () => {
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

  it('gives options their types and defaults', async () => {
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

  it('takes a duration in parts, where a bare number is a number of its unit', async () => {
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
  ])('takes files %s', async (_how, base, expected) => {
    const { site, builder } = probeRig();
    await builder.loads(site, '- {class: Probe, entries: [{interface: IProbe}], certificate: tls/ca.pem}\n', {
      ...(base !== undefined && { base }),
    });
    expect(site.getComponent(IProbe).options.certificate).toMatch(expected);
  });

  it('makes the same of JSON as of YAML', async () => {
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

  it('refuses a format that there is not', async () => {
    const { site, builder } = probeRig();
    const loading = builder.loads(site, '[]', { format: 'xml' as 'yaml' });
    await expect(loading).rejects.toThrow('unknown file format xml');
    await expect(loading).rejects.toMatchObject({ code: 'E_CONFIG_FORMAT' });
    expect(() => builder.dumps(site, 'xml' as 'yaml')).toThrow('unknown file format xml');
  });

  it('refuses a text that is none, and a site that is none of its own', async () => {
    const { site, builder } = probeRig();
    await expect(builder.loads(site, undefined as unknown as string)).rejects.toThrow(ArgumentError);
    const foreign = { ...site } as unknown as IComponentSite;
    await expect(builder.loads(foreign, '[]')).rejects.toThrow(ArgumentError);
    expect(() => builder.dumps(foreign)).toThrow(ArgumentError);
  });

  it('adds to a site that has been loaded before, and reaches into it', async () => {
    const { site, builder, events } = probeRig();
    await builder.loads(site, probe('a'));
    const first = site.getComponent(IProbe, 'a');
    await builder.loads(site, probe('b', 'needs: a'));
    expect(site.getComponent(IProbe, 'a')).toBe(first);
    expect(site.getComponent(IProbe, 'b').options.needs).toBe('a');
    await site.close();
    expect(events.slice(-2)).toEqual(['close b', 'close a']);
  });

  it('refuses an entry of an earlier load, and leaves what is there', async () => {
    const { site, builder, events } = probeRig();
    await builder.loads(site, probe('a'));
    const first = site.getComponent(IProbe, 'a');
    await expect(builder.loads(site, `${probe('b')}${probe('a')}`)).rejects.toThrow(
      /^<text>:2:28 \[1\]\.entries\[0\]: duplicate entry IProbe "a"; the site already has it/,
    );
    expect(site.getComponent(IProbe, 'a')).toBe(first);
    expect(site.queryComponent(IProbe, 'b')).toBeUndefined();
    expect(created(events)).toEqual(['a']);
  });

  it('refuses an entry that the application has bound in the container', async () => {
    const { site, builder } = probeRig();
    const own = { label: 'own', options: site.container as never };
    site.container.bind(IProbe).toConstantValue(own).whenNamed('a');
    await expect(builder.loads(site, probe('a'))).rejects.toThrow(
      /the application already bound it in the container/,
    );
    await builder.loads(site, probe('b', 'needs: a'));
    expect(site.getComponent(IProbe, 'a')).toBe(own);
  });

  it('finds an entry taken that another load took in the meantime', async () => {
    const { site, builder, events } = probeRig();
    const both = await Promise.allSettled([builder.loads(site, probe('a')), builder.loads(site, probe('a'))]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(events.filter((event) => event === 'close a')).toHaveLength(1);
    expect(site.getComponent(IProbe, 'a').label).toBe('a');
  });
});
