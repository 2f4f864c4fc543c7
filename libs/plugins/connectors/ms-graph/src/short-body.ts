import { isObject, text, type Json } from './json.ts';
import { cutAnnotation } from './mail/map-message.ts';

/** An item has at most 256 KiB with its raw form, and a character takes up to three bytes in each of both. */
const longestBody = 32_768;

/** Cuts a body that would make its item too large. */
export function withShortBody(raw: Json): Json {
  const content = text(raw, 'body', 'content') ?? '';
  if (content.length <= longestBody) return raw;
  const body = { ...(isObject(raw['body']) ? raw['body'] : {}), content: cut(content) };
  return { ...raw, body, [cutAnnotation]: true };
}

/** Not in the middle of a surrogate pair. */
function cut(content: string): string {
  const last = content.charCodeAt(longestBody - 1);
  const isHigh = last >= 0xd8_00 && last <= 0xdb_ff;
  return content.slice(0, isHigh ? longestBody - 1 : longestBody);
}
