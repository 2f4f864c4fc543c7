import { Environment } from '@made-open/nest';
import { readConfig, readRunnerSecrets } from './config.ts';

const required = {
  PLUGIN_ID: 'com.example.a',
  PLUGIN_VERSION: '1.0.0',
  RUNNER_SECRETS_FILE: '/dev/null',
};

describe('readConfig', () => {
  it('has defaults for all but the plugin and the secrets', () => {
    expect(readConfig(new Environment(required))).toMatchObject({
      pluginId: 'com.example.a',
      token: 'com_example_a',
      concurrency: 4,
      invocationConcurrency: 8,
      lane: 'stable',
      heartbeatMs: 10_000,
      slice: { wallMs: 600_000, items: 2_000_000, unslicedWallMs: 3_600_000 },
    });
  });

  it('needs no secrets as a pod, which asks for them', () => {
    const environment = new Environment({
      PLUGIN_ID: 'com.example.a',
      PLUGIN_VERSION: '1.0.0',
      IDENTITY_TOKEN_FILE: '/run/token',
      NATS_CREDENTIALS_FILE: '/run/bootstrap.creds',
      MANAGER_IDENTITY_KEY_FILE: '/run/identity.pub',
      NATS_URL: 'nats://nats:4222',
    });
    const { identity, secrets } = readConfig(environment);
    expect(() => environment.check()).not.toThrow();
    expect(secrets.reveal()).toBe('');
    expect(() => identity?.current).toThrow(/nobody has been asked yet/u);
  });

  it('tells all faults at once', () => {
    const environment = new Environment({
      RUN_CONCURRENCY: '99',
      SLICE_ITEMS: '0',
      RUNNER_LANE: 'fast',
    });
    readConfig(environment);
    expect(() => environment.check()).toThrow(
      /PLUGIN_ID[\s\S]*RUNNER_LANE[\s\S]*RUN_CONCURRENCY[\s\S]*SLICE_ITEMS/u,
    );
  });
});

describe('readRunnerSecrets', () => {
  it('reads ticket and key, and says what is missing', () => {
    expect(readRunnerSecrets('{"ticket":"t","walletSigningKey":"k"}')).toEqual({
      ticket: 't',
      walletSigningKey: 'k',
    });
    expect(() => readRunnerSecrets('{"ticket":"t"}')).toThrow(/must hold/u);
    expect(() => readRunnerSecrets('null')).toThrow(/must hold/u);
  });
});
