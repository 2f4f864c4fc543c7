import type { HostContext, OutboundMessage, SendResult } from '@made-open/plugin-sdk';
import { senderFor } from '../address.ts';
import { NotSendableError } from '../account/twilio-error.ts';
import { sidOf, statusCallbackOf, TwilioAccount, type Form } from '../account/twilio-account.ts';
import { text, type Fields } from '../fields.ts';

const mostMedia = 10;

/** Hands a message to Twilio once. */
export async function sendMessage(
  message: OutboundMessage,
  context: HostContext,
): Promise<SendResult> {
  const { config } = context;
  const account = new TwilioAccount(context);
  const answer = await account.post('Messages', [
    ['To', message.to],
    senderOf(message, config),
    ['Body', message.body],
    ...mediaOf(message),
    // A template of WhatsApp, in place of a body.
    ['ContentSid', text(message, 'contentSid')],
    ['ContentVariables', variablesOf(message['contentVariables'])],
    ['StatusCallback', statusCallbackOf(message, config)],
  ]);
  const sid = sidOf(answer);
  if (sid === undefined) throw new Error('Twilio took the message and named no SID');
  context.logger.info('message handed to Twilio', { sid });
  return { externalId: sid };
}

function senderOf({ to, from }: OutboundMessage, config: Fields): Form[number] {
  const named = from === '' ? undefined : from;
  const service = named ?? text(config, 'messagingServiceSid');
  if (service !== undefined && /^MG[0-9a-f]{32}$/iu.test(service))
    return ['MessagingServiceSid', service];
  const sender = named ?? text(config, 'from');
  if (sender === undefined)
    throw new NotSendableError(
      'the message has no sender: give it a "from", or put "from" or "messagingServiceSid" into the config of the connection',
    );
  return ['From', senderFor(to, sender)];
}

function mediaOf({ attachments = [] }: OutboundMessage): Form {
  if (attachments.length > mostMedia)
    throw new NotSendableError(
      `the message has ${String(attachments.length)} attachments; Twilio takes ${String(mostMedia)}`,
    );
  return attachments.map(({ name, url }) => {
    if (url === undefined)
      throw new NotSendableError(
        `Twilio cannot fetch the attachment "${name}": the platform has no public address; set its public URL`,
      );
    return ['MediaUrl', url];
  });
}

/** Twilio takes them as JSON text. */
function variablesOf(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  return JSON.stringify(value);
}
