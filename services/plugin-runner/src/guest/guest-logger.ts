import { cut, freeze, now, stringify, toText } from './primordials.ts';

type Write = (message: unknown, fields?: unknown) => void;

export interface GuestLogger {
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

/** More than a line may have in the end: the host removes secrets before it cuts, so that none is cut in two. */
const maxText = 16_384;

/** The log of a plugin: at most so many lines a second, the rest dropped and counted; `flush` tells of the last second. */
export function guestLogger(
  log: (level: string, text: string) => void,
  linesPerSecond: number,
): { readonly logger: GuestLogger; readonly flush: () => void } {
  let windowStart = 0;
  let lines = 0;
  const flush = (): void => {
    const over = lines - linesPerSecond;
    lines = 0;
    if (over > 0)
      log('warn', line(`${over} log lines above ${linesPerSecond} in a second were dropped`, over));
  };
  const dropped = (): boolean => {
    const time = now();
    if (time - windowStart >= 1000 || time < windowStart) {
      flush();
      windowStart = time;
    }
    return ++lines > linesPerSecond;
  };
  const at =
    (level: string): Write =>
    (message, fields) => {
      if (!dropped()) log(level, line(textOf(message), 0, fields));
    };
  return { logger: freeze({ info: at('info'), warn: at('warn'), error: at('error') }), flush };
}

function line(message: string, dropped: number, fields?: unknown): string {
  return stringify({ message: cut(message, maxText), fields: fieldsText(fields), dropped });
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return stringify(value) ?? toText(value);
  } catch {
    return '[not JSON]';
  }
}

function fieldsText(fields: unknown): string {
  if (fields === undefined) return '';
  try {
    return cut(stringify(fields) ?? '', maxText);
  } catch {
    return '"[not JSON]"';
  }
}
