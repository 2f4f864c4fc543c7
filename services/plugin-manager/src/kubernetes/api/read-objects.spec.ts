import { readDeployment } from './read-deployment.ts';
import { readPod } from './read-pod.ts';

const annotations = { 'made-open.io/fingerprint': 'f1', 'made-open.io/lane': 'canary' };
const labels = { 'made-open.io/runner': 'a' };

function podWith(status: object, metadata: object = {}) {
  return readPod({ metadata: { name: 'a-1', labels, annotations, ...metadata }, status });
}

describe('readPod', () => {
  it('reads one that runs', () => {
    const state = { running: { startedAt: '2026-11-21T12:00:00Z' } };
    const status = {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [{ restartCount: 2, state, lastState: {} }],
    };
    expect(podWith(status)).toEqual({
      name: 'a-1',
      runner: 'a',
      lane: 'canary',
      fingerprint: 'f1',
      isEnding: false,
      isReady: true,
      startedAt: new Date('2026-11-21T12:00:00Z'),
      restarts: 2,
      lastEnd: undefined,
      waitsFor: undefined,
    });
  });

  it.each([
    [{ reason: 'OOMKilled', exitCode: 137 }, 'OOMKilled, exit code 137'],
    [{ reason: 'Error', exitCode: 1, message: 'somebody’s data\n' }, 'exit code 1'],
    [
      { reason: 'StartError', exitCode: 128, message: 'no such file\n' },
      'StartError, exit code 128: no such file',
    ],
  ])('tells how its process ended', (terminated, expected) => {
    const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 10s' };
    const container = { restartCount: 1, state: { waiting }, lastState: { terminated } };
    expect(podWith({ containerStatuses: [container] })).toMatchObject({
      lastEnd: expected,
      startedAt: undefined,
    });
    expect(podWith({ containerStatuses: [{ state: { terminated } }] }).lastEnd).toBe(expected);
  });

  it('tells what it waits for, unless that is on the way of every start', () => {
    const waiting = (reason: string) => ({
      containerStatuses: [{ state: { waiting: { reason, message: 'no such image' } } }],
    });
    expect(podWith(waiting('ErrImagePull')).waitsFor).toBe('ErrImagePull: no such image');
    expect(podWith(waiting('ContainerCreating')).waitsFor).toBeUndefined();
    const conditions = [{ type: 'PodScheduled', status: 'False', message: '0/3 nodes' }];
    expect(podWith({ conditions }).waitsFor).toBe('no node has room: 0/3 nodes');
  });

  it('is one that ends when it is deleted or over', () => {
    expect(podWith({ phase: 'Failed' }).isEnding).toBe(true);
    expect(podWith({}, { deletionTimestamp: '2026-11-21T12:00:00Z' }).isEnding).toBe(true);
  });

  it('takes whatever it is given', () => {
    for (const object of [undefined, null, 7, [], { metadata: [], status: 'x' }])
      expect(readPod(object)).toMatchObject({ name: '', isReady: false, restarts: 0 });
  });
});

describe('readDeployment', () => {
  const object = (managedFields: object[] = [], conditions: object[] = []) =>
    readDeployment({
      metadata: { name: 'a', uid: 'u', generation: 3, labels, annotations, managedFields },
      spec: { replicas: 2 },
      status: { conditions },
    });

  it('reads what is compared', () => {
    expect(object()).toEqual({
      name: 'a',
      uid: 'u',
      generation: 3,
      labels,
      annotations,
      replicas: 2,
      isEnding: false,
      failure: undefined,
      meddlers: [],
    });
  });

  it('tells who has changed its pods, but not who restarted them', () => {
    const sets = (manager: string, spec: object) => ({ manager, fieldsV1: { 'f:spec': spec } });
    const template = { 'f:template': { 'f:spec': {} } };
    const { meddlers } = object([
      sets('made-open', template),
      sets('kubectl-edit', template),
      sets('kubectl-rollout', { 'f:template': { 'f:metadata': {} } }),
      sets('kubectl', { 'f:replicas': {} }),
    ]);
    expect(meddlers).toEqual(['kubectl-edit']);
  });

  it('tells why pods cannot be made', () => {
    const failed = { type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' };
    expect(object([], [failed]).failure).toBe('exceeded quota');
  });
});
