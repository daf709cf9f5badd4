/** An application that runs from its TypeScript sources: the declaration names the file that a build would write. */
import { ComponentSite, ComponentSiteBuilder, defineInterface } from 'inversify-cache';

interface IGreeter {
  readonly greeting: string;
}
const IGreeter = defineInterface<IGreeter>('IGreeter', ['greeting']);

const declarations = `[{ class: ./greeter.js#Greeter, entries: [{ interface: IGreeter }], greeting: Hello }]`;

export async function greeting(): Promise<string> {
  const site = new ComponentSite();
  try {
    await new ComponentSiteBuilder().loads(site, declarations, { base: import.meta.filename });
    return site.getComponent(IGreeter).greeting;
  } finally {
    await site.close();
  }
}
