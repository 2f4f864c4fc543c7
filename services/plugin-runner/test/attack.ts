import { readRecords } from '@made-open/contracts';
import { Egress } from '@made-open/egress';
import { parseGrants } from '@made-open/manifest';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TrialFiles } from '../src/trial/trial-files.ts';
import { PlatformData, type EntityPage, type EntityQuery } from '../src/host/platform-data.ts';
import { PluginHost } from '../src/host/plugin-host.ts';
import {
  pythonSandbox,
  spawnSandbox,
  type Confinement,
} from '../src/host/processes/sandbox-command.ts';
import { SandboxProcess } from '../src/host/processes/sandbox-process.ts';
import { checkRecords } from '../src/runs/frames/check-records.ts';
import {
  defaultLimits,
  type SandboxCode,
  type SandboxLimits,
} from '../src/sandbox/sandbox-limits.ts';

export const limits: SandboxLimits = { ...defaultLimits, stepCpuMs: 700, stepWallMs: 2500 };
const frameSize = { maxItems: 500, maxSize: 262_144 };

export const grants = parseGrants([
  'network:outbound:http://source.example',
  'network:outbound:http://rebound.example',
  'event:publish:connector.*',
  'data:write:persons',
  'data:read:persons',
  'data:read:conversations',
]);

/** What came out of one plugin. */
export interface Outcome {
  readonly ids: readonly string[];
  readonly frames: readonly Uint8Array[];
  readonly refusals: readonly string[];
  readonly code: string;
  readonly message: string;
  readonly logLines: number;
  readonly peakMb: number;
  /** What this process, which is the runner here, took while the plugin ran. */
  readonly parentMb: number;
}

/** A source on this machine, known to plugins as source.example. */
export class Source {
  readonly #server: Server;
  /** Requests for what no plugin may see. */
  secrets = 0;

  constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://source.example');
      if (url.pathname === '/secret') this.secrets++;
      if (url.pathname === '/never') return;
      if (url.pathname === '/redirect')
        response.writeHead(302, { location: url.searchParams.get('to') ?? '' });
      else response.setHeader('content-type', 'application/json');
      const answer = url.pathname === '/deep' ? '['.repeat(1_000_000) : '[1]';
      setTimeout(() => response.end(answer), url.pathname === '/slow' ? 300 : 0);
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

class FewPersons extends PlatformData {
  override query(query: EntityQuery): Promise<EntityPage> {
    // Thrown, not rejected, and not an error of ours.
    if (query.entityId === 'fault') throw new Error('a fault of the host');
    return Promise.resolve({ entities: [{ id: 'p1', display_name: 'Ada' }] });
  }

  override checkpoint(): Promise<{ stateJson: string; runId: string }> {
    return Promise.resolve({ stateJson: '', runId: '' });
  }
}

export function plugin(sync: string, script = ''): string {
  return `${script}\nglobalThis.__plugin = { plugin: { id: 'x', async *sync(context) { ${sync} } } };`;
}

/** Runs a plugin as the runner does, with the real sandbox process, host calls and checks, until it ends. */
export async function runPlugin(
  bundle: string,
  source: Source,
  {
    confinement,
    given = {},
    python,
    config = { apiKey: 'key-of-the-source' },
  }: {
    confinement: Confinement;
    given?: Partial<SandboxLimits>;
    /** Folder of the built Python; the bundle is one of it. */
    python?: string;
    config?: Readonly<Record<string, unknown>>;
  },
): Promise<Outcome> {
  const stopping = new AbortController();
  const egress = new Egress({
    grants,
    overrides: new Map([['source.example:80', { address: '127.0.0.1', port: source.port }]]),
    resolve: () => Promise.resolve(['10.0.0.1']),
  });
  let logLines = 0;
  const host = new PluginHost({
    runId: 'run',
    grants,
    egress,
    data: new FewPersons(),
    files: new TrialFiles(),
    signal: stopping.signal,
    onLog: () => logLines++,
  });
  const sandbox = sandboxOf(bundle, { confinement, given, python });
  const frames: Uint8Array[] = [];
  const refusals: string[] = [];
  const parent = watchMemory();
  let failure = { code: 'completed', message: '' };
  try {
    sandbox.start(config, host);
    for (let done = false; !done;) {
      const pulled = await sandbox.pullFrame(frameSize);
      done = pulled.done;
      if (pulled.records === undefined) continue;
      refusals.push(...checkRecords(pulled.records, grants).refusals);
      frames.push(pulled.records);
    }
  } catch (error) {
    // Anything else is a fault of the test or of the runner, not an end of the plugin.
    if (!(error instanceof Error && 'code' in error)) throw error;
    failure = error as Error & { code: string };
  } finally {
    stopping.abort();
    sandbox.dispose();
    await sandbox.exited;
    egress.close();
  }
  const { code, message } = failure;
  const { peakMb } = sandbox;
  return {
    ids: idsOf(frames),
    frames,
    refusals,
    code,
    message,
    logLines,
    peakMb,
    parentMb: parent.stop(),
  };
}

function sandboxOf(
  bundle: string,
  {
    confinement,
    given,
    python,
  }: { confinement: Confinement; given: Partial<SandboxLimits>; python: string | undefined },
): SandboxProcess {
  const runtime = python === undefined ? 'javascript' : 'python';
  const code: SandboxCode = { runtime, bundle, limits: { ...limits, ...given } };
  return new SandboxProcess(code, () => spawnSandbox(confinement, pythonSandbox(code, python)));
}

function watchMemory(): { stop(): number } {
  const before = process.memoryUsage.rss();
  let most = before;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 10);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return (most - before) / 1_048_576;
    },
  };
}

export function idsOf(frames: readonly Uint8Array[]): string[] {
  return frames
    .flatMap((frame) => readRecords(frame).sections)
    .flatMap((section) => ('ids' in section ? section.ids : []));
}
