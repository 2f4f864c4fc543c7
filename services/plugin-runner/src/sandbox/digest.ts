import { createHash, createHmac, randomUUID } from 'node:crypto';

const maxBytes = 1024 * 1024;

/** `context.crypto`: answers as JSON text and never throws. */
export function digest(method: string, argsText: string): string {
  try {
    if (argsText.length > maxBytes) return refused;
    const args: unknown = JSON.parse(argsText);
    if (!Array.isArray(args) || !args.every((value) => typeof value === 'string')) return refused;
    const value = compute(method, args);
    return value === undefined ? refused : JSON.stringify({ ok: true, value });
  } catch {
    return refused;
  }
}

const refused = '{"ok":false}';

function compute(method: string, [first, second]: readonly string[]): string | undefined {
  if (method === 'randomUUID') return randomUUID();
  if (method === 'sha256' && first !== undefined)
    return createHash('sha256').update(first).digest('hex');
  if (method === 'hmacSha256' && first !== undefined && second !== undefined)
    return createHmac('sha256', first).update(second).digest('hex');
  return undefined;
}
