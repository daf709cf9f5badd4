import { z } from 'zod';
import { durationOption } from '../../src/implements/foundation/options/duration.js';
import { optionKinds } from '../../src/implements/foundation/options/kinds.js';
import { sizeOption } from '../../src/implements/foundation/options/size.js';
import { fileOption, referenceOption, secretOption } from '../../src/implements/foundation/options/text.js';
import type { Catalogue } from '../../src/implements/site/catalogue.js';
import { ComponentSite } from '../../src/implements/site/component-site.js';
import { ComponentSiteBuilder } from '../../src/implements/site/component-site-builder.js';
import type { IClock } from '../../src/interfaces/clock.js';
import type { ComponentDefinition, IComponent, KeySpaceClaim } from '../../src/interfaces/component.js';
import type { IComponentSite } from '../../src/interfaces/component-site.js';
import { defineInterface, type InterfaceToken } from '../../src/interfaces/interface-token.js';
import { ILoggerSite } from '../../src/interfaces/logger.js';
import { RecordingLoggerSite } from '../support/logs/recording-logger.js';

/** Members of every probe. */
export interface IProbe {
  readonly label: string;
  readonly options: ProbeOptions;
}

export const IProbe: InterfaceToken<IProbe> = defineInterface<IProbe>('IProbe', ['label', 'options']);

/** An interface that no probe implements. */
export interface IOther {
  other(): void;
  another(): void;
}

export const IOther: InterfaceToken<IOther> = defineInterface<IOther>('IOther', ['other', 'another']);

const server = z.strictObject({ host: z.string(), port: z.int().min(1).max(65_535).optional() });

/** One option of every kind there is. */
export const probeOptions = z
  .strictObject({
    label: z.string().optional(),
    needs: referenceOption('IProbe').optional(),
    also: referenceOption('IProbe').optional(),
    port: z.int().min(1).max(65_535).default(6379),
    ratio: z.number().positive().lt(1).optional(),
    enabled: z.boolean().default(true),
    wait: durationOption().default(1000),
    room: sizeOption().optional(),
    mode: z.enum(['slow', 'fast']).default('fast'),
    password: secretOption().optional(),
    url: z
      .string()
      .startsWith('redis://')
      .register(optionKinds, { kind: 'url', expected: 'a URL' })
      .optional(),
    certificate: fileOption().optional(),
    tags: z.array(z.string().min(1)).optional(),
    codes: z.array(z.number()).optional(),
    server: server.optional(),
    tls: z
      .union([z.boolean(), z.strictObject({ ca: fileOption().optional(), name: z.string().optional() })])
      .optional(),
    target: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('one'), host: z.string() }),
        z.strictObject({ kind: z.literal('many'), hosts: z.array(z.string()) }),
      ])
      .optional(),
    extra: z.record(z.string(), z.number()).optional(),
    slug: z
      .string()
      .regex(/^[a-z]+$/)
      .optional(),
    keySpace: z.strictObject({ database: z.string(), prefix: z.string() }).optional(),
    fails: z.enum(['create', 'start', 'close']).optional(),
    hangs: z.enum(['start', 'close']).optional(),
  })
  .refine(({ label, slug }) => label === undefined || label !== slug, {
    path: ['slug'],
    message: 'label says this already',
  });

export type ProbeOptions = z.output<typeof probeOptions>;

/** A site, a builder that knows the class `Probe`, and what the probes did. */
export interface ProbeRig {
  readonly site: ComponentSite;
  readonly builder: ComponentSiteBuilder;
  readonly catalogue: Catalogue;
  readonly logs: RecordingLoggerSite;
  /** `create a`, `start a`, `started a`, `close a`, in the order in which it happened. */
  readonly events: string[];
  /** The sites that probes were created with, by label. */
  readonly sites: Map<string, IComponentSite>;
  /** Ends what hangs. */
  release(): void;
}

export function probeRig(options: { clock?: IClock } = {}): ProbeRig {
  const events: string[] = [];
  const sites = new Map<string, IComponentSite>();
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });

  class Probe implements IProbe, IComponent {
    readonly label: string;
    readonly keySpace: KeySpaceClaim | undefined;

    constructor(readonly options: ProbeOptions) {
      this.label = options.label ?? '';
      this.keySpace = options.keySpace;
      events.push(`create ${this.label}`);
    }

    async start(): Promise<void> {
      events.push(`start ${this.label}`);
      if (this.options.hangs === 'start') await released;
      await Promise.resolve();
      if (this.options.fails === 'start') throw new Error(`${this.label} does not start`);
      events.push(`started ${this.label}`);
    }

    async close(): Promise<void> {
      events.push(`close ${this.label}`);
      if (this.options.hangs === 'close') await released;
      if (this.options.fails === 'close') throw new Error(`${this.label} does not close`);
    }
  }

  const catalogue: Catalogue = new Map([
    [
      'Probe',
      classOf((site, declared) => {
        const { label = '', fails } = declared;
        sites.set(label, site);
        if (fails === 'create') throw new Error(`${label} is not built`);
        return new Probe(declared);
      }),
    ],
  ]);
  const logs = new RecordingLoggerSite();
  const site = new ComponentSite(options);
  site.registerComponent(ILoggerSite, logs);
  return { site, builder: new ComponentSiteBuilder(catalogue), catalogue, logs, events, sites, release };
}

/** A declaration of a probe, in YAML's flow style. */
export function probe(label: string, options = ''): string {
  const more = options === '' ? '' : `, ${options}`;
  return `- {class: Probe, entries: [{interface: IProbe, name: ${label}}], label: ${label}${more}}\n`;
}

/** A class of a catalogue with the options of a probe and another constructor. */
export function classOf(
  create: (site: IComponentSite, options: ProbeOptions) => object,
): () => Promise<{ readonly component: ComponentDefinition }> {
  const component: ComponentDefinition<typeof probeOptions> = { options: probeOptions, create };
  return async () => ({ component });
}

/** The error that a load rejects with. */
export async function failure(loading: Promise<unknown>): Promise<Error & { readonly code?: string }> {
  return loading.then(
    () => {
      throw new Error('the load succeeded');
    },
    (error: Error) => error,
  );
}
