import { isPlainObject } from '../items/json-value.ts';

/** `channel.type` of a manifest; empty when there is none. */
export function channelTypeOf(channelJson: string): string {
  if (channelJson === '') return '';
  try {
    const channel: unknown = JSON.parse(channelJson);
    const type = isPlainObject(channel) ? channel['type'] : undefined;
    return typeof type === 'string' ? type : '';
  } catch {
    return '';
  }
}
