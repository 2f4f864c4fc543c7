import type { EntityRecord } from '@made-open/contracts';
import type { EntityKind } from './entity-kind.ts';

/** Rises when entities are shown in another way, so that nobody keeps the old one for an unchanged version. */
const viewRevision = 2;

/** An entity as the API shows it: its fields, and where it comes from. `updated_at` is when it changed here. */
export function entityView({ type }: EntityKind, record: EntityRecord): Record<string, unknown> {
  const { origin, fields = {}, tags, createdAt, updatedAt } = record;
  const { updated_at: sourceUpdatedAt, ...content } = fields;
  const identity = { id: origin?.entityId, type };
  return {
    ...identity,
    ...content,
    ...identity, // whatever a field may be called
    tags,
    source: {
      connection_id: origin?.connectionId,
      plugin_id: origin?.pluginId,
      external_id: origin?.externalId,
      ...(sourceUpdatedAt === undefined ? {} : { updated_at: sourceUpdatedAt }),
    },
    version: origin?.version,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

/** Weak: a version stands for the same entity, not for the same bytes. */
export function entityTag(record: EntityRecord): string {
  return `W/"${String(record.origin?.version ?? 0)}.${String(viewRevision)}"`;
}

/** Whether `If-None-Match` names this tag (RFC 9110, 13.1.2: weak comparison). */
export function matchesTag(header: string | undefined, tag: string): boolean {
  const wanted = opaque(tag);
  return (header ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .some((entry) => entry === '*' || opaque(entry) === wanted);
}

function opaque(tag: string): string {
  return tag.replace(/^W\//u, '');
}
