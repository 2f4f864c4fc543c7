import { runCommand } from '@made-open/images';
import {
  ensureChartTools,
  ensureKubernetesSchemas,
  missingChartParts,
  type ChartTools,
} from '@made-open/test-cluster';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { chart } from '../src/index.ts';

/** Time to compile helm and kubeconform, once. */
export const compileMs = 1_800_000;

/** `describe` where charts can be rendered; elsewhere its tests count as skipped, under a title that says why. */
export function describeWithChart(title: string, tests: () => void): void {
  const missing = missingChartParts();
  const isPossible = missing.length === 0;
  const group = isPossible ? describe : describe.skip;
  group(
    isPossible ? title : `${title} (no chart can be rendered here: ${missing.join('; ')})`,
    tests,
  );
}

/** The chart as helm makes objects of it, without a cluster. */
export class ChartRenderer {
  readonly #tools: ChartTools;
  readonly #schemas: string;
  readonly #folder: string;

  private constructor(tools: ChartTools, schemas: string) {
    this.#tools = tools;
    this.#schemas = schemas;
    this.#folder = mkdtempSync(join(tmpdir(), 'made-open-chart-'));
  }

  static async prepare(): Promise<ChartRenderer> {
    return new ChartRenderer(await ensureChartTools(), await ensureKubernetesSchemas());
  }

  helm(args: readonly string[], values: object): Promise<string> {
    const file = join(this.#folder, 'values.json');
    writeFileSync(file, JSON.stringify(values));
    const environment = {
      HELM_CACHE_HOME: this.#folder,
      HELM_CONFIG_HOME: this.#folder,
      HELM_DATA_HOME: this.#folder,
    };
    return runCommand(this.#tools.helm, [...args, `--values=${file}`], {
      env: { ...process.env, ...environment },
    });
  }

  render(values: object, options: readonly string[] = []): Promise<string> {
    return this.helm(
      ['template', 'made-open', chart, '--namespace=fleet', '--kube-version=1.36.3', ...options],
      values,
    );
  }

  /** Throws with what is wrong. */
  validate(manifests: string): Promise<string> {
    const location = `${this.#schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`;
    // What another operator's definitions describe is not in the schemas of Kubernetes.
    const options = [
      '-strict',
      '-summary',
      '-skip=ServiceMonitor,PodMonitor,PrometheusRule',
      `-schema-location=${location}`,
    ];
    return runCommand(this.#tools.kubeconform, [...options, '-'], { input: manifests });
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export interface Manifest {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Record<string, string>;
  };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly template?: { readonly spec: PodSpec };
    readonly egress?: readonly EgressRule[];
    readonly ports?: readonly { readonly name?: string }[];
  };
}

/** Of a NetworkPolicy. */
export interface EgressRule {
  readonly to?: readonly { readonly ipBlock?: { readonly cidr: string } }[];
}

export interface PodSpec {
  readonly automountServiceAccountToken?: boolean;
  readonly serviceAccountName?: string;
  readonly securityContext?: object;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly securityContext?: object;
  readonly resources?: { readonly limits?: { readonly memory?: string } };
}

export function manifestsOf(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap((document) => {
    const manifest: Manifest | null = document.toJS();
    return manifest === null ? [] : [manifest];
  });
}
