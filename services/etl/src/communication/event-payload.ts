import { InvalidItemError } from '../errors.ts';
import { checkJsonValue, isPlainObject, parseJson } from '../items/json-value.ts';

const maxPayloadBytes = 256 * 1024;
const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/u;

/** The payload of an event of a channel, whose keys are camelCase or snake_case. What is read is taken out of the rest. */
export class EventPayload {
  readonly #rest: Map<string, unknown>;

  /** Throws InvalidItemError. */
  constructor(line: Uint8Array) {
    if (line.byteLength > maxPayloadBytes)
      throw new InvalidItemError(
        `the payload has more than ${String(maxPayloadBytes / 1024)} KiB; send less or a reference`,
      );
    const value = parseJson(Buffer.from(line).toString('utf8'), 'payload');
    if (!isPlainObject(value)) throw new InvalidItemError('the payload is not an object');
    checkJsonValue(value, 'payload');
    this.#rest = new Map(Object.entries(value));
  }

  /** A text; empty when it is absent. */
  text(name: string, maxLength: number): string {
    const value = this.take(name);
    if (value === undefined) return '';
    if (typeof value !== 'string') throw new InvalidItemError(`${camelCase(name)} must be a text`);
    const text = value.trim();
    if (text.length > maxLength)
      throw new InvalidItemError(
        `${camelCase(name)} has more than ${String(maxLength)} characters`,
      );
    return text;
  }

  requiredText(name: string, maxLength: number): string {
    const text = this.text(name, maxLength);
    if (text === '') throw new InvalidItemError(`${camelCase(name)} is missing`);
    return text;
  }

  /** An RFC 3339 time in UTC; `otherwise` when it is absent. */
  time(name: string, otherwise: Date): string {
    const text = this.text(name, 64);
    if (text === '') return otherwise.toISOString();
    const ms = rfc3339.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(ms))
      throw new InvalidItemError(
        `${camelCase(name)} must be an RFC 3339 time such as 2026-01-31T09:00:00Z`,
      );
    return new Date(ms).toISOString();
  }

  /** A value of any form; undefined when it is absent or null. */
  take(name: string): unknown {
    let found: unknown;
    for (const key of [name, camelCase(name)]) {
      found ??= this.#rest.get(key) ?? undefined;
      this.#rest.delete(key);
    }
    return found;
  }

  /** Whatever has not been read; an object named `attributes` is taken apart. */
  rest(): Record<string, unknown> {
    const attributes = this.take('attributes');
    const others = Object.fromEntries(this.#rest);
    if (isPlainObject(attributes)) return { ...attributes, ...others };
    return attributes === undefined ? others : { ...others, attributes };
  }
}

/** An object of a list with its keys in snake_case; anything else as it is. */
export function snakeCased(value: unknown): unknown {
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, held]) => [
      key.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`),
      held,
    ]),
  );
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/gu, (_, letter: string) => letter.toUpperCase());
}
