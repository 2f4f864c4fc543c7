import { refused, type Verdict } from './verdict.ts';
import type { Scheme, WebhookDeclaration, WebhookRequest } from './webhook-request.ts';
import { basic } from './schemes/basic.ts';
import { github } from './schemes/github.ts';
import { hmac } from './schemes/hmac.ts';
import { mailgun } from './schemes/mailgun.ts';
import { microsoftGraph } from './schemes/microsoft-graph.ts';
import { publicKey } from './schemes/public-key.ts';
import { sendgrid } from './schemes/sendgrid.ts';
import { answersChallenge, sharedSecret } from './schemes/shared-secret.ts';
import { slack } from './schemes/slack.ts';
import { standardWebhooks } from './schemes/standard-webhooks.ts';
import { stripe } from './schemes/stripe.ts';
import { telegram } from './schemes/telegram.ts';
import { twilio } from './schemes/twilio.ts';

/** Every scheme of `webhooks[].verify`. Who sends to one that verifies nothing is known by a token in its address. */
export const schemes: ReadonlyMap<string, Scheme> = new Map([
  ['standard-webhooks', standardWebhooks],
  ['github', github],
  ['slack', slack],
  ['stripe', stripe],
  ['twilio', twilio],
  ['mailgun', mailgun],
  ['sendgrid', sendgrid],
  ['telegram', telegram],
  ['microsoft-graph', microsoftGraph],
  ['hmac', hmac],
  ['public-key', publicKey],
  ['shared-secret', sharedSecret],
  ['basic', basic],
]);

/** Holds a request against the secrets of its connection. */
export function verifyRequest(
  webhook: WebhookDeclaration,
  request: WebhookRequest,
  secrets: readonly string[],
): Verdict {
  if (secrets.length === 0) return refused('the config has no secret for it');
  const isChallenge = request.method === 'GET' && webhook.challenge?.token !== undefined;
  const scheme = isChallenge ? answersChallenge : schemes.get(webhook.verify);
  return (
    scheme?.(request, secrets, webhook) ?? refused(`it cannot be verified by "${webhook.verify}"`)
  );
}
