import { capabilitiesOf } from '@made-open/http-manifest';
import type { BuilderInput, Fault } from './builder-input.ts';
import { capabilitiesIn, codeCapabilities, withoutAction } from './capability-table.ts';

/** What the table of categories and capabilities does not allow, and capabilities without what carries them out. */
export function capabilityFaults(input: BuilderInput): Fault[] {
  return [...categoryFaults(input), ...oddCapabilities(input), ...actionFaults(input)];
}

function categoryFaults({ basics, capabilities }: BuilderInput): Fault[] {
  const { categories = ['outbound'] } = basics;
  return categories.flatMap((category) => {
    const needs = capabilitiesOf[category];
    if (needs.some((capability) => capabilities.includes(capability))) return [];
    return [
      {
        pointer: '/capabilities',
        message: `the category ${category} needs one of ${needs.join(', ')}`,
      },
    ];
  });
}

function oddCapabilities({ basics, capabilities, target }: BuilderInput): Fault[] {
  const allowed = new Set((basics.categories ?? ['outbound']).flatMap(capabilitiesIn));
  return capabilities.flatMap((capability, index) => {
    const pointer = `/capabilities/${String(index)}`;
    if (capabilities.indexOf(capability) < index)
      return [{ pointer, message: `${capability} is there twice` }];
    if (!allowed.has(capability))
      return [
        {
          pointer,
          message: `${capability} belongs to none of the categories; they have ${[...allowed].join(', ')}`,
        },
      ];
    if (target !== 'http' && !codeCapabilities.includes(capability))
      return [
        {
          pointer,
          message: `code is written for providers of faxes (${codeCapabilities.join(', ')}): choose the target http for ${capability}`,
        },
      ];
    return [];
  });
}

function actionFaults(input: BuilderInput): Fault[] {
  const { capabilities, actions = {}, webhooks = {}, streams = {} } = input;
  const missing = capabilities
    .filter((capability) => !withoutAction.has(capability) && actions[capability] === undefined)
    .map((capability) => ({
      pointer: `/actions/${capability}`,
      message: `is missing: say how the API is asked to ${capability.replaceAll('_', ' ')}`,
    }));
  const unwanted = Object.keys(actions)
    .filter((name) => name in actionNames && !capabilities.includes(name))
    .map((name) => ({
      pointer: `/actions/${name}`,
      message: `is not among the capabilities: add ${name} there, or leave the action out`,
    }));
  return [
    ...missing,
    ...unwanted,
    ...(capabilities.includes('webhook') && Object.keys(webhooks).length === 0
      ? [{ pointer: '/webhooks', message: 'is missing: say what the provider sends' }]
      : []),
    ...(capabilities.includes('list') && Object.keys(streams).length === 0
      ? [{ pointer: '/streams', message: 'is missing: say what is drawn' }]
      : []),
  ];
}

/** Actions that stand for a capability; others are helpers, of polls for example. */
const actionNames: Readonly<Record<string, true>> = {
  send_fax: true,
  get_status: true,
  cancel_fax: true,
  send_message: true,
  get_message_status: true,
};
