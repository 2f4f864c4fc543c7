import type { Pool, PoolClient } from 'pg';
import { escapeIdentifier } from 'pg';

/** What the manager that keeps the fleet has to look at, wherever it was said. */
export interface FleetNews {
  readonly pluginId: string;
  /** The plugin or one of its connections was changed, after which there mostly is work; else it is only to be looked at. */
  readonly isChange: boolean;
}

const channelOf = (schema: string): string => `fleet:${schema}`;

/** Tells whoever keeps the fleet, once the transaction of this statement is committed. */
export async function tellFleet(
  client: Pick<PoolClient, 'query'> | Pool,
  { pluginId, isChange }: FleetNews,
): Promise<void> {
  await client.query(`select pg_notify('${channelOf('')}' || current_schema(), $1)`, [
    JSON.stringify({ pluginId, isChange }),
  ]);
}

/** A statement that has a connection hear what is told. */
export function listenStatement(schema: string): string {
  return `listen ${escapeIdentifier(channelOf(schema))}`;
}

/** Undefined: somebody else wrote it. */
export function readNews(text: string | undefined): FleetNews | undefined {
  const { pluginId, isChange } = fieldsOf(text);
  return typeof pluginId === 'string' ? { pluginId, isChange: isChange === true } : undefined;
}

function fieldsOf(text = ''): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
