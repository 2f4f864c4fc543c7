import { Effect } from '@made-open/contracts';
import { EgressError, type EgressRequest, type EgressResponse } from '@made-open/egress';
import { EffectGuard } from './effect-guard.ts';

type Answer = number | 'silence' | 'unreached';

const url = 'https://provider.example/messages';
const post = (body = 'a', to = url): EgressRequest => ({
  url: to,
  method: 'POST',
  body: Buffer.from(body),
});

/** A provider that answers as told; `silence` takes the request and says nothing. */
function guardOf(
  answers: Answer[],
  { isIdempotent = false, sendsByGet = false, headers = {} } = {},
) {
  const sent: string[] = [];
  const request = async ({
    url: to,
    method,
    onSending,
  }: EgressRequest): Promise<EgressResponse> => {
    const answer = answers.shift() ?? 200;
    if (answer === 'unreached') throw new EgressError('CONNECTION', 'refused', 'later');
    sent.push(`${method ?? 'GET'} ${String(to)}`);
    onSending?.();
    if (answer === 'silence') throw new EgressError('TIMEOUT', 'no answer', 'later');
    return { status: answer, headers, body: new Uint8Array(), url: String(to) };
  };
  return { guard: new EffectGuard({ request }, { isIdempotent, sendsByGet }), sent };
}

const notRepeated = { code: 'http.not_repeated', retry: 'never' };

describe('EffectGuard', () => {
  it.each([
    ['nothing that changes', [], Effect.NONE],
    ['a refusal', [400], Effect.REFUSED],
    ['too many requests', [429], Effect.REFUSED],
    ['an acceptance', [202], Effect.DONE],
    ['a fault of the provider', [500], Effect.UNKNOWN],
    ['a busy provider that says nothing of when', [503], Effect.UNKNOWN],
    ['silence', ['silence'], Effect.UNKNOWN],
    ['a provider that was not reached', ['unreached'], Effect.NONE],
    ['a refusal, then an acceptance', [429, 200], Effect.DONE],
  ] as [string, Answer[], Effect][])('knows what comes of %s', async (_what, answers, effect) => {
    const { guard } = guardOf([...answers]);
    for (let turn = 0; turn < answers.length; turn++)
      await guard.request(post()).catch(() => undefined);
    expect(guard.effect(true)).toBe(effect);
  });

  it('takes a GET for a question, unless the provider takes messages by it', async () => {
    const ask = async (sendsByGet: boolean) => {
      const { guard, sent } = guardOf(['silence', 200], { sendsByGet });
      for (let turn = 0; turn < 2; turn++)
        await guard.request({ url: `${url}?text=a` }).catch(() => undefined);
      return [guard.effect(true), sent.length];
    };
    expect(await ask(false)).toEqual([Effect.NONE, 2]);
    expect(await ask(true)).toEqual([Effect.UNKNOWN, 1]);
  });

  it('takes a busy provider that says when to come back for one that did nothing', async () => {
    const { guard } = guardOf([503], { headers: { 'retry-after': '5' } });
    await guard.request(post());
    expect(guard.effect(true)).toBe(Effect.REFUSED);
  });

  it('does not take a first success for the whole when the rest was refused', async () => {
    const { guard } = guardOf([200, 400]);
    await guard.request(post('upload'));
    await guard.request(post('message'));
    expect([guard.effect(true), guard.effect(false)]).toEqual([Effect.UNKNOWN, Effect.DONE]);
  });

  it('does not take an upload for the message when the plugin fails behind it', async () => {
    const { guard } = guardOf([200, 200]);
    await guard.request(post('upload', 'https://provider.example/media'));
    await guard.request(post('another', 'https://provider.example/media'));
    expect([guard.effect(true), guard.effect(false)]).toEqual([Effect.UNKNOWN, Effect.DONE]);
  });

  it('leaves it open where a repetition does no harm', async () => {
    const { guard } = guardOf([200], { isIdempotent: true });
    await guard.request(post('upload', 'https://provider.example/media'));
    expect([guard.effect(true), guard.effect(false)]).toEqual([Effect.UNKNOWN, Effect.DONE]);
  });

  it('does not let anything more to a place that was silent', async () => {
    const { guard, sent } = guardOf(['silence']);
    await expect(guard.request(post())).rejects.toMatchObject({ code: 'egress.timeout' });
    for (const wanted of [post(), post('b'), post('a', `${url}#again`)])
      await expect(guard.request(wanted)).rejects.toMatchObject(notRepeated);
    expect(sent).toHaveLength(1);
    await guard.request({ url });
    await guard.request(post('a', 'https://provider.example/other'));
    expect(sent).toHaveLength(3);
  });

  it('does not let the same out twice when it was accepted, nor while it is under way', async () => {
    const { guard, sent } = guardOf([200, 200]);
    const first = guard.request(post());
    await expect(guard.request(post())).rejects.toMatchObject(notRepeated);
    await first;
    await expect(guard.request(post())).rejects.toMatchObject(notRepeated);
    await guard.request(post('the second part'));
    expect(sent).toHaveLength(2);
  });

  it('lets again what was refused or never reached anybody', async () => {
    const { guard, sent } = guardOf([429, 'unreached', 201]);
    await guard.request(post());
    await expect(guard.request(post())).rejects.toMatchObject({ code: 'egress.connection' });
    await guard.request(post());
    expect(sent).toHaveLength(2);
    expect(guard.effect(false)).toBe(Effect.DONE);
  });

  it('holds nothing back where the provider knows repetitions', async () => {
    const { guard, sent } = guardOf(['silence', 200, 200], { isIdempotent: true });
    await expect(guard.request(post())).rejects.toMatchObject({ code: 'egress.timeout' });
    await guard.request(post());
    await guard.request(post());
    expect(sent).toHaveLength(3);
    expect(guard.effect(false)).toBe(Effect.DONE);
  });
});
