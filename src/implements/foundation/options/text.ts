import { z } from 'zod';
import type { InterfaceDescription } from '../../../interfaces/interface-token.js';
import { optionKinds } from './kinds.js';

/** An option whose value no message, log or dump ever shows. */
export function secretOption(): z.ZodString {
  return z.string().register(optionKinds, { kind: 'secret' });
}

/** An option that holds a path; in a declaration file it is relative to that file. */
export function fileOption(): z.ZodString {
  return z.string().min(1).register(optionKinds, { kind: 'file' });
}

/** An option that names another component; `''` names the default entry of the interface. */
export function referenceOption(name: InterfaceDescription['name']): z.ZodString {
  return z.string().register(optionKinds, {
    kind: 'reference',
    interface: name,
    expected: `the name of an ${name} component`,
  });
}
