import { z } from 'zod';

/** A component of one's own: what it needs is declared, and named by the declaration. */
export class Greeter {
  static component = {
    options: z.strictObject({
      greeting: z.string().default('Hello').describe('What is said in front of a name.'),
    }),
    create: (_site, options) => new Greeter(options.greeting),
  };

  constructor(greeting) {
    this.greeting = greeting;
  }

  greet(name) {
    return `${this.greeting}, ${name}!`;
  }
}
