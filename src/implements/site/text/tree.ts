import type { Event, MappingEvent, ScalarEvent, SequenceEvent } from 'js-yaml';
import type { DeclarationNode, MapNode, MapPair, ScalarNode } from './node.js';
import { pathOf } from './node.js';
import type { Place, TextPlaces } from './place.js';
import type { Problems } from './problems.js';

/** Maximum depth of nested lists and maps. */
export const MAX_DEPTH = 32;
/** Maximum number of keys and values of a text. */
const MAX_NODES = 10_000;

const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);
const QUOTE_HINT = 'a string that begins like this must be quoted';

interface Text {
  readonly yaml: typeof import('js-yaml');
  readonly text: string;
  readonly places: TextPlaces;
  readonly problems: Problems;
}

/** Builds the tree of the one document of a text, and reports everything that declarations do not support. */
export function buildTree(events: readonly Event[], text: Text): DeclarationNode {
  return new TreeBuilder(events, text).build();
}

class TreeBuilder {
  readonly #events: readonly Event[];
  readonly #source: Text;
  readonly #plainTags;
  #index = 1;

  constructor(events: readonly Event[], source: Text) {
    this.#events = events;
    this.#source = source;
    this.#plainTags = source.yaml.CORE_SCHEMA.tags.filter((tag) => tag.nodeKind === 'scalar' && tag.implicit);
  }

  build(): DeclarationNode {
    const { EVENT_ID } = this.#source.yaml;
    const nodes = this.#events.filter(({ type }) => type !== EVENT_ID.POP && type !== EVENT_ID.DOCUMENT);
    const start = { line: 1, column: 1 };
    if (nodes.length > MAX_NODES) {
      this.#refuse(start, '', `expected at most ${MAX_NODES} keys and values, got ${nodes.length}`);
      return { kind: 'list', place: start, items: [] };
    }
    const root = this.#node('', start);
    const second = this.#events[this.#index + 2];
    if (this.#events[this.#index + 1]?.type === EVENT_ID.DOCUMENT && second !== undefined) {
      this.#refuse(this.#placeOf(second, root.place), '', 'expected one document, got several');
    }
    return root;
  }

  /** @param fallback  Place of a value that is not written. */
  #node(path: string, fallback: Place): DeclarationNode {
    const { EVENT_ID } = this.#source.yaml;
    const event = this.#events[this.#index++] as Event;
    const place = this.#placeOf(event, fallback);
    switch (event.type) {
      case EVENT_ID.SEQUENCE:
        this.#refuseProperties(event, place, path);
        return this.#list(path, place);
      case EVENT_ID.MAPPING:
        this.#refuseProperties(event, place, path);
        return this.#map(path, place);
      case EVENT_ID.SCALAR:
        this.#refuseProperties(event, place, path);
        return this.#scalar(event, place, path);
      default:
        this.#refuse(place, path, 'aliases (*) are not supported; repeat the value', QUOTE_HINT);
        return { kind: 'scalar', place, value: null };
    }
  }

  #scalar(event: ScalarEvent, place: Place, path: string): ScalarNode {
    const value = this.#finite(this.#value(event), place, path);
    if (typeof value === 'string' || value === null) return { kind: 'scalar', place, value };
    return {
      kind: 'scalar',
      place,
      value,
      source: this.#source.yaml.getScalarValue(this.#source.text, event),
    };
  }

  #list(path: string, place: Place): DeclarationNode {
    const items: DeclarationNode[] = [];
    while (!this.#closes()) items.push(this.#node(pathOf(path, items.length), place));
    return { kind: 'list', place, items };
  }

  #map(path: string, place: Place): MapNode {
    const pairs: MapPair[] = [];
    const seen = new Set<string>();
    while (!this.#closes()) {
      const keyNode = this.#node(path, place);
      const key = this.#key(keyNode, path);
      const value = this.#node(pathOf(path, key), keyNode.place);
      if (seen.has(key)) this.#refuse(keyNode.place, pathOf(path, key), 'duplicate key');
      seen.add(key);
      pairs.push({ key, keyPlace: keyNode.place, value });
    }
    return { kind: 'map', place, pairs };
  }

  #key(node: DeclarationNode, path: string): string {
    if (node.kind !== 'scalar' || node.value === null) {
      this.#refuse(node.place, path, 'expected a string as the key, got something else');
      return '';
    }
    const key = String(node.value);
    if (FORBIDDEN_KEYS.has(key)) {
      this.#refuse(node.place, pathOf(path, key), 'this key is not allowed');
    }
    if (key === '<<') this.#refuse(node.place, path, 'merge keys (<<) are not supported; repeat the keys');
    return key;
  }

  /** Consumes the end of the open list or map, if it comes next. */
  #closes(): boolean {
    if (this.#events[this.#index]?.type !== this.#source.yaml.EVENT_ID.POP) return false;
    this.#index++;
    return true;
  }

  #value(event: ScalarEvent): ScalarNode['value'] {
    const { yaml, text } = this.#source;
    const written = yaml.getScalarValue(text, event);
    if (event.style !== yaml.SCALAR_STYLE.PLAIN) return written;
    for (const tag of this.#plainTags) {
      const value: unknown = tag.nodeKind === 'scalar' ? tag.resolve(written, false, tag.tagName) : undefined;
      if (value !== yaml.NOT_RESOLVED) return value as ScalarNode['value'];
    }
    return written;
  }

  #finite(value: ScalarNode['value'], place: Place, path: string): ScalarNode['value'] {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#refuse(place, path, `expected a finite number, got ${value}`);
    }
    return value;
  }

  /** Refuses a tag or an anchor without showing it: it may be a password without quotes. */
  #refuseProperties(event: ScalarEvent | SequenceEvent | MappingEvent, place: Place, path: string): void {
    if (event.tagStart >= 0) {
      this.#refuse(
        this.#source.places.at(event.tagStart),
        path,
        'explicit tags (!) are not supported',
        QUOTE_HINT,
      );
    }
    if (event.anchorStart >= 0) this.#refuse(place, path, 'anchors (&) are not supported', QUOTE_HINT);
  }

  #placeOf(event: Event, fallback: Place): Place {
    const { EVENT_ID, SCALAR_STYLE } = this.#source.yaml;
    const at = (offset: number): Place => (offset < 0 ? fallback : this.#source.places.at(offset));
    if (event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING) return at(event.start);
    if (event.type === EVENT_ID.ALIAS) return at(event.anchorStart - 1);
    if (event.type !== EVENT_ID.SCALAR) return fallback;
    const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
    return at(quoted ? event.valueStart - 1 : event.valueStart);
  }

  #refuse(place: Place, path: string, message: string, hint?: string): void {
    this.#source.problems.add({ code: 'E_CONFIG_SYNTAX', place, path, message, hint });
  }
}
