import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ComponentSite } from '../../../src/implements/site/component-site.js';
import { ComponentSiteBuilder } from '../../../src/implements/site/component-site-builder.js';
import { loadComponentSite } from '../../../src/implements/site/load-component-site.js';
import type { DeclarableClass } from '../../../src/interfaces/component.js';
import type { IComponentSite } from '../../../src/interfaces/component-site.js';
import { ArgumentError } from '../../../src/interfaces/errors.js';
import { folderWith } from '../folder.js';
import { failure, IProbe, type ProbeOptions, probeRig } from '../probe.js';

/** Takes its options as they are written. */
class Plain implements IProbe {
  readonly label: string;

  constructor(
    readonly site: IComponentSite,
    readonly options: ProbeOptions,
  ) {
    this.label = options.label ?? '';
  }
}

/** Has checked options, and a constructor that only `create` calls. */
class Checked implements IProbe {
  static readonly component = {
    options: z.strictObject({ label: z.string(), times: z.int().min(1).default(2) }),
    create: (_site: IComponentSite, given: { label: string; times: number }) =>
      new Checked(given.label.repeat(given.times)),
  };

  readonly options = {} as ProbeOptions;

  private constructor(readonly label: string) {}
}

const declaration = (name: string, options = '') =>
  `- class: '${name}'\n  entries: [{interface: IProbe}]\n${options}`;

describe('class given in code', () => {
  it('a class given in code is built with the site and its options as written', async () => {
    const { site, builder } = probeRig();
    await builder.loads(site, declaration('Plain', '  label: a\n  wait: 30\n'), { classes: { Plain } });
    expect(site.getComponent(IProbe)).toMatchObject({ label: 'a', options: { label: 'a', wait: 30 } });
  });

  it('a class given in code with a static component is built by it, with checked options', async () => {
    const { site, builder } = probeRig();
    await builder.loads(site, declaration('Checked', '  label: ab\n'), { classes: { Checked } });
    expect(site.getComponent(IProbe).label).toBe('abab');
    const wrong = builder.loads(site, declaration('Checked', '  lable: ab\n'), { classes: { Checked } });
    expect((await failure(wrong)).message).toMatch(
      /expected an option of Checked, got lable .*did you mean label/,
    );
  });

  it('a class given in code stands for the path that is its name, and no file is looked for', async () => {
    const { site, builder } = probeRig();
    const classes = { './gone.js#Plain': Plain, 'a-package#Plain': Plain };
    await builder.loads(site, declaration('./gone.js#Plain', '  label: b\n'), { classes });
    expect(site.getComponent(IProbe).label).toBe('b');
    await builder.loads(site, "- {class: 'a-package#Plain', entries: [{interface: IProbe, name: p}]}", {
      classes,
    });
    expect(site.getComponent(IProbe, 'p').label).toBe('');
  });

  it('a file with a class that is given in code loads, and its dump loads again with the same class', async () => {
    const folder = await folderWith({ 'caches.yml': declaration('Plain', '  label: c\n') });
    await using site = await loadComponentSite(join(folder, 'caches.yml'), { classes: { Plain } });
    expect(site.getComponent(IProbe).label).toBe('c');
    const builder = new ComponentSiteBuilder();
    await using again = new ComponentSite();
    await builder.loads(again, builder.dumps(site), { classes: { Plain } });
    expect(again.getComponent(IProbe).label).toBe('c');
  });

  it('a name that no class has gets the nearest class given in code as a suggestion', async () => {
    const { site, builder } = probeRig();
    const loading = (name: string) => failure(builder.loads(site, declaration(name), { classes: { Plain } }));
    expect(await loading('Plan')).toMatchObject({
      code: 'E_CLASS_UNKNOWN',
      message: '<text>:1:10 [0].class: expected a class, got "Plan" (did you mean Plain?)',
    });
    expect((await loading('Nothing')).message).toBe(
      '<text>:1:10 [0].class: expected a class, got "Nothing" (built-in classes: Probe; given in code: Plain)',
    );
    expect((await loading('toString')).code).toBe('E_CLASS_UNKNOWN');
  });

  it('a class given in code that has an invalid static component is refused where it is declared', async () => {
    const { site, builder } = probeRig();
    const Broken = Object.assign(class {}, { component: { create: () => ({}) } });
    const loading = builder.loads(site, declaration('Broken'), { classes: { Broken } });
    expect((await failure(loading)).message).toBe(
      '<text>:1:10 [0].class: expected the static component of Broken to have options (a zod 4 schema) and create',
    );
  });

  it('no class given in code replaces a class of the package, not even one that is declared nowhere', async () => {
    const { site } = probeRig();
    const loading = new ComponentSiteBuilder().loads(site, '[]', { classes: { MemoryCache: Plain } });
    await expect(loading).rejects.toThrow(ArgumentError);
    await expect(loading).rejects.toThrow(
      'classes: MemoryCache is a class of this package; give yours another name',
    );
  });

  it.each([
    ['a function', () => ({})],
    ['a string', 'Plain'],
    ['undefined', undefined],
    ['null', null],
    ['an object', Checked.component],
  ])('a value given as a class that is none is refused at once: %s', async (kind, value) => {
    const { site, builder } = probeRig();
    const classes = { Plain, Other: value as unknown as DeclarableClass };
    await expect(builder.loads(site, declaration('Plain'), { classes })).rejects.toThrow(
      new ArgumentError(`classes: expected Other to be a class, got ${kind}`),
    );
    expect(site.queryComponent(IProbe)).toBeUndefined();
  });

  it.each([null, 'Plain', [Plain], new Map([['Plain', Plain]])])(
    'classes that are not given by name are refused: %s',
    async (classes) => {
      const { site, builder } = probeRig();
      const given = classes as unknown as Record<string, DeclarableClass>;
      await expect(builder.loads(site, declaration('Plain'), { classes: given })).rejects.toThrow(
        'expected classes to be an object of classes by name: { classes: { Greeter } }',
      );
    },
  );
});
