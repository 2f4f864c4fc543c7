import type { SandboxFailure } from '../../sandbox/sandbox-limits.ts';

/** As much as the guest sends; secrets are taken out before it is cut further. */
const maxText = 16_384;
const names = /^\w{1,64}$/u;
const maxWaitMs = 24 * 3_600_000;
const codes = /^(sandbox|plugin|capability|egress|files|http|host)\.[a-z_]{1,64}$/u;

/** Reads a failure that the sandbox sent; nothing in it is trusted. */
export function readFailure(text: string): SandboxFailure {
  const value = readObject(text);
  const code = textOf(value['code']);
  const name = textOf(value['name']);
  const stack = textOf(value['stack']);
  const status = numberOf(value['status']);
  const retryAfterMs = Math.min(numberOf(value['retryAfterMs']), maxWaitMs);
  return {
    ...(names.test(name) ? { name } : {}),
    code: codes.test(code) ? code : 'plugin.error',
    message: textOf(value['message']),
    ...(stack === '' ? {} : { stack }),
    ...(status > 0 ? { status } : {}),
    ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
  };
}

/** Reads a flat JSON object; anything else is an empty one. */
export function readObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, maxText) : '';
}

export function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** What V8 wrote before it aborted, without the stack, which may show the plugin's values. */
export function abortReason(output: string): string {
  return /FATAL ERROR: [^\n]{1,200}/u.exec(output)?.[0] ?? '';
}
