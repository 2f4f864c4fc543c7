import { aManifest } from '../../test/a-manifest.ts';
import type { Action, Fixture } from '../http-manifest.ts';
import { runFixture, runFixtures, type FixtureOutcome } from './run-fixture.ts';

const action: Action = {
  method: 'POST',
  url: 'https://api.example.com/faxes',
  body: { kind: 'json', json: { to: '{{ to }}', tags: ['a', 'b'] } },
  response: {
    success: { status: ['2xx'], when: [{ path: 'ok', equals: true }] },
    job_id: { source: 'header', name: 'Location' },
    status: 'status',
    status_map: { new: 'queued' },
    error: 'message',
  },
};

const good: Fixture = {
  name: 'accepted',
  input: { to: '+15550100' },
  response: { status: 200, headers: { Location: 'j1' }, body: { ok: true, status: 'new' } },
  expect: {
    jobId: 'j1',
    status: 'queued',
    request: { url: 'https://api.example.com/faxes', body: { to: '+15550100' } },
  },
};

function outcome(fixture: Partial<Fixture>): FixtureOutcome {
  return runFixture(aManifest({ actions: { send_fax: action } }), 'send_fax', {
    ...good,
    ...fixture,
  });
}

describe('runFixture', () => {
  it('passes when the request and the result are as expected', () => {
    expect(outcome({})).toMatchObject({
      name: 'accepted',
      passed: true,
      differences: [],
      result: { jobId: 'j1', status: 'queued' },
    });
  });

  it('names what differs', () => {
    const expected = { jobId: 'j2', request: { body: { to: '+1', tags: ['a'] } } };
    expect(outcome({ expect: expected })).toMatchObject({
      passed: false,
      differences: [
        { pointer: '/request/body/to', expected: '+1', actual: '+15550100' },
        { pointer: '/request/body/tags', expected: ['a'] },
        { pointer: '/jobId', expected: 'j2', actual: 'j1' },
      ],
    });
  });

  it.each([
    [
      { status: 200, body: { ok: false, message: 'call +15550100' } },
      { status: 'failed', error: 'call +15550100', errorCode: 'refused' },
    ],
    [
      { status: 422, body: { message: 'bad' } },
      { status: 'failed', error: 'bad', errorCode: 'http.422' },
    ],
    [
      { status: 500, body: { ok: true, status: 'new' } },
      { status: 'unknown', errorCode: 'http.500' },
    ],
    [
      { status: 200, body: { ok: true } },
      { status: 'unknown', errorCode: 'no_provider_id' },
    ],
  ])('reads the answer %j, with its whole text', (response, expected) => {
    expect(outcome({ response, expect: expected })).toMatchObject({
      passed: true,
      result: expected,
    });
  });

  it('fails where the request cannot be made', () => {
    const manifest = aManifest({
      actions: { send_fax: { ...action, headers: { 'X-A': '{{ settings.a }}' } } },
    });
    expect(runFixture(manifest, 'send_fax', good)).toMatchObject({
      passed: false,
      problems: [{ code: 'http_manifest.template' }],
    });
  });

  it('runs those of all actions', () => {
    const manifest = aManifest({
      actions: {
        send_fax: { ...action, fixtures: [good] },
        get_status: { ...action, fixtures: [{ name: 'none' }] },
      },
    });
    expect(runFixtures(manifest).map(({ action: name, passed }) => [name, passed])).toEqual([
      ['send_fax', true],
      ['get_status', true],
    ]);
  });
});
