import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Of prom-client, for every process. */
const ofProcesses = ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'];

/** Names of the metrics that services export, as their sources make them. */
export function exportedMetrics(): ReadonlySet<string> {
  const files = globSync(['libs/nest/src/**/*.ts', 'services/*/src/**/*.ts'], { cwd: root });
  const sources = files
    .filter((file) => !file.endsWith('.spec.ts'))
    .map((file) => readFileSync(`${root}/${file}`, 'utf8'))
    .join('\n');
  const own = [...sources.matchAll(/\.(?:gauge|counter)\(\s*'([a-z_]+)'/gu)].map(
    ([, name = '']) => `made_open_${name}`,
  );
  const histograms = [...sources.matchAll(/new Histogram\(\{\s*name: '([a-z_]+)'/gu)].flatMap(
    ([, name = '']) => [`${name}_count`, `${name}_sum`, `${name}_bucket`],
  );
  const counters = [...sources.matchAll(/new Counter\(\{\s*name: '([a-z_]+)'/gu)];
  return new Set([...own, ...histograms, ...counters.map(([, name = '']) => name), ...ofProcesses]);
}

/** Names of metrics in an expression of Prometheus, which has labels in braces and functions before parentheses. */
export function metricsIn(expression: string): string[] {
  return [...expression.matchAll(/\b((?:made_open|process|nodejs)_[a-z0-9_]+)\b/gu)].map(
    ([, name = '']) => name,
  );
}
