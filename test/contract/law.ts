/** The part of a test runner that a suite needs; vitest has it, and so has the runner that collects. */
export interface Runner {
  describe(title: string, body: () => void): void;
  readonly it: {
    (title: string, body: () => Promise<void>): void;
    skip(title: string, body: () => Promise<void>): void;
  };
  afterEach(body: () => Promise<void>): void;
}

/** One sentence that every implementation of a port keeps. */
export interface Law<Capability extends string, Opened, Options> {
  /** The sentence. */
  readonly title: string;
  /** Capabilities that a subject needs for the law to apply. */
  readonly needs: readonly Capability[];
  prove(open: (options?: Options) => Promise<Opened>): Promise<void>;
}

/** Instance that an implementation opens for one law. */
export interface Opened {
  /** Fails when something inside is not as it must be; asked after each law that opened it. */
  inspect(): Promise<void>;
  /** Releases all that was opened. Idempotent. */
  close(): Promise<void>;
}

/** An implementation, and how to open it. */
export interface Subject<Capability extends string, O extends Opened, Options> {
  readonly name: string;
  readonly supports: readonly Capability[];
  /** Reasons for which this implementation need not keep a law, by its title. */
  readonly skip: Readonly<Record<string, string>>;
  open(options?: Options): Promise<O>;
}

/**
 * Runs the laws against a subject: each law opens it again, and every opened instance is inspected and closed after it.
 *
 * @throws when a skip names no law, when no law asks for a capability, or when two laws have one title.
 */
export function runLaws<Capability extends string, O extends Opened, Options>(
  { describe, it, afterEach }: Runner,
  laws: readonly Law<Capability, O, Options>[],
  subject: Subject<Capability, O, Options>,
): void {
  checkAttached(laws, subject);
  describe(subject.name, () => {
    const opened: O[] = [];
    let proved = false;
    const open = async (options?: Options): Promise<O> => {
      const one = await subject.open(options);
      opened.push(one);
      return one;
    };
    afterEach(async () => {
      const all = opened.splice(0);
      try {
        if (proved) for (const one of all) await one.inspect();
      } finally {
        proved = false;
        await Promise.all(all.map((one) => one.close()));
      }
    });
    for (const law of laws) {
      if (!law.needs.every((capability) => subject.supports.includes(capability))) continue;
      const body = async (): Promise<void> => {
        await law.prove(open);
        proved = true;
      };
      const reason = subject.skip[law.title];
      if (reason === undefined) it(law.title, body);
      else it.skip(`${law.title} [skipped: ${reason}]`, body);
    }
  });
}

function checkAttached<Capability extends string>(
  laws: readonly { readonly title: string; readonly needs: readonly Capability[] }[],
  subject: {
    readonly name: string;
    readonly supports: readonly Capability[];
    readonly skip: Readonly<Record<string, string>>;
  },
): void {
  const titles = new Set<string>();
  for (const { title } of laws) {
    if (titles.has(title)) throw new Error(`two laws have the title "${title}"`);
    titles.add(title);
  }
  for (const [title, reason] of Object.entries(subject.skip)) {
    if (!titles.has(title)) throw new Error(`${subject.name} skips "${title}", which is no law`);
    if (reason.trim() === '') throw new Error(`${subject.name} skips "${title}" without a reason`);
  }
  for (const capability of subject.supports) {
    if (!laws.some(({ needs }) => needs.includes(capability))) {
      throw new Error(`${subject.name} supports "${capability}", which no law asks for`);
    }
  }
}
