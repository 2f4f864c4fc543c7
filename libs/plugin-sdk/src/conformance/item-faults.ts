import { entitySchemas } from '@made-open/contracts';
import { itemTables, isItemType } from '@made-open/manifest';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ConnectorDataItem } from '../plugin-interfaces.ts';

const maxIdLength = 512;
const maxItemBytes = 256 * 1024;

const ajv = new Ajv2020({
  allErrors: true,
  strict: false,
  formats: { 'date-time': (text: string) => !Number.isNaN(Date.parse(text)) },
});
const checks: Readonly<Record<string, ValidateFunction>> = Object.fromEntries(
  Object.entries(entitySchemas).map(([type, schema]) => [type, ajv.compile(schema)]),
);

/** What keeps an item from being stored: its form, its fields, its size, or a permission that the manifest lacks. */
export function itemFaults(item: ConnectorDataItem, permissions: readonly string[]): string[] {
  const { type, externalId } = item;
  if (!isItemType(type))
    return [`type "${String(type)}" is none of ${Object.keys(itemTables).join(', ')}`];
  const table = itemTables[type];
  return [
    ...(isId(externalId)
      ? []
      : [`externalId must be a text of 1 to ${String(maxIdLength)} characters`]),
    ...(permissions.includes(`data:write:${table}`)
      ? []
      : [`plugin.json does not ask for "data:write:${table}"`]),
    ...(item.deleted === true ? [] : contentFaults(item)),
  ];
}

function isId(id: unknown): boolean {
  return typeof id === 'string' && id.length > 0 && id.length <= maxIdLength && id.isWellFormed();
}

function contentFaults({ type, data, raw }: ConnectorDataItem): string[] {
  const text = jsonOf({ data, raw });
  if (text === undefined) return ['data and raw must be what JSON can hold'];
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > maxItemBytes)
    return [`it has ${String(bytes)} bytes as JSON; the limit is ${String(maxItemBytes)}`];
  const check = checks[type];
  if (check === undefined || check(withoutNulls(data))) return [];
  return (check.errors ?? []).map(
    ({ instancePath, message }) =>
      `data${instancePath.replaceAll('/', '.')} ${message ?? 'is not valid'}`,
  );
}

/** An absent field and a null are the same to the platform. */
function withoutNulls(data: unknown): unknown {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return data;
  return Object.fromEntries(
    Object.entries(data).filter(([, value]) => value !== null && value !== undefined),
  );
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
