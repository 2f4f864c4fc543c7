import { isAnyOf, refused, verified } from '../verdict.ts';
import type { Scheme } from '../webhook-request.ts';

/** Telegram: the secret that was given to `setWebhook` comes back in a header. */
export const telegram: Scheme = ({ headers }, secrets) => {
  const given = headers['x-telegram-bot-api-secret-token'];
  if (given === undefined) return refused('it has no X-Telegram-Bot-Api-Secret-Token');
  return isAnyOf([given], secrets) ? verified : refused('its secret is wrong');
};
