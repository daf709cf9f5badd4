import type { KeyValueSubject, OpenKeyValue } from '../../contract/key-value/subject.js';

/** Values that are wrong in one way. */
export interface KeyValueMutant {
  /** Title of the law that it breaks. */
  readonly breaks: string;
  /** Verb phrase that says the flaw. */
  readonly flaw: string;
  /** Changes what a subject opens. */
  readonly change: (opened: OpenKeyValue) => Partial<OpenKeyValue['values']>;
}

/** A mutant that breaks a law. */
export function mutant(breaks: string, flaw: string, change: KeyValueMutant['change']): KeyValueMutant {
  return { breaks, flaw, change };
}

/** The subject with the calls of a mutant in place of its own. */
export function withFlaw(subject: KeyValueSubject, { change }: KeyValueMutant): KeyValueSubject {
  return {
    ...subject,
    open: async (options) => {
      const opened = await subject.open(options);
      const { values } = opened;
      const changes = change(opened) as Record<PropertyKey, unknown>;
      const flawed = new Proxy(values, {
        get: (target, name) => {
          const member: unknown = Object.hasOwn(changes, name) ? changes[name] : Reflect.get(target, name);
          return typeof member === 'function' ? member.bind(target) : member;
        },
      });
      return { ...opened, values: flawed };
    },
  };
}
