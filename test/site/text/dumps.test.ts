// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${…} is what declarations write.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { DeclarationFormat } from '../../../src/interfaces/component-site-builder.js';
import { failure, IProbe, probeRig } from '../probe.js';

const ENV = { PW: 'hunter2', HOST: 'redis.internal', PORT: '6380', URL: 'redis://u:hunter2@h' };

const DECLARATIONS = [
  '- class: Probe',
  '  entries:',
  '    - {interface: IProbe}',
  '    - {interface: IProbe, name: b}',
  '  label: $${not a variable}',
  '  needs: a',
  '  port: ${env.PORT}',
  '  wait: 1.5h',
  '  room: 4096',
  '  password: ${env.PW}',
  '  url: redis://user:hunter2@${env.HOST:-localhost}:6379/0',
  '  certificate: ./tls/ca.pem',
  '  tags: ["7", "two\\nlines", "true", "# no comment"]',
  '  tls: {ca: ca.pem}',
  '  target: {kind: many, hosts: ["${env.HOST}"]}',
  '- class: Probe',
  '  entries: [{interface: IProbe, name: a}]',
  '  password: hunter2',
  '  url: ${env.URL:-redis://user:hunter2@h}',
  '',
].join('\n');

async function loaded(text: string, format: DeclarationFormat = 'yaml') {
  const { site, builder } = probeRig();
  await builder.loads(site, text, { format, env: ENV, base: '/etc/app/caches.yml' });
  return { site, builder };
}

describe('dumps of declarations', () => {
  it('a dump holds the declarations of all loads, as written, in file order', async () => {
    const { site, builder } = await loaded(DECLARATIONS);
    await builder.loads(site, '- {class: Probe, entries: [{interface: IProbe, name: later}], ratio: 0.5}\n');
    expect(builder.dumps(site)).toBe(
      [
        '- class: Probe',
        '  entries:',
        '    - interface: IProbe',
        '    - interface: IProbe',
        '      name: b',
        '  label: "$${not a variable}"',
        '  needs: a',
        '  port: "${env.PORT}"',
        '  wait: 1.5h',
        '  room: 4096',
        '  password: "${env.PW}"',
        '  url: "redis://user:[redacted]@${env.HOST:-localhost}:6379/0"',
        '  certificate: ./tls/ca.pem',
        '  tags:',
        '    - "7"',
        '    - "two\\nlines"',
        '    - "true"',
        '    - "# no comment"',
        '  tls:',
        '    ca: ca.pem',
        '  target:',
        '    kind: many',
        '    hosts:',
        '      - "${env.HOST}"',
        '- class: Probe',
        '  entries:',
        '    - interface: IProbe',
        '      name: a',
        '  password: "[redacted]"',
        '  url: "${env.URL:-redis://user:[redacted]@h}"',
        '- class: Probe',
        '  entries:',
        '    - interface: IProbe',
        '      name: later',
        '  ratio: 0.5',
        '',
      ].join('\n'),
    );
  });

  it.each(['yaml', 'yml', 'json'] as const)(
    'a dump as %s loads again, with the same look-ups',
    async (format) => {
      const first = await loaded(DECLARATIONS);
      const text = first.builder.dumps(first.site, format);
      const second = await loaded(text, format);
      for (const name of ['', 'a', 'b']) {
        const { password, url, ...options } = first.site.getComponent(IProbe, name).options;
        expect(second.site.getComponent(IProbe, name).options).toMatchObject(options);
        expect([password, url]).not.toContain(undefined);
      }
      expect(second.site.getComponent(IProbe, 'b')).toBe(second.site.getComponent(IProbe));
      expect(second.site.getComponent(IProbe).options.password).toBe('hunter2');
      expect(second.builder.dumps(second.site, format)).toBe(text);
    },
  );

  it('a dump hides options with secret-sounding names when no schema marks secrets', async () => {
    const { site, builder } = probeRig();
    const base = new URL('../fixtures/app/caches.yml', import.meta.url).pathname;
    await builder.loads(
      site,
      [
        "- class: './greeter.mjs#Greeter'",
        '  apiKey: hunter2',
        '  deep: {dbPassword: hunter2, list: [{access_token: hunter2}], pin: 1}',
        '  clientSecret: ${env.PW}',
        '  passphrase: 123456',
        '  link: postgres://user:hunter2@h/db',
        '  label: shown',
        '',
      ].join('\n'),
      { base, env: ENV },
    );
    const text = builder.dumps(site);
    expect(text).not.toMatch(/hunter2|123456/);
    expect(text).toContain('clientSecret: "${env.PW}"');
    expect(text).toContain('link: "postgres://user:[redacted]@h/db"');
    expect(text).toContain('label: shown');
    expect(text).toContain('pin: 1');
  });
});

