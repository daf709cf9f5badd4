import type { IComponentSite } from '../../../../interfaces/component-site.js';
import { ILoggerSite } from '../../../../interfaces/logger.js';
import { IRedisConnection } from '../../../../interfaces/redis-connection.js';
import { SilentLoggerSite } from '../../../foundation/logger/silent-logger-site.js';
import { connectionShape } from '../../../redis/options/connection-shape.js';
import { CATALOGUE } from '../../../site/catalogue.js';
import type { Declaration } from '../../../site/check/validate.js';
import { ComponentSite } from '../../../site/component-site.js';
import { runPlan } from '../../../site/component-site-builder.js';
import { StagedComponents } from '../../../site/load/loading-site.js';
import { type CheckedDeclarations, checkDeclarations } from '../../../site/load/plan.js';
import { interiorOf } from '../../../site/site-interior.js';
import { childNode, type DeclarationNode, type MapNode, type MapPair } from '../../../site/text/node.js';
import type { Place } from '../../../site/text/place.js';
import { readDeclarations } from '../../../site/text/read.js';
import type { ConnectionUser } from './finding.js';

const NOTHING = { ownerOf: () => undefined, namesOf: () => [] };

/** A connection that a file declares: by itself, or in the options of a component. */
export interface DeclaredConnection {
  /** Class and line, for people. */
  readonly label: string;
  readonly users: readonly ConnectionUser[];
  /** Opens it, and what it refers to; one that cannot be reached tells the reason by its health. */
  open(): Promise<{ readonly site: IComponentSite; readonly connection: IRedisConnection }>;
}

/**
 * Connections of a file that was checked before. A component with a connection of its own is declared anew as a
 * `RedisConnection` with the same options, so that its connection can be asked.
 */
export async function connectionsOf(path: string): Promise<DeclaredConnection[]> {
  const { text, format } = await readDeclarations(path, undefined);
  const written: MapNode[] = [];
  const adapt = (root: DeclarationNode): DeclarationNode => {
    if (root.kind !== 'list') return root;
    written.push(...root.items.filter((item) => item.kind === 'map'));
    return { ...root, items: root.items.map((item) => (item.kind === 'map' ? connectionIn(item) : item)) };
  };
  const checked = await checkDeclarations(text, { format, base: path }, CATALOGUE, NOTHING, adapt);
  return checked.declarations.flatMap((declaration, index) => {
    if (declaration.className !== 'RedisConnection') return [];
    const own = written[index] as MapNode;
    const names = declaration.entries.map(({ name }) => name);
    const users = written.filter((node) => {
      return node === own ? textOf(node, 'class') !== 'RedisConnection' : names.includes(connectionOf(node));
    });
    const label = `${textOf(own, 'class')} at line ${own.place.line}`;
    return [
      {
        label,
        users: users.flatMap((user) => usersOf(user, written)),
        open: () => opened(checked, declaration),
      },
    ];
  });
}

async function opened({ plan, source }: CheckedDeclarations, declaration: Declaration) {
  const wanted = new Set([declaration]);
  const entry = declaration.entries.find(({ description }) => description.name === 'IRedisConnection');
  const part = plan.toReversed().flatMap((step) => {
    if (!wanted.has(step.declaration)) return [];
    for (const dependency of step.dependencies) wanted.add(dependency);
    if (step.declaration !== declaration) return [step];
    const entries = declaration.entries.filter((each) => each === entry);
    return [{ ...step, declaration: { ...declaration, entries } }];
  });
  const site = new ComponentSite();
  try {
    site.registerComponent(ILoggerSite, new SilentLoggerSite());
    await runPlan(new StagedComponents(site), part.toReversed(), interiorOf(site), source);
    return { site, connection: site.getComponent(IRedisConnection, entry?.name ?? '') };
  } catch (error) {
    await site.close();
    throw error;
  }
}

/**
 * The connection of a component in Redis in place of it. No connection is required: a required one is tried until its
 * time is over, and then tells of the last attempt, which may have had no time left to fail by its cause.
 */
function connectionIn(node: MapNode): MapNode {
  const name = textOf(node, 'class');
  if (!name.startsWith('Redis') || childNode(node, 'connection') !== undefined) return node;
  const { place } = node;
  if (name === 'RedisConnection') {
    return { ...node, pairs: node.pairs.filter(({ key }) => key !== 'required') };
  }
  const options = node.pairs.filter(({ key }) => Object.hasOwn(connectionShape, key) && key !== 'required');
  const entries = childNode(node, 'entries');
  const entry: MapNode = {
    kind: 'map',
    place,
    pairs: [
      pair('interface', place, { kind: 'scalar', place, value: 'IRedisConnection' }),
      pair('name', place, { kind: 'scalar', place, value: `doctor ${place.line}:${place.column}` }),
    ],
  };
  const items = entries?.kind === 'list' ? [...entries.items, entry] : [entry];
  return {
    ...node,
    pairs: [
      pair('class', place, { kind: 'scalar', place, value: 'RedisConnection' }),
      pair('entries', place, { kind: 'list', place, items }),
      ...options,
    ],
  };
}

/** A component in Redis, and the typed caches over it, which need more rights. */
function usersOf(node: MapNode, all: readonly MapNode[]): ConnectionUser[] {
  const prefix = textOf(node, 'prefix');
  const entries = childNode(node, 'entries');
  const items = entries?.kind === 'list' ? entries.items : [];
  const names = items
    .filter((item) => textOf(item, 'interface') === 'ICache')
    .map((it) => textOf(it, 'name'));
  const typed = all.filter(
    (it) => textOf(it, 'class') === 'TypedCache' && names.includes(textOf(it, 'store')),
  );
  return [
    { class: textOf(node, 'class'), prefix },
    ...(typed.length === 0 ? [] : [{ class: 'TypedCache', prefix }]),
  ];
}

function connectionOf(node: MapNode): string {
  return textOf(node, 'class').startsWith('Redis') ? textOf(node, 'connection') : '';
}

function textOf(node: DeclarationNode, key: string): string {
  const child = childNode(node, key);
  return child?.kind === 'scalar' && typeof child.value === 'string' ? child.value : '';
}

function pair(key: string, keyPlace: Place, value: DeclarationNode): MapPair {
  return { key, keyPlace, value };
}
