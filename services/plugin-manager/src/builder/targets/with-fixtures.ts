import { runFixture, type Action, type Fixture, type HttpManifest } from '@made-open/http-manifest';
import { answerOf } from '../code/plan-answer.ts';
import { CodePlanError } from '../code/plan-error.ts';
import { sampleAnswer } from '../code/sample-answer.ts';
import { sampleConfig } from './plugin-json.ts';

const usual = {
  send_fax: 'accepted',
  send_message: 'accepted',
  get_status: 'unknown',
  get_message_status: 'unknown',
  cancel_fax: 'cancelled',
} as const;

const input = {
  to: '+15550100',
  from: '+15550199',
  job_id: 'job-1',
  subject: 'A subject',
  body: 'A text',
  callback_url: 'https://hooks.example/w',
  file: { name: 'a.pdf', url: 'https://files.example/a.pdf' },
};

/** Gives each action that has no fixture one of its own: an answer as it is described, and what it means. */
export function withFixtures(manifest: HttpManifest): HttpManifest {
  const { actions } = manifest;
  if (actions === undefined) return manifest;
  const tested = Object.entries(actions).map(([name, action]): [string, Action] => {
    if ((action.fixtures ?? []).length > 0) return [name, action];
    const fixture = fixtureOf(manifest, name, action);
    return [name, fixture === undefined ? action : { ...action, fixtures: [fixture] }];
  });
  return { ...manifest, actions: Object.fromEntries(tested) };
}

/** Undefined where no sample can be told from the description: of settings with a form, for example. */
function fixtureOf(manifest: HttpManifest, name: string, action: Action): Fixture | undefined {
  const fixture = sampleOf(manifest, name, action);
  return fixture !== undefined && runFixture(manifest, name, fixture).passed ? fixture : undefined;
}

function sampleOf(manifest: HttpManifest, name: string, action: Action): Fixture | undefined {
  const unsaid = Object.entries(usual).find(([known]) => known === name)?.[1];
  if (unsaid === undefined || action.steps !== undefined) return undefined;
  try {
    const plan = answerOf(action.response, `/actions/${name}/response`);
    const sample = sampleAnswer(plan, unsaid);
    if (sample === undefined) return undefined;
    const { status, headers, body, jobId, expected } = sample;
    return {
      name: 'as it is described',
      input,
      settings: sampleConfig(manifest),
      response: { status, headers, body },
      expect: { status: expected, ...(jobId === undefined ? {} : { jobId }) },
    };
  } catch (error) {
    if (error instanceof CodePlanError) return undefined;
    throw error;
  }
}
