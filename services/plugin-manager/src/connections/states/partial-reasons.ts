import { manifestOf } from '../../plugins/plugin.ts';
import { webhooksOf } from '../../webhooks/declared-webhooks.ts';
import { actionFor } from '../../runs/action-for.ts';
import type { Connection, PluggedConnection, Reason } from '../connection.ts';

/** That its source wants to be left alone. */
export function throttleReasons({ signals: { throttle } }: Pick<Connection, 'signals'>): Reason[] {
  if (throttle === undefined) return [];
  const until = throttle.until === '' ? 'for a while' : `until ${throttle.until}`;
  return [
    {
      code: 'connection.rate_limited',
      message: `its source asked to be left alone, or its request budget is used up, ${until} (${whyOf(throttle.reason)}); its sync goes on by itself`,
    },
  ];
}

/** What else it does without: subscriptions that failed, deliveries that were given up, and what it cannot send. */
export function partialReasons(plugged: PluggedConnection): Reason[] {
  const { connection } = plugged;
  const { subscriptions = {}, webhooks = {}, sending } = connection.signals;
  const declared = declaredWebhooks(plugged);
  const isDeclared = ([name]: [string, unknown]): boolean => declared.has(name);
  return [
    ...Object.entries(subscriptions)
      .filter(([name]) => declared.get(name) === true)
      .map(([name, why]) => ({
        code: 'connection.subscription_failed',
        message: `the source could not be asked to send to ${webhookText(name)} (${whyOf(why)}); it is tried on, GET /admin/v1/connections/${connection.id}/subscriptions says when`,
      })),
    ...Object.entries(webhooks)
      .filter(isDeclared)
      .flatMap(([name, why]) => (why === null ? [] : [givenUp(connection.id, name, why)])),
    ...(sending === undefined ? [] : [notSent(sending)]),
  ];
}

function notSent(why: Reason): Reason {
  return {
    code: 'connection.sending_failed',
    message: `its newest message or call could not be sent (${whyOf(why)}); ${actionFor(why)}`,
  };
}

function givenUp(id: string, name: string, why: Reason): Reason {
  return {
    code: 'connection.webhook_failed',
    message: `something that came to ${webhookText(name)} was given up (${whyOf(why)}); GET /admin/v1/connections/${id}/deliveries shows it, and it can be replayed`,
  };
}

/** Whether something works beside syncs: what came to a webhook lately was handled. */
export function worksInPart(plugged: PluggedConnection): boolean {
  const declared = declaredWebhooks(plugged);
  const { webhooks = {} } = plugged.connection.signals;
  return Object.entries(webhooks).some(([name, why]) => why === null && declared.has(name));
}

/** By name, and whether its source must be asked to send there. */
function declaredWebhooks({ reference }: PluggedConnection): ReadonlyMap<string, boolean> {
  const webhooks = webhooksOf(manifestOf(reference));
  return new Map(webhooks.map(({ name = '', subscription }) => [name, subscription !== undefined]));
}

function webhookText(name: string): string {
  return name === '' ? 'its webhook' : `its webhook "${name}"`;
}

function whyOf({ code, message }: Reason): string {
  return message === '' ? code : `${code}: ${message}`;
}
