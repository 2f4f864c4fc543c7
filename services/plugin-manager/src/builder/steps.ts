import { capabilitiesIn, codeCapabilities } from './input/capability-table.ts';
import { categories } from '@made-open/http-manifest';
import { inputSchema } from './input/input-schema.ts';

interface Step {
  readonly number: number;
  readonly name: StepName;
  readonly title: string;
  /** Members of the input that it asks for. */
  readonly members: readonly string[];
}

export const stepNames = ['basics', 'target', 'settings', 'review', 'place'] as const;
export type StepName = (typeof stepNames)[number];

/** The way of the wizard. */
export const steps: readonly Step[] = [
  { number: 1, name: 'basics', title: 'Basics', members: ['basics'] },
  { number: 2, name: 'target', title: 'Target', members: ['target', 'language'] },
  {
    number: 3,
    name: 'settings',
    title: 'Settings and capabilities',
    members: [
      'connection',
      'settings',
      'config_schema',
      'capabilities',
      'actions',
      'webhooks',
      'streams',
    ],
  },
  { number: 4, name: 'review', title: 'Review and generate', members: [] },
  { number: 5, name: 'place', title: 'Place and enable', members: [] },
];

/** All that a wizard needs to know before it asks anything. */
export function stepsView(): object {
  return {
    steps,
    schema: inputSchema,
    categories: Object.fromEntries(
      categories.map((category) => [category, capabilitiesIn(category)]),
    ),
    targets: {
      python: { title: 'Python', capabilities: codeCapabilities },
      node: { title: 'Node', capabilities: codeCapabilities },
      http: { title: 'HTTP manifest', capabilities: null },
    },
  };
}

/** Whether a fault belongs to a step or one before it; review and place look at all. */
export function concerns(step: StepName | undefined, pointer: string): boolean {
  const last = steps.find(({ name }) => name === step)?.number ?? steps.length;
  if (last > 3 || pointer === '') return true;
  const asked = steps.filter(({ number }) => number <= last).flatMap(({ members }) => members);
  return asked.some((member) => pointer === `/${member}` || pointer.startsWith(`/${member}/`));
}
