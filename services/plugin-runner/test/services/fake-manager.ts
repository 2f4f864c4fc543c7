import { open, readSealingPrivateKey, seal, type Bus, type SealedBox } from '@made-open/bus';
import { pluginIdOf, RunnerService, type RecordTestRequest } from '@made-open/contracts';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { Answerer } from './answerer.ts';

/** What a fake manager hands to runners. */
export interface Assigned {
  readonly manifest: object;
  readonly grants: readonly string[];
  readonly bundle: string;
  readonly overrides: object;
}

/** plugin-manager, as far as a runner sees it. */
export class FakeManager {
  readonly lines: string[] = [];
  /** Results of tests by id. */
  readonly tests = new Map<string, RecordTestRequest>();
  /** Others beside the one that is assigned. */
  readonly versions = new Map<string, { grants: readonly string[]; bundle: string }>();
  /** Another version is active. */
  superseded = false;
  assignments = 0;
  /** Tokens of pods that asked who they are. */
  readonly tokens: string[] = [];
  /** What they seal their requests to. */
  readonly identityKeys = generateKeyPairSync('x25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  /** What such a pod is told; nobody answers without it. */
  identity: (() => Promise<object>) | undefined;

  constructor(bus: Bus, token: string, { manifest, grants, bundle, overrides }: Assigned) {
    const bytes = Buffer.from(bundle);
    const bundleDigest = digestOf(bundle);
    const answers = new Answerer(bus, 'plugin-manager');
    answers.on(RunnerService.method.getAssignment, token, ({ version }) => {
      this.assignments++;
      const other = this.versions.get(version);
      return {
        manifestJson: JSON.stringify({ ...manifest, ...(other && { version }) }),
        grants: [...(other?.grants ?? grants)],
        bundleDigest: other === undefined ? bundleDigest : digestOf(other.bundle),
        egressOverridesJson: JSON.stringify(overrides),
        superseded: this.superseded,
      };
    });
    const pluginId = pluginIdOf(token);
    answers.on(RunnerService.method.identifyRunner, token, async ({ request }) => {
      const { token: podToken, publicKey } = await this.#opened(request);
      this.tokens.push(podToken);
      if (this.identity === undefined) throw new TypeError('no identity is known');
      const hash = createHash('sha256').update(podToken).digest('hex');
      const info = ['madeopen-runner-identity-v1', pluginId, hash];
      return { identity: await seal(publicKey, info, JSON.stringify(await this.identity())) };
    });
    answers.on(RunnerService.method.getBundle, token, ({ offset, digest }) => {
      const other = [...this.versions.values()].find((each) => digestOf(each.bundle) === digest);
      const content = other === undefined ? bytes : Buffer.from(other.bundle);
      // Small, so that there are several.
      return { chunk: content.subarray(offset, offset + 700), totalBytes: content.length };
    });
    answers.on(RunnerService.method.recordLogs, token, ({ lines }) => {
      this.lines.push(...lines.map(({ message, fieldsJson }) => `${message} ${fieldsJson}`));
      return {};
    });
    answers.on(RunnerService.method.recordTest, token, (result) => {
      this.tests.set(result.testId, result);
      return {};
    });
  }

  async #opened(request: SealedBox | undefined): Promise<{ token: string; publicKey: Uint8Array }> {
    if (request === undefined) throw new TypeError('nothing is sealed');
    const key = await readSealingPrivateKey(this.identityKeys.privateKey);
    const { token, publicKey }: { token: string; publicKey: string } = JSON.parse(
      await open(key, ['madeopen-runner-request-v1'], request),
    );
    return { token, publicKey: Buffer.from(publicKey, 'base64url') };
  }
}

function digestOf(bundle: string): string {
  return createHash('sha256').update(bundle).digest('hex');
}
