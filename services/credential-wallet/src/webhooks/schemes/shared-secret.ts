import { isAnyOf, refused, verified } from '../verdict.ts';
import type { Scheme, WebhookDeclaration, WebhookRequest } from '../webhook-request.ts';

const wrong = refused('its secret is wrong');

/** The secret itself comes in a header, or in the query where the provider can do no more. */
export const sharedSecret: Scheme = (request, secrets, webhook) => {
  const { header, prefix = '' } = webhook.signature ?? {};
  if (header === undefined) return answersChallenge(request, secrets, webhook);
  const given = request.headers[header.toLowerCase()];
  if (given === undefined) return refused(`it has no ${header}`);
  return isAnyOf(
    [given],
    secrets.map((secret) => prefix + secret),
  )
    ? verified
    : wrong;
};

/** With a GET that tries out the address the secret is a parameter of the query. */
export function answersChallenge(
  { url }: WebhookRequest,
  secrets: readonly string[],
  { challenge }: WebhookDeclaration,
): ReturnType<Scheme> {
  if (challenge?.token === undefined)
    return refused(
      'the manifest says not where the secret comes: signature.header or challenge.token',
    );
  const given = new URL(url).searchParams.getAll(challenge.token);
  if (given.length !== 1) return refused(`its query has not one ${challenge.token}`);
  return isAnyOf(given, secrets) ? verified : wrong;
}
