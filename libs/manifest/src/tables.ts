/** The tables of the unified model, as permissions and the API name them. */
export const tables = ['persons', 'messages', 'events', 'documents', 'conversations'] as const;

/** A table of the unified model. */
export type Table = (typeof tables)[number];

/** The table of each item type. */
export const itemTables = {
  person: 'persons',
  message: 'messages',
  calendar_event: 'events',
  document: 'documents',
} as const satisfies Record<string, Table>;

/** Type of an item that a connector yields. */
export type ItemType = keyof typeof itemTables;

/** Whether a text names a table. */
export function isTable(text: string): text is Table {
  return tables.some((table) => table === text);
}

/** Whether a value names an item type; `__proto__` and its like do not. */
export function isItemType(text: unknown): text is ItemType {
  return typeof text === 'string' && Object.hasOwn(itemTables, text);
}
