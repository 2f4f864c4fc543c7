import type { JsonValue } from '@bufbuild/protobuf';
import { valueAt } from './value-at.ts';

const placeholder = /\{\{\s*([$A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*)\s*\}\}/gu;
const alone = new RegExp(`^${placeholder.source}$`, 'u');
/** Of a text once it is filled in. */
const maxLength = 256 * 1024;

/** Places in a text that begin like a template and are none. */
export function templateFault(text: string): string | undefined {
  return text.replaceAll(placeholder, '').includes('{{')
    ? 'has "{{" without a path and "}}": a template is {{path}}, with no expression'
    : undefined;
}

/** A text with what the event has at its paths; nothing stands for what is not there. */
export function fillText(text: string, facts: object): string {
  return text
    .replaceAll(placeholder, (_, path: string) => shown(valueAt(facts, path)))
    .slice(0, maxLength);
}

/** The same in all texts of a JSON value; a text that is one template becomes the value itself. */
export function fillValue(value: JsonValue, facts: object): JsonValue {
  if (typeof value === 'string') {
    const [, path] = alone.exec(value) ?? [];
    return path === undefined ? fillText(value, facts) : jsonOf(valueAt(facts, path));
  }
  if (Array.isArray(value)) return value.map((entry) => fillValue(entry, facts));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, fillValue(entry, facts)]),
  );
}

function shown(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

function jsonOf(value: unknown): JsonValue {
  // It comes from an event, which is JSON.
  return (value ?? null) as JsonValue; // oxlint-disable-line typescript/no-unsafe-type-assertion -- part of a parsed JSON text
}
