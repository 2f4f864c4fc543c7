const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** Anything else is in no table, and no database is asked for it. */
export function isDeliveryId(text: string): boolean {
  return uuid.test(text);
}
