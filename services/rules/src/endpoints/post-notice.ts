import { Egress } from '@made-open/egress';
import { parseGrant } from '@made-open/manifest';
import type { Reach } from '../egress/reach.ts';

/** For everything, the answer included. */
const withinMs = 15_000;
const maxAnswerBytes = 1024 * 1024;

/** The permission to reach the host of an address, as manifests write it. */
export function outboundGrant({ protocol, host }: URL): string {
  return `network:outbound:${protocol === 'http:' ? 'http://' : ''}${host}`;
}

/** Posts to an endpoint; gives the status of its answer, whose body nobody reads. Throws EgressError. */
export async function postNotice(
  reach: Reach,
  url: string,
  {
    headers,
    body,
  }: { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array },
): Promise<number> {
  const egress = new Egress({
    grants: [parseGrant(outboundGrant(new URL(url)))],
    ...reach.now(),
    limits: {
      headersWithinMs: withinMs,
      totalMs: withinMs,
      passedWithinMs: withinMs,
      passedBytes: maxAnswerBytes,
    },
  });
  try {
    const { status } = await egress.request({
      url,
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      pass: () => Promise.resolve(),
    });
    return status;
  } finally {
    egress.close();
  }
}
