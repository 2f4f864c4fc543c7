import { isAnyOf, refused, verified } from '../verdict.ts';
import type { Scheme } from '../webhook-request.ts';

/** User name and password of RFC 7617, which providers take within the address that they call; secrets are `name:password`. */
export const basic: Scheme = ({ headers }, secrets) => {
  const [, given] = /^Basic +([A-Za-z0-9+/]+={0,2})$/iu.exec(headers['authorization'] ?? '') ?? [];
  if (given === undefined) return refused('it has no user name and password');
  const wanted = secrets.map((secret) => Buffer.from(secret).toString('base64'));
  return isAnyOf([given], wanted) ? verified : refused('its user name or password is wrong');
};