const CANARY = 'canary-5d1f9';

describe('secrets in declarations', () => {
  it('a secret appears in no dump of any format', async () => {
    const { site, builder } = probeRig();
    await builder.loads(
      site,
      `- {class: Probe, password: ${CANARY}, url: 'redis://u:${CANARY}@h', entries: [{interface: IProbe, name: a}]}\n- {class: Probe, password: '\${env.P:-${CANARY}}', url: 'redis://u:\${env.P:-${CANARY}}@h'}\n- {class: Probe, password: 'a\${env.E}', label: '\${env.E}', url: '\${env.U}'}\n`,
      { env: { E: CANARY, U: `redis://u:${CANARY}@h` } },
    );
    for (const format of ['yaml', 'json'] as const) expect(builder.dumps(site, format)).not.toContain(CANARY);
  });

  const env = { P: CANARY, E: CANARY };
  it.each([
    ['a secret of the wrong type', `- {class: Probe, password: [${CANARY}]}`],
    ['a secret with another mistake', `- {class: Probe, password: ${CANARY}, port: 0}`],
    ['a secret under a misspelt key', `- {class: Probe, pasword: ${CANARY}}`],
    ['a secret in a map under a misspelt key', `- {class: Probe, pasword: {a: [${CANARY}]}}`],
    ['a secret in a key, for want of a space', `- {class: Probe, password:${CANARY}}`],
    [
      'a secret in a key of an entry',
      `- {class: Probe, entries: [{interface: IProbe, name:${CANARY}-${CANARY}:x}]}`,
    ],
    ['a secret in a declaration that is a text', `- password=${CANARY}`],
    ['a secret in a text that is no list', CANARY],
    ['a secret in a URL that is none', `- {class: Probe, url: 'http://u:${CANARY}@h'}`],
    ['a secret in a URL of the wrong type', `- {class: Probe, url: {password: ${CANARY}}}`],
    ['a secret that is a tag', `- class: Probe\n  password: !${CANARY} x`],
    ['a secret that is a tag with a handle', `- class: Probe\n  password: !${CANARY}!x y`],
    ['a secret that is an alias', `- class: Probe\n  password: *${CANARY}`],
    ['a secret that is an anchor', `- class: Probe\n  password: &${CANARY} x`],
    ['a secret that is a directive', `%TAG ${CANARY} !x\n---\n- class: Probe`],
    ['a secret that is not closed', `- class: Probe\n  password: "${CANARY}`],
    ['a secret with a colon', `- class: Probe\n  password: ${CANARY}: x`],
    ['a secret in front of a wrong indentation', `- class: Probe\n  password: ${CANARY}\n port: 1`],
    ['a secret twice', `- {class: Probe, password: ${CANARY}, password: ${CANARY}}`],
    ['a secret with a dollar', `- {class: Probe, password: '\${${CANARY}}'}`],
    [
      'a secret as a default of a variable in a wrong place',
      `- {class: Probe, port: '\${env.X:-${CANARY}}'}`,
    ],
    ['a secret from the environment in a number', `- {class: Probe, port: '\${env.P}'}`],
    ['a secret from the environment in a boolean', `- {class: Probe, enabled: '\${env.P}'}`],
    ['a secret from the environment in a choice', `- {class: Probe, mode: '\${env.P}'}`],
    ['a secret from the environment in a text', `- {class: Probe, slug: 'x\${env.P}'}`],
    ['a secret from the environment in a duration', `- {class: Probe, wait: '\${env.P}'}`],
    ['a secret from the environment in a list', `- {class: Probe, codes: ['\${env.P}']}`],
    ['a secret from the environment in a reference', `- {class: Probe, needs: '\${env.P}'}`],
    ['a secret from the environment in a discriminator', `- {class: Probe, target: {kind: '\${env.P}'}}`],
    ['a secret with a variable that is not set', `- {class: Probe, password: '${CANARY}\${env.NOPE}'}`],
    ['a secret of a component that cannot be built', `- {class: Probe, password: ${CANARY}, fails: create}`],
    ['a secret of a component that cannot start', `- {class: Probe, password: ${CANARY}, fails: start}`],
    [
      'a secret of a component that lacks members',
      `- {class: Probe, password: ${CANARY}, entries: [{interface: IOther}]}`,
    ],
  ])('a secret appears in no error: %s', async (_what, text) => {
    for (const format of ['yaml', 'json'] as const) {
      const { site, builder } = probeRig();
      const error = await failure(builder.loads(site, `${text}\n`, { env, format }));
      for (const shown of [
        inspect(error, { depth: 12, showHidden: true, getters: true }),
        JSON.stringify(error),
        String(error.stack),
        String(error),
      ]) {
        expect(shown).not.toContain(CANARY);
      }
    }
  });
});
