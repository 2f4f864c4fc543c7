import type { Connection } from '../../connections/connection.ts';

/**
 * Where a provider may report to a connection: the address of its webhooks without a name. None when nobody outside reaches the
 * platform, and for addresses that need a token, of which only the hash is known.
 */
export function webhookUrlOf(
  { id, webhooks }: Pick<Connection, 'id' | 'webhooks'>,
  publicUrl: string,
): string | undefined {
  const isReached = publicUrl !== '' && webhooks.length > 0;
  if (!isReached || webhooks.some(({ verify }) => verify === 'none')) return undefined;
  return `${publicUrl.replace(/\/$/u, '')}/webhooks/${id}`;
}
