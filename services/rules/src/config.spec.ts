import { Environment } from '@made-open/nest';
import { readConfig } from './config.ts';

describe('readConfig', () => {
  it('needs nothing, and keeps what has ended for 30 days', () => {
    const environment = new Environment({});
    expect(readConfig(environment)).toEqual({
      retention: { days: 30 },
      egress: { overridesFile: undefined, proxy: undefined },
    });
    environment.check();
  });

  it('names what is wrong', () => {
    const environment = new Environment({ RULES_RETENTION_DAYS: '0', EGRESS_PROXY_URL: 'x' });
    readConfig(environment);
    expect(() => environment.check()).toThrow(/RULES_RETENTION_DAYS[^]*EGRESS_PROXY_URL/u);
  });
});
