import type { JsonValue } from '@bufbuild/protobuf';
import { RulesError } from '../errors.ts';
import { valueAt } from './value-at.ts';

const placeholder = /\{\{\s*([$A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*)\s*\}\}/gu;
const alone = new RegExp(`^${placeholder.source}$`, 'u');
/** Of all that is filled in for one action: a template may stand there many times, and what it stands for be long. */
const maxBytes = 256 * 1024;

/** Places in a text that begin like a template and are none. */
export function templateFault(text: string): string | undefined {
  return text.replaceAll(placeholder, '').includes('{{')
    ? 'has "{{" without a path and "}}": a template is {{path}}, with no expression'
    : undefined;
}

/** Fills in templates of one action; throws `rules.action_too_large` as soon as it would become so. */
export class Filling {
  readonly #facts: object;
  #bytes = 0;

  constructor(facts: object) {
    this.#facts = facts;
  }

  /** A text with what the event has at its paths; nothing stands for what is not there. */
  text(text: string): string {
    return text.replaceAll(placeholder, (_, path: string) =>
      this.#count(shown(valueAt(this.#facts, path))),
    );
  }

  /** The same in all texts of a JSON value; a text that is one template becomes the value itself. */
  value(value: JsonValue): JsonValue {
    if (typeof value === 'string') {
      const [, path] = alone.exec(value) ?? [];
      if (path === undefined) return this.text(value);
      const found = valueAt(this.#facts, path);
      this.#count(shown(found));
      return jsonOf(found);
    }
    if (Array.isArray(value)) return value.map((entry) => this.value(entry));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [name, this.value(entry)]),
    );
  }

  #count(text: string): string {
    this.#bytes += Buffer.byteLength(text);
    if (this.#bytes > maxBytes)
      throw new RulesError(
        'action_too_large',
        `what the event has for the templates of an action is more than ${String(maxBytes)} bytes: use fewer of them, or shorter values`,
      );
    return text;
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

function jsonOf(value: unknown): JsonValue {
  // It comes from an event, which is JSON.
  return (value ?? null) as JsonValue; // oxlint-disable-line typescript/no-unsafe-type-assertion -- part of a parsed JSON text
}
