import type { Overrides } from '@made-open/egress';
import { fitsAnyEvent, type PutEndpointRequest } from '@made-open/contracts';
import { parseGrant } from '@made-open/manifest';
import { RulesError } from '../errors.ts';
import { isUuid } from '../page.ts';
import { outboundGrant } from './post-notice.ts';

const maxUrl = 2048;
const maxSubjects = 20;
const subject = /^(communication|data|connector|rules)(\.([A-Za-z0-9_-]+|\*))*(\.>)?$/u;

/** Throws when an endpoint cannot be as it is wanted; `overrides` are hosts that the operator sends elsewhere. */
export function checkEndpoint(
  { endpointId, name, url, subjects }: PutEndpointRequest,
  overrides: Overrides,
): void {
  if (!isUuid(endpointId)) throw invalid('the id of an endpoint is a UUID');
  if (name === '' || name.length > 200)
    throw invalid('an endpoint has a name of 1 to 200 characters');
  const fault = urlFault(url, overrides);
  if (fault !== undefined) throw invalid(`url ${fault}`);
  if (subjects.length > maxSubjects)
    throw invalid(`an endpoint has ${String(maxSubjects)} subjects at most`);
  const wrong = subjects.findIndex(
    (one) => one.length > 200 || !subject.test(one) || !fitsAnyEvent(one),
  );
  if (wrong !== -1)
    throw invalid(
      `subjects.${String(wrong)} must be the subject of an event of the catalogue, with * for a token and > for the rest`,
    );
}

function urlFault(text: string, overrides: Overrides): string | undefined {
  const url = text.length > maxUrl ? null : URL.parse(text);
  if (url === null) return `must be an address of at most ${String(maxUrl)} characters`;
  if (url.username !== '' || url.password !== '' || url.hash !== '')
    return 'must hold no user, no password, and no part behind #';
  if (!isGrantable(url)) return 'must name a host of the world, by its name and not by an address';
  return isSafe(url, overrides) ? undefined : 'must begin with https://';
}

function isSafe({ protocol, hostname, port }: URL, overrides: Overrides): boolean {
  // Only where the operator says where a host is: events would go through the world in clear otherwise.
  const isSentElsewhere = overrides.has(`${hostname}:${port || '80'}`);
  return protocol === 'https:' || (protocol === 'http:' && isSentElsewhere);
}

/** Requests go out under a grant for exactly this host. */
function isGrantable(url: URL): boolean {
  try {
    parseGrant(outboundGrant(url));
    return true;
  } catch {
    return false;
  }
}

function invalid(message: string): RulesError {
  return new RulesError('endpoint_invalid', message);
}
