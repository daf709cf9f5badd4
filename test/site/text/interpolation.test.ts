// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what declarations write.
import { describe, expect, it } from 'vitest';
import { IProbe, type ProbeOptions, probeRig } from '../probe.js';

/** The options that a probe gets. */
async function loaded(options: string, env: Readonly<Record<string, string>> = {}): Promise<ProbeOptions> {
  const { site, builder } = probeRig();
  await builder.loads(site, `- class: Probe\n  entries: [{interface: IProbe}]\n  ${options}\n`, { env });
  return site.getComponent(IProbe).options;
}

describe('interpolation', () => {
  it.each([
    ['a variable', '${env.A}', { A: 'x' }, 'x'],
    ['a variable inside a text', 'a-${env.A}-c', { A: 'b' }, 'a-b-c'],
    ['several variables', '${env.A}${env.B}/${env.A}', { A: '1', B: '2' }, '12/1'],
    ['a variable that is empty', '<${env.A}>', { A: '' }, '<>'],
    ['a default for a variable that is not set', '${env.A:-x}', {}, 'x'],
    ['a default for a variable that is empty, as a shell does', '${env.A:-x}', { A: '' }, 'x'],
    ['a variable that is set in place of its default', '${env.A:-x}', { A: 'y' }, 'y'],
    ['an empty default', '<${env.A:-}>', {}, '<>'],
    ['a default with colons and dashes', '${env.A:-redis://h:1/0:-x}', {}, 'redis://h:1/0:-x'],
    ['a literal', '$${env.A}', { A: 'x' }, '${env.A}'],
    ['a literal before a variable', '$${${env.A}', { A: 'x' }, '${x'],
    ['a dollar of its own', '$5 $$ {x}', {}, '$5 $$ {x}'],
    ['a variable whose text looks like a variable', '${env.A}', { A: '${env.B}', B: 'x' }, '${env.B}'],
    ['a variable whose text looks like YAML', '${env.A}', { A: '{port: 1}\n- x: "' }, '{port: 1}\n- x: "'],
    ['a variable whose text looks like a number', '${env.A}', { A: '007' }, '007'],
    ['a variable named like a member of every object', '${env.constructor}', { constructor: 'x' }, 'x'],
  ] as const)('interpolation replaces %s', async (_what, written, env, expected) => {
    const options = await loaded(`label: '${written}'`, env as Readonly<Record<string, string>>);
    expect(options.label).toBe(expected);
  });

  it.each([
    ['url: redis://:${env.X}@h:1/0', 'p:w/#%@?', 'redis://:p%3Aw%2F%23%25%40%3F@h:1/0'],
    ['url: redis://${env.U}:${env.X}@${env.H}/0', 'a b', 'redis://u%40x:a%20b@h:1/0'],
    ['url: redis://${env.X}@h', 'user:p%40w', 'redis://user:p%40w@h'],
    ['url: ${env.X}', 'redis://:p%40w@h', 'redis://:p%40w@h'],
    ['url: redis://h:1/${env.X}', '2', 'redis://h:1/2'],
    ['url: "redis://:${env.Y:-a#b}@h"', '', 'redis://:a%23b@h'],
  ])('a variable inside the credentials of a URL may hold any characters: %s', async (written, X, url) => {
    expect(await loaded(written, { X, U: 'u@x', H: 'h:1' })).toMatchObject({ url });
  });

  it('interpolation reaches values at every depth, and no keys', async () => {
    const options = await loaded('target: {kind: many, hosts: [a, "${env.B}"]}', { B: 'b' });
    expect(options.target).toEqual({ kind: 'many', hosts: ['a', 'b'] });
  });

  it.each([
    ['port: ${env.X}', '6380', { port: 6380 }],
    ['port: ${env.X:-6381}', undefined, { port: 6381 }],
    ['ratio: ${env.X}', '0.25', { ratio: 0.25 }],
    ['ratio: ${env.X}', '+0.5', { ratio: 0.5 }],
    ['enabled: ${env.X}', 'false', { enabled: false }],
    ['enabled: ${env.X}', 'true', { enabled: true }],
    ['enabled: ${env.X}', 'yes', { enabled: true }],
    ['enabled: ${env.X}', 'On', { enabled: true }],
    ['enabled: ${env.X}', '1', { enabled: true }],
    ['enabled: ${env.X}', '0', { enabled: false }],
    ['enabled: ${env.X}', 'off', { enabled: false }],
    ['room: ${env.X}', '4096', { room: 4096 }],
    ['room: ${env.X}', '4KiB', { room: 4096 }],
    ['wait: ${env.X}', '30s', { wait: 30_000 }],
    ['tls: ${env.X}', 'true', { tls: true }],
    ['codes: [1, "${env.X}"]', '2', { codes: [1, 2] }],
    ['server: {host: "${env.X}", port: "${env.X}"}', '1', { server: { host: '1', port: 1 } }],
    ['password: ${env.X}', '123', { password: '123' }],
    ['mode: ${env.X}', 'slow', { mode: 'slow' }],
  ] as const)(
    'the option %s, with the variable set to %s, gets its own type',
    async (written, value, expected) => {
      expect(await loaded(written, value === undefined ? {} : { X: value })).toMatchObject(expected);
    },
  );

  it('interpolation reads process.env at load time when no environment is given', async () => {
    const { site, builder } = probeRig();
    const name = `PROBE_${process.pid}`;
    const text = `- {class: Probe, entries: [{interface: IProbe}], label: '\${env.${name}}'}\n`;
    await expect(builder.loads(site, text)).rejects.toThrow(name);
    process.env[name] = 'here';
    try {
      await builder.loads(site, text);
    } finally {
      delete process.env[name];
    }
    expect(site.getComponent(IProbe).label).toBe('here');
  });

  it('a variable may name the referenced component', async () => {
    const { site, builder, events } = probeRig();
    await builder.loads(
      site,
      '- {class: Probe, label: b, needs: "${env.MAIN}"}\n- {class: Probe, label: a, entries: [{interface: IProbe, name: a}]}\n',
      { env: { MAIN: 'a' } },
    );
    expect(events.slice(0, 2)).toEqual(['create a', 'create b']);
  });
});
