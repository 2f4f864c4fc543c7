import { create } from '@bufbuild/protobuf';
import { InvocationResultSchema, StatusReportedSchema } from '@made-open/contracts';
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

  it('keeps of what a plugin returned only states and codes that are codes', () => {
    const texts = new ProviderTexts('hipaa');
    const told = (value: object) =>
      JSON.parse(
        texts.ofResult(create(InvocationResultSchema, { resultJson: JSON.stringify(value) }))
          ?.resultJson ?? '',
      ) as unknown;
    const codes = { status: 'failed', providerStatus: 'no-answer', errorCode: 'E_12.3:busy' };
    expect(told({ ...codes, pages: 2 })).toEqual({ ...codes, pages: 2 });
    const said = 'Jane Doe +15550100 did not answer';
    expect(told({ status: said, providerStatus: said, errorCode: said, jobId: '7' })).toEqual({
      status: '',
      providerStatus: '',
      errorCode: 'provider.failed',
      jobId: '7',
    });
    expect(told({ providerStatus: 'a'.repeat(65) })).toEqual({ providerStatus: '' });
    const error = { code: said, message: '' };
    expect(texts.ofResult(create(InvocationResultSchema, { error }))?.error?.code).toBe(
      'plugin.failed',
    );
  });

  it('keeps of a report only states and codes that are codes', () => {
    const said = 'Jane Doe +15550100';
    const report = create(StatusReportedSchema, {
      externalId: 'x1',
      status: said,
      errorCode: said,
      errorMessage: said,
      attributes: { provider_status: said, providerStatus: said, pages: 3 },
    });
    expect(new ProviderTexts('standard').ofReport(report)).toBe(report);
    const kept = new ProviderTexts('hipaa').ofReport(report);
    expect(JSON.stringify(kept)).not.toMatch(/Jane|5550100/u);
    expect(kept).toMatchObject({ externalId: 'x1', errorCode: 'provider.failed' });
    expect(kept.attributes).toEqual({ provider_status: '', providerStatus: '', pages: 3 });
    const plain = create(StatusReportedSchema, { status: 'delivered', errorCode: '30007' });
    expect(new ProviderTexts('hipaa').ofReport(plain)).toEqual(plain);
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
