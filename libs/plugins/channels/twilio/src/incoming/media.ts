import { HttpError, withRetry, type HostContext } from '@made-open/plugin-sdk';
import { TwilioAccount } from '../account/twilio-account.ts';
import { text, told, type Fields } from '../fields.ts';

/** Nothing else may see what opens the account: whoever forged a request could name any address. */
const mediaUrl =
  /^https:\/\/api\.twilio\.com\/2010-04-01\/Accounts\/AC[0-9a-f]{32}\/Messages\/[A-Z]{2}[0-9a-f]{32}\/Media\/(ME[0-9a-f]{32})$/iu;
const mostMedia = 10;
/** Twilio tells of a message before all of its media are there. */
const pauseMs = 1000;
const gone = new Set([401, 403, 404, 410]);

/**
 * The attachments of a message. The platform fetches and keeps their content, which does not come into the sandbox; one that
 * cannot be had is named with its address alone. A fault that passes is thrown, and the delivery is tried again.
 */
export async function keptMedia(fields: Fields, context: HostContext): Promise<Fields[]> {
  const count = Math.min(Number(text(fields, 'NumMedia') ?? 0) || 0, mostMedia);
  const attachments: Fields[] = [];
  for (let index = 0; index < count; index++) {
    const url = text(fields, `MediaUrl${String(index)}`);
    const contentType = text(fields, `MediaContentType${String(index)}`);
    if (url !== undefined) attachments.push(await attachment(url, contentType, context));
  }
  return attachments;
}

async function attachment(
  url: string,
  contentType: string | undefined,
  context: HostContext,
): Promise<Fields> {
  const sid = mediaUrl.exec(url)?.[1];
  const named = told({ name: sid, mime_type: contentType, url });
  if (sid === undefined) {
    context.logger.warn('an attachment is left where it is: its address is none of Twilio’s media');
    return named;
  }
  const saveAs = contentType === undefined ? {} : { contentType };
  const { file, refusal } = await withRetry(() => keepOnce(url, saveAs, context), 3, pauseMs).catch(
    (error: unknown) => refusedBy(error),
  );
  if (refusal === undefined) return { ...named, ...file };
  context.logger.warn('an attachment is left at Twilio', { media: sid, reason: refusal });
  return named;
}

interface Kept {
  readonly file?: object;
  /** Why it cannot be had. */
  readonly refusal?: string;
}

/** What is refused for good is not asked for again. */
async function keepOnce(...asked: Parameters<typeof keep>): Promise<Kept> {
  try {
    return { file: await keep(...asked) };
  } catch (error) {
    if (error instanceof NotThereError) throw error;
    return refusedBy(error);
  }
}

/** Throws what may pass. */
function refusedBy(error: unknown): Kept {
  if (!isFinal(error)) throw error;
  return { refusal: error instanceof Error ? error.message : 'unknown' };
}

async function keep(
  url: string,
  saveAs: { readonly contentType?: string },
  context: HostContext,
): Promise<object> {
  const { authorization } = new TwilioAccount(context);
  const { status, headers, file } = await context.http.request({
    url,
    headers: authorization,
    saveAs,
  });
  if (file !== undefined) return file;
  // Not there yet, perhaps: an error without status is one that withRetry repeats.
  if (status === 404) throw new NotThereError('Twilio has no such media');
  throw new HttpError({ status, headers, retryAfterMs: waitOf(headers['retry-after']), body: '' });
}

class NotThereError extends Error {
  override readonly name = 'NotThereError';
}

/** Trying again changes nothing. */
function isFinal(error: unknown): boolean {
  if (error instanceof NotThereError) return true;
  if (error instanceof HttpError) return gone.has(error.status);
  return /^(capability\.|files\.(?!busy$|unavailable$)|egress\.(response_too_large|host_not_granted|redirect))/u.test(
    text(error, 'code') ?? '',
  );
}

/** `Retry-After` in seconds. */
function waitOf(seconds: string | undefined): number | undefined {
  return seconds !== undefined && /^\d{1,6}$/u.test(seconds) ? Number(seconds) * 1000 : undefined;
}
