import type { Environment } from '@made-open/nest';
import { Ajv } from 'ajv';
import type { RunnerPodSettings } from './runner-settings.ts';

const name = { type: 'string', minLength: 1, maxLength: 253 } as const;
const names = { type: 'array', items: name } as const;
const quantity = { type: 'string', pattern: '^[0-9.]+(m|)$' } as const;

const required = {
  namespace: name,
  installation: name,
  image: { type: 'string', minLength: 1 },
  pullPolicy: { enum: ['Always', 'IfNotPresent', 'Never'] },
  pullSecrets: names,
  serviceAccount: name,
  bootstrapSecret: name,
  natsUrl: { type: 'string', minLength: 1 },
  cpuRequest: quantity,
  maxMemoryMb: { type: 'integer', minimum: 384 },
  terminationSeconds: { type: 'integer', minimum: 10, maximum: 3600 },
  hostUsers: { type: 'boolean' },
  nodeSelector: { type: 'object', additionalProperties: { type: 'string' } },
  tolerations: { type: 'array', items: { type: 'object' } },
} as const;

const validate = new Ajv({ allErrors: true }).compile<RunnerPodSettings>({
  type: 'object',
  properties: {
    ...required,
    owner: name,
    natsAuthority: {
      type: 'object',
      properties: { name, key: name },
      required: ['name', 'key'],
      additionalProperties: false,
    },
    cpuLimit: quantity,
    runtimeClass: name,
    priorityClass: name,
  },
  required: Object.keys(required),
  additionalProperties: false,
});

/** How the operator wants the pods of runners: JSON of RUNNER_PODS, which the chart writes. */
export function readRunnerPods(environment: Environment): RunnerPodSettings | undefined {
  const driver = environment.text('FLEET_DRIVER', 'processes');
  if (driver === 'processes') return undefined;
  if (driver !== 'kubernetes') {
    environment.fault(`FLEET_DRIVER must be processes or kubernetes, not "${driver}"`);
    return undefined;
  }
  const text = environment.text('RUNNER_PODS', '{}');
  const value = parsed(text);
  if (validate(value)) return value;
  const faults = validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`);
  environment.fault(`RUNNER_PODS is not what the chart writes: ${(faults ?? []).join(', ')}`);
  return undefined;
}

/** As the cluster tells it to every pod. */
export function readApiServerUrl(environment: Environment): string {
  const host = environment.text('KUBERNETES_SERVICE_HOST');
  const port = environment.text('KUBERNETES_SERVICE_PORT', '443');
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
