import { entityFields, entityMessages } from '@made-open/contracts';
import { nearestName } from '@made-open/manifest';

/** More would not be read; who has so many means them. */
const most = 10;

/** Fields of items that their type does not have: they are kept, under `attributes`, where search and clients do not look. */
export class OtherFields {
  readonly #notes = new Map<string, string>();

  see(type: string, data: Readonly<Record<string, unknown>>): void {
    const message = Object.hasOwn(entityMessages, type) ? entityMessages[type] : undefined;
    if (message === undefined) return;
    const known = entityFields(message).map(({ name }) => name);
    for (const field of Object.keys(data)) {
      const key = `${type}.${field}`;
      if (field === 'attributes' || known.includes(field) || this.#notes.has(key)) continue;
      this.#notes.set(key, noteOf(type, field, known));
    }
  }

  /** A line for each, in the order in which they were seen. */
  notes(): string[] {
    const notes = [...this.#notes.values()];
    const rest = notes.length - most;
    return [
      ...notes.slice(0, most),
      ...(rest > 0 ? [`note: ${String(rest)} more fields are kept under attributes`] : []),
    ];
  }
}

function noteOf(type: string, field: string, known: readonly string[]): string {
  const shown = field.length > 60 ? `${field.slice(0, 59)}…` : field;
  const meant = nearestName(field, known);
  const hint = meant === undefined ? `its fields are ${known.join(', ')}` : `is "${meant}" meant?`;
  return `note: "${shown}" is no field of ${type} and is kept under attributes; ${hint}`;
}
