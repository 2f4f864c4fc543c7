import { inSpan, Telemetry, traceFields, traceHeaders } from './telemetry.ts';

describe('the fields of a trace', () => {
  let telemetry: Telemetry;
  beforeAll(() => {
    telemetry = new Telemetry('etl', undefined);
  });
  afterAll(() => telemetry.close());

  it('name the trace that the sender of a message began', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const headers = new Map([['traceparent', `00-${traceId}-00f067aa0ba902b7-01`]]);
    const fields = await traceHeaders.extract(headers, () =>
      inSpan('take a frame', async () => traceFields()),
    );
    expect(fields).toEqual({ traceId });
  });

  it('say nothing when nobody records a trace', async () => {
    expect(await inSpan('take a frame', async () => traceFields())).toEqual({});
  });
});
