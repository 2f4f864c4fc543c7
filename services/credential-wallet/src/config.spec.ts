import { Environment, Secret } from '@made-open/nest';
import { kekFile, keyPair } from '../test/builders.ts';
import { readConfig } from './config.ts';

/** Files by the name of the variable that would name them. */
class FileEnvironment extends Environment {
  readonly #files: Readonly<Record<string, string>>;

  constructor(files: Readonly<Record<string, string>>) {
    super(Object.fromEntries(Object.keys(files).map((name) => [name, '/secret'])));
    this.#files = files;
  }

  override secretFile(name: string): Secret {
    return new Secret(this.text(name) === '' ? '' : (this.#files[name] ?? ''));
  }
}

const good = {
  KEK_FILE: kekFile('k1'),
  WALLET_SIGNING_KEY_FILE: keyPair('ed25519').privateKey,
  WALLET_SEALING_KEY_FILE: keyPair('x25519').privateKey,
};

function faultsOf(files: Readonly<Record<string, string>>): string {
  const environment = new FileEnvironment(files);
  readConfig(environment);
  try {
    environment.check();
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return '';
}

describe('readConfig', () => {
  it('reads the keys', async () => {
    const { keys, signingKey } = readConfig(new FileEnvironment(good));
    expect(await keys.activeId()).toBe('k1');
    expect(signingKey.reveal()).toBe(good.WALLET_SIGNING_KEY_FILE);
    expect(faultsOf(good)).toBe('');
  });

  it('names everything that is missing at once', () => {
    const faults = faultsOf({});
    for (const name of Object.keys(good)) expect(faults).toContain(`${name} is missing`);
  });

  it('names everything that is wrong at once, and shows none of it', () => {
    const files = {
      KEK_FILE: good.KEK_FILE.slice(0, -2),
      WALLET_SIGNING_KEY_FILE: good.WALLET_SEALING_KEY_FILE,
      WALLET_SEALING_KEY_FILE: 'nonsense',
    };
    const faults = faultsOf(files);
    expect(faults).toMatch(/KEK_FILE: it is not JSON/u);
    expect(faults).toMatch(/WALLET_SIGNING_KEY_FILE: it must hold an ed25519/u);
    expect(faults).toMatch(/WALLET_SEALING_KEY_FILE: it must hold an x25519/u);
    expect(faults).not.toContain(good.KEK_FILE.slice(-20, -4));
    expect(faults).not.toContain('nonsense');
  });

  it('refuses empty files', () => {
    const faults = faultsOf(Object.fromEntries(Object.keys(good).map((name) => [name, ''])));
    for (const name of Object.keys(good)) expect(faults).toContain(`${name}: `);
  });
});
