import { guestLogger } from './guest-logger.ts';

describe('guestLogger', () => {
  let lines: [string, Record<string, unknown>][];
  const made = (linesPerSecond: number) =>
    guestLogger(
      (level, text) => lines.push([level, JSON.parse(text) as Record<string, unknown>]),
      linesPerSecond,
    );
  const logger = (linesPerSecond: number) => made(linesPerSecond).logger;

  beforeEach(() => {
    lines = [];
  });

  it('passes on message and fields as text', () => {
    logger(10).warn('careful', { page: 1 });
    expect(lines).toEqual([['warn', { message: 'careful', fields: '{"page":1}', dropped: 0 }]]);
  });

  it('drops lines above the rate', () => {
    const own = logger(3);
    for (let index = 0; index < 100; index++) own.info(`line ${String(index)}`);
    expect(lines.map(([, { message }]) => message)).toEqual(['line 0', 'line 1', 'line 2']);
  });

  it('tells at the end how many it dropped, and only then', () => {
    const { logger: own, flush } = made(3);
    for (let index = 0; index < 5; index++) own.info('line');
    flush();
    flush();
    expect(lines.slice(3)).toEqual([
      [
        'warn',
        expect.objectContaining({
          dropped: 2,
          message: expect.stringMatching(/^2 log lines/u) as unknown,
        }),
      ],
    ]);
  });

  it('passes on what is no text or no JSON without throwing', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const own = logger(10);
    own.info({ a: 1 });
    own.info(undefined, cycle);
    own.error(cycle);
    expect(lines.map(([, { message, fields }]) => [message, fields])).toEqual([
      ['{"a":1}', ''],
      ['undefined', '"[not JSON]"'],
      ['[not JSON]', ''],
    ]);
  });

  it('cuts long messages and fields', () => {
    logger(10).info('x'.repeat(50_000), 'y'.repeat(50_000));
    const [[, { message, fields }] = ['', {}]] = lines;
    expect([String(message).length, String(fields).length]).toEqual([16_384, 16_384]);
  });
});
