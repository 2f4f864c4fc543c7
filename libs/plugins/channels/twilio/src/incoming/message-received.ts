import type { HostContext } from '@made-open/plugin-sdk';
import { channelOf } from '../address.ts';
import { renamed, text, told, type Fields } from '../fields.ts';
import type { ChannelEvent } from './channel-event.ts';
import { keptMedia } from './media.ts';

const attributes = {
  MessagingServiceSid: 'messaging_service_sid',
  NumSegments: 'num_segments',
  OptOutType: 'opt_out_type',
  FromCity: 'from_city',
  FromState: 'from_state',
  FromCountry: 'from_country',
  ProfileName: 'profile_name',
  WaId: 'whatsapp_id',
  ButtonText: 'button_text',
  ButtonPayload: 'button_payload',
  Latitude: 'latitude',
  Longitude: 'longitude',
  Label: 'label',
  Address: 'address',
  ReferralSourceUrl: 'referral_source_url',
} as const;

export interface Incoming {
  readonly fields: Fields;
  /** When it came in, RFC 3339. */
  readonly at: string;
  readonly context: HostContext;
}

/** A message that somebody has sent, with what was attached to it. */
export async function messageReceived(
  externalId: string,
  { fields, at, context }: Incoming,
): Promise<ChannelEvent> {
  const from = text(fields, 'From') ?? '';
  const to = [text(fields, 'To'), ...others(fields)].filter((address) => address !== undefined);
  return {
    name: 'MessageReceived',
    payload: {
      // A picture alone has none, and is a message all the same.
      body: text(fields, 'Body') ?? '',
      ...told({
        channelType: channelOf(from),
        externalId,
        from,
        to,
        receivedAt: at,
        inReplyTo: text(fields, 'OriginalRepliedMessageSid'),
        attachments: await keptMedia(fields, context),
        attributes: renamed(fields, attributes),
      }),
    },
  };
}

/** Of an MMS to a group. */
function others(fields: Fields): string[] {
  return Object.keys(fields)
    .filter((name) => /^OtherRecipients\d+$/u.test(name))
    .map((name) => text(fields, name))
    .filter((address) => address !== undefined);
}
