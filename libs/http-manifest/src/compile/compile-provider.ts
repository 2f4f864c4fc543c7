import type { Manifest, ManifestChannel, ManifestProvider } from '@made-open/manifest';
import type { Action, HttpManifest, Poll, Retry } from '../http-manifest.ts';

type Slot = ManifestProvider['slots'][number];

/** Which slots it can take, how it sends, and how often it is asked. */
export function compileProvider(manifest: HttpManifest): Pick<Manifest, 'provider' | 'channel'> {
  const { categories, actions = {}, learn_more: learnMore } = manifest;
  const slots = categories.filter(isSlot);
  const isChannel = categories.some((category) => category !== 'connector');
  const poll = pollOf((actions['send_fax'] ?? actions['send_message'])?.poll);
  return {
    ...(isChannel ? { channel: channelOf(manifest) } : {}),
    ...(slots.length === 0
      ? {}
      : {
          provider: {
            slots,
            ...(poll === undefined ? {} : { poll }),
            ...(learnMore === undefined ? {} : { learnMore }),
          },
        }),
  };
}

function isSlot(category: string): category is Slot {
  return ['outbound', 'inbound', 'storage', 'auth'].includes(category);
}

function channelOf(manifest: HttpManifest): ManifestChannel {
  const { capabilities, actions = {}, retry } = manifest;
  const isFax = capabilities.some((name) => name.endsWith('_fax'));
  const send = actions[isFax ? 'send_fax' : 'send_message'];
  return {
    type: isFax ? 'fax' : 'chat',
    ...(send !== undefined && isRepeatable(send, retry) ? { idempotentSends: true } : {}),
    ...(send !== undefined && sendsByGet(send) ? { sendsByGet: true } : {}),
  };
}

function isRepeatable(send: Action, usual: Retry | undefined): boolean {
  return send.idempotency !== undefined && (send.retry ?? usual)?.policy !== 'never';
}

function sendsByGet({ method, steps = [] }: Action): boolean {
  return [method, ...steps.map(({ request }) => request.method)].includes('GET');
}

/** Whole seconds, and at least one: a plan has no shorter ones. */
function pollOf(poll: Poll | undefined): ManifestProvider['poll'] {
  if (poll === undefined) return undefined;
  const plan = {
    initialDelaySeconds: seconds(poll.initial_delay_ms),
    intervalSeconds: seconds(poll.interval_ms),
    multiplier: poll.multiplier,
    maxIntervalSeconds: seconds(poll.max_interval_ms),
    maxDurationSeconds: seconds(poll.max_duration_ms),
  };
  return Object.fromEntries(Object.entries(plan).filter(([, value]) => value !== undefined));
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.max(1, Math.ceil(ms / 1000));
}
