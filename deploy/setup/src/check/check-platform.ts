import { SetupError } from '../errors.ts';

export interface PlatformUrls {
  readonly manager: string;
  readonly gateway: string;
}

/** Asks both APIs as a client would; throws with what is wrong. */
export async function checkPlatform(urls: PlatformUrls, key: string): Promise<string[]> {
  const asked = [
    { url: `${urls.manager}/admin/v1/plugins`, key, status: 200 },
    { url: `${urls.manager}/admin/v1/plugins`, key: undefined, status: 401 },
    { url: `${urls.gateway}/v1/persons?limit=1`, key, status: 200 },
    { url: `${urls.gateway}/v1/search?q=nobody`, key, status: 200 },
    { url: `${urls.gateway}/v1/persons`, key: undefined, status: 401 },
  ];
  const results = await Promise.all(asked.map((question) => ask(question)));
  const wrong = results.filter(({ isRight }) => !isRight).map(({ line }) => line);
  if (wrong.length > 0)
    throw new SetupError(`the platform does not answer as it should:\n${wrong.join('\n')}`);
  return results.map(({ line }) => line);
}

async function ask(question: {
  readonly url: string;
  readonly key: string | undefined;
  readonly status: number;
}): Promise<{ isRight: boolean; line: string }> {
  const { url, key, status } = question;
  const headers: Record<string, string> =
    key === undefined ? {} : { authorization: `Bearer ${key}` };
  const who = key === undefined ? 'without a key' : 'with the admin key';
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
    await response.body?.cancel();
    const line = `${url} ${who}: ${String(response.status)}, expected ${String(status)}`;
    return { isRight: response.status === status, line };
  } catch (error) {
    return {
      isRight: false,
      line: `${url} ${who}: ${reasonOf(error)}`,
    };
  }
}

/** fetch itself says no more than that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
