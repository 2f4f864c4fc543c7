import type { CallResult, HostContext, OutboundCall } from '@made-open/plugin-sdk';
import { NotSendableError } from '../account/twilio-error.ts';
import { sidOf, statusCallbackOf, TwilioAccount, type Form } from '../account/twilio-account.ts';
import { text, type Fields } from '../fields.ts';

const events = ['initiated', 'ringing', 'answered', 'completed'] as const;

/** Asks Twilio for a call once. */
export async function placeCall(call: OutboundCall, context: HostContext): Promise<CallResult> {
  const { config } = context;
  const account = new TwilioAccount(context);
  const from =
    call.from === '' ? text(config, 'from') : (text(call, 'from') ?? text(config, 'from'));
  if (from === undefined)
    throw new NotSendableError(
      'the call has no caller: give it a "from", or put "from" into the config of the connection',
    );
  const callback = statusCallbackOf(call, config);
  const answer = await account.post('Calls', [
    ['To', call.to],
    ['From', from],
    contentOf(call, config),
    ...(callback === undefined ? [] : callbackOf(callback)),
  ]);
  const callSid = sidOf(answer);
  if (callSid === undefined) throw new Error('Twilio took the call and named no SID');
  context.logger.info('call handed to Twilio', { sid: callSid });
  return { callSid, status: text(answer, 'status') ?? 'queued' };
}

/** What is to happen when the call is answered. */
function contentOf(call: OutboundCall, config: Fields): Form[number] {
  const twiml = text(call, 'twiml');
  if (twiml !== undefined) return ['Twiml', twiml];
  const url = text(call, 'url');
  if (url !== undefined) return ['Url', url];
  const body = text(call, 'body');
  if (body !== undefined) return ['Twiml', `<Response><Say>${escaped(body)}</Say></Response>`];
  const usual = text(config, 'voiceUrl');
  if (usual !== undefined) return ['Url', usual];
  throw new NotSendableError(
    'the call says nothing: give it a "body" to be read out, "twiml" or a "url" of TwiML, or put "voiceUrl" into the config of the connection',
  );
}

function callbackOf(url: string): Form {
  return [
    ['StatusCallback', url],
    ...events.map((event): Form[number] => ['StatusCallbackEvent', event]),
  ];
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escaped(body: string): string {
  return body.replaceAll(/[&<>]/gu, (character) => entities[character] ?? character);
}
