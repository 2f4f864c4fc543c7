import { create } from '@bufbuild/protobuf';
import { InvocationResultSchema } from '@made-open/contracts';
import { ProviderTexts } from './provider-texts.ts';

const result = create(InvocationResultSchema, {
  invocationId: 'i1',
  error: { code: 'plugin.error', message: 'HTTP 422: patient +15550100', stack: 'at fax.ts' },
  resultJson: JSON.stringify({ status: 'failed', jobId: '7', error: 'no line to +15550100' }),
});

describe('ProviderTexts', () => {
  it('leaves them alone where nobody said otherwise', () => {
    expect(new ProviderTexts('standard').ofResult(result)).toBe(result);
  });

  it('keeps codes, ids and the status of HTTP alone under hipaa', () => {
    const kept = new ProviderTexts('hipaa').ofResult(result);
    expect(JSON.stringify(kept)).not.toMatch(/5550100|fax\.ts/u);
    expect(kept?.error).toMatchObject({ code: 'plugin.error' });
    expect(kept?.error?.message).toMatch(/^HTTP 422; /u);
    expect(JSON.parse(kept?.resultJson ?? '')).toMatchObject({ status: 'failed', jobId: '7' });
  });

  it('takes results without an error, and such as are no JSON', () => {
    const texts = new ProviderTexts('hipaa');
    expect(texts.ofResult(undefined)).toBeUndefined();
    for (const resultJson of ['', '{', '"x"', 'null'])
      expect(texts.ofResult(create(InvocationResultSchema, { resultJson }))).toMatchObject({
        resultJson,
      });
  });
});
