import 'reflect-metadata';
import {
  consumers,
  EntityService,
  FileService,
  PersonCreatedSchema,
  PersonDeletedSchema,
  runnerConsumer,
  RunSyncSchema,
  type ConsumerDefinition,
} from '@made-open/contracts';
import { MissingHandlerError, UnknownHandlerError } from '../errors.ts';
import type { HandlerContract } from './handlers.ts';
import { messageRoute, parametersOf, pullOptions, type MessageRoute } from './message-route.ts';

function route(pattern: string, contract: HandlerContract): MessageRoute {
  return messageRoute(
    pattern,
    Object.assign(() => Promise.resolve(), { extras: { contract } }),
  );
}

const events = (schemas: HandlerContract & { kind: 'events' | 'event' | 'command' }) => schemas;
const getCheckpoint = route('cmd.etl.GetCheckpoint.*', {
  kind: 'call',
  method: EntityService.method.getCheckpoint,
});
const persons = ['data.PersonCreated', 'data.PersonDeleted'].map((pattern) =>
  route(
    pattern,
    events({
      kind: 'events',
      schemas: [PersonCreatedSchema, PersonDeletedSchema],
      options: { maxMessages: 2 },
    }),
  ),
);
const changes: ConsumerDefinition = {
  stream: 'DATA',
  name: 'search-indexer-changes',
  service: 'search-indexer',
  filterSubjects: ['data.PersonCreated', 'data.PersonDeleted'],
  pinned: false,
};

describe('a route', () => {
  it('gives the tokens of a subject by name and by place', () => {
    const parameters = parametersOf(getCheckpoint, 'cmd.etl.GetCheckpoint.com_example_a');
    expect(parameters['plugin']).toBe('com_example_a');
    expect([...parameters]).toEqual(['com_example_a']);
  });

  it('matches its own subjects only', () => {
    expect(getCheckpoint.matches.test('cmd.etl.GetCheckpoint')).toBe(false);
    expect(getCheckpoint.matches.test('cmd.etl.GetCheckpoint.a.b')).toBe(false);
    expect(getCheckpoint.matches.test('cmd.etlXGetCheckpoint.a')).toBe(false);
  });

  it('needs a handler of our decorators', () => {
    expect(() => messageRoute('data.PersonCreated', () => Promise.resolve())).toThrow(
      UnknownHandlerError,
    );
  });
});

describe('pullOptions', () => {
  it('pulls a consumer all of whose messages are handled', () => {
    expect(pullOptions(changes, persons)).toEqual({ maxMessages: 2 });
  });

  it('refuses a consumer that is handled in part', () => {
    expect(() => pullOptions(changes, persons.slice(1))).toThrow(MissingHandlerError);
    expect(() => pullOptions(changes, persons.slice(1))).toThrow(/data\.PersonCreated/u);
  });

  it('knows the consumer of one plugin as one of its commands', () => {
    const options = { concurrency: 4 };
    const runs = route('cmd.plugin_runner.RunSync.*', {
      kind: 'command',
      schemas: [RunSyncSchema],
      options,
    });
    expect(pullOptions(runnerConsumer('com.example.a'), [runs])).toEqual(options);
    expect(pullOptions(runnerConsumer('com.example.a'), persons)).toBeUndefined();
  });

  it('leaves a consumer alone of which nothing is handled', () => {
    expect(pullOptions(changes, [getCheckpoint])).toBeUndefined();
  });

  it('answers several requests at a time', () => {
    const requests = consumers().find(({ name }) => name === 'etl-requests');
    expect(requests && pullOptions(requests, [getCheckpoint])).toMatchObject({ concurrency: 32 });
    expect(requests && pullOptions(requests, persons)).toBeUndefined();
  });

  it('takes few parts of files at a time, beside the requests', () => {
    const method = FileService.method.putFileChunk;
    const put = route('upload.etl.PutFileChunk.*', { kind: 'call', method });
    const [requests, uploads] = ['etl-requests', 'etl-uploads'].map((wanted) =>
      consumers().find(({ name }) => name === wanted),
    );
    expect(uploads && pullOptions(uploads, [put, getCheckpoint])).toEqual({ concurrency: 4 });
    expect(uploads && pullOptions(uploads, [getCheckpoint])).toBeUndefined();
    expect(requests && pullOptions(requests, [put])).toBeUndefined();
  });
});
