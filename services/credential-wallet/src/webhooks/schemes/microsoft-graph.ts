import { isAnyOf, refused, verified } from '../verdict.ts';
import type { Scheme } from '../webhook-request.ts';

/** Microsoft Graph: each notification of a batch has the clientState of its subscription; one that differs spoils all. */
export const microsoftGraph: Scheme = ({ body }, secrets) => {
  const states = clientStates(body.toString());
  if (states === undefined || states.length === 0) return refused('its body has no notifications');
  const wrong = states.filter((state) => typeof state !== 'string' || !isAnyOf([state], secrets));
  return wrong.length === 0
    ? verified
    : refused(`the clientState of ${String(wrong.length)} of its notifications is wrong`);
};

function clientStates(text: string): unknown[] | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'value'))
      return undefined;
    const value: unknown = Reflect.get(body, 'value');
    return Array.isArray(value) ? value.map(clientStateOf) : undefined;
  } catch {
    return undefined;
  }
}

function clientStateOf(notification: unknown): unknown {
  if (typeof notification !== 'object' || notification === null) return undefined;
  return Object.hasOwn(notification, 'clientState')
    ? Reflect.get(notification, 'clientState')
    : undefined;
}
