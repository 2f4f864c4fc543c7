import type { EntityRecord } from '@made-open/contracts';

/** An entity as the API shows it: its fields, and where it comes from. */
export function entityView(record: EntityRecord): Record<string, unknown> {
  const { origin, fields, createdAt, updatedAt } = record;
  return {
    id: origin?.entityId,
    ...fields,
    source: {
      connection_id: origin?.connectionId,
      plugin_id: origin?.pluginId,
      external_id: origin?.externalId,
    },
    version: origin?.version,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

/** A strong validator: the id is in the URL, and the version rises with every change. */
export function entityTag(record: EntityRecord): string {
  return `"${record.origin?.entityId.slice(0, 8) ?? ''}-${String(record.origin?.version ?? 0)}"`;
}

/** Whether `If-None-Match` names this tag (RFC 9110, 13.1.2: weak comparison). */
export function matchesTag(header: string | undefined, tag: string): boolean {
  return (header ?? '')
    .split(',')
    .some((entry) => entry.trim() === '*' || entry.trim().replace(/^W\//u, '') === tag);
}
