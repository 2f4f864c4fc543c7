import type { SandboxFailure } from '../../sandbox/sandbox-limits.ts';

/** As much as the guest sends; secrets are taken out before it is cut further. */
const maxText = 16_384;
const names = /^\w{1,64}$/u;
const maxWaitMs = 24 * 3_600_000;
const codes =
  /^(sandbox|plugin|capability|egress|files|http|http_manifest|provider|host)\.[a-z0-9_]{1,64}$/u;
/** What the interpreter of HTTP manifests says by one word. */
const words =
  /^(invalid_(header_value|path_parameter|server)|file_(unavailable|too_large)|pagination_loop|next_page_elsewhere)$/u;

/** Reads a failure that the sandbox sent; nothing in it is trusted. */
export function readFailure(text: string): SandboxFailure {
  const value = readObject(text);
  const code = codeOf(textOf(value['code']));
  const name = textOf(value['name']);
  const stack = textOf(value['stack']);
  const status = numberOf(value['status']);
  const retryAfterMs = Math.min(numberOf(value['retryAfterMs']), maxWaitMs);
  return {
    ...(names.test(name) ? { name } : {}),
    code,
    message: textOf(value['message']),
    ...(stack === '' ? {} : { stack }),
    ...(status > 0 ? { status } : {}),
    ...(retryAfterMs > 0 ? { retryAfterMs } : {}),
  };
}

function codeOf(code: string): string {
  if (words.test(code)) return `http.${code}`;
  return codes.test(code) ? code : 'plugin.error';
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
